locals {
  # Bucket names are global, hence the account and the region in it. `terraform/deploy` derives the same name to find
  # the state from a fresh clone.
  state_bucket = "${var.name}-state-${local.account}-${var.region}"
}

resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV_AWS_18:who read the state is told by CloudTrail; access logs would need a second bucket
  #checkov:skip=CKV_AWS_144:versioning guards against loss by mistake; a lost region takes the service with it
  #checkov:skip=CKV_AWS_145:the state holds no secret of a user; a key of one's own costs a dollar a month
  #checkov:skip=CKV2_AWS_62:nothing acts on a change of state
  bucket        = local.state_bucket
  force_destroy = var.force_delete
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    id     = "expire-old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  # Rules about old versions need versioning.
  depends_on = [aws_s3_bucket_versioning.state]
}

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # Both write to the bucket's access settings, and S3 refuses two such changes at once.
  depends_on = [aws_s3_bucket_public_access_block.state]
}
