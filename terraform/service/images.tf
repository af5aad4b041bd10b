# The images that the repository keeps: the running one, however old, and the newest.
locals {
  image_parts = regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<name>[a-z0-9/._-]+?)(?P<separator>[@:])(?P<version>.+)$", var.image)

  # A rule cannot name a digest.
  running_tags = local.image_parts.separator == ":" ? [local.image_parts.version] : []

  # An image that a rule counts is not affected by the rules after it, so the first one keeps the image that runs.
  image_rules = concat(
    [for tag in local.running_tags : {
      description = "The image that runs stays"
      selection   = { tagStatus = "tagged", tagPrefixList = [tag], countType = "imageCountMoreThan", countNumber = 1 }
    }],
    [
      {
        description = "Untagged images go after a week"
        selection   = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 7 }
      },
      {
        description = "The newest ${var.images_kept} images stay"
        selection   = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = var.images_kept }
      },
    ],
  )
}

resource "aws_ecr_lifecycle_policy" "app" {
  repository = local.image_parts.name

  policy = jsonencode({
    rules = [for position, rule in local.image_rules : merge(rule, { rulePriority = position + 1, action = { type = "expire" } })]
  })

  # The old image runs until the service has been updated.
  depends_on = [aws_ecs_service.app]
}
