resource "aws_s3_bucket" "access_logs" {
  #checkov:skip=CKV_AWS_18:this is where access logs go
  #checkov:skip=CKV_AWS_21:logs are written once and never changed
  #checkov:skip=CKV_AWS_144:logs of a few weeks are not worth a second region
  #checkov:skip=CKV_AWS_145:a load balancer can write to buckets under S3's own key only
  #checkov:skip=CKV2_AWS_62:nothing acts on a new log
  for_each = toset(var.access_logs ? ["logs"] : [])

  bucket        = "${var.name}-logs-${local.account}-${var.region}"
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_server_side_encryption_configuration" "access_logs" {
  for_each = aws_s3_bucket.access_logs

  bucket = each.value.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "access_logs" {
  for_each = aws_s3_bucket.access_logs

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "access_logs" {
  for_each = aws_s3_bucket.access_logs

  bucket = each.value.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.access_log_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_policy" "access_logs" {
  for_each = aws_s3_bucket.access_logs

  bucket = each.value.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "LoadBalancerWrites"
        Effect    = "Allow"
        Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${each.value.arn}/AWSLogs/${local.account}/*"
        Condition = { ArnLike = { "aws:SourceArn" = "arn:${local.partition}:elasticloadbalancing:${var.region}:${local.account}:loadbalancer/*" } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [each.value.arn, "${each.value.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  # Both write to the bucket's access settings, and S3 refuses two such changes at once.
  depends_on = [aws_s3_bucket_public_access_block.access_logs]
}
