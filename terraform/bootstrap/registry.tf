resource "aws_ecr_repository" "app" {
  #checkov:skip=CKV_AWS_136:the image is built from public sources; a customer-managed key would protect nothing
  name                 = local.name
  image_tag_mutability = "IMMUTABLE"
  force_delete         = var.force_delete

  image_scanning_configuration {
    scan_on_push = true
  }
}
