# The state bucket was once a resource of this stack. It must outlive the stack whose state it holds, so terraform/deploy
# now creates it (terraform/lib/state.sh), and an older stack forgets it here instead of deleting it.
removed {
  from = aws_s3_bucket.state
  lifecycle { destroy = false }
}

removed {
  from = aws_s3_bucket_versioning.state
  lifecycle { destroy = false }
}

removed {
  from = aws_s3_bucket_server_side_encryption_configuration.state
  lifecycle { destroy = false }
}

removed {
  from = aws_s3_bucket_public_access_block.state
  lifecycle { destroy = false }
}

removed {
  from = aws_s3_bucket_lifecycle_configuration.state
  lifecycle { destroy = false }
}

removed {
  from = aws_s3_bucket_policy.state
  lifecycle { destroy = false }
}
