# Two roles: what ECS does to start a task, and what the program may do, which is nothing.
locals {
  image_parts    = regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[a-z.]+/(?P<name>[a-z0-9/._-]+?)[@:]", var.image)
  repository_arn = "arn:${local.partition}:ecr:${local.image_parts.region}:${local.image_parts.account}:repository/${local.image_parts.name}"

  # Tasks of this account only: else another account's ECS could be talked into using the role.
  task_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${var.region}:${local.account}:*" }
      }
    }]
  })

  read_secrets = [for name, arn in local.secrets : {
    Sid      = "ReadSecret"
    Effect   = "Allow"
    Action   = "ssm:GetParameters"
    Resource = arn
  }]
}

resource "aws_iam_role" "execution" {
  name                 = "${var.name}-execution"
  description          = "Starts the tasks of ${var.name}: pulls the image, opens the log, reads the key"
  assume_role_policy   = local.task_trust
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "execution" {
  name = "execution"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "Login"
          Effect   = "Allow"
          Action   = "ecr:GetAuthorizationToken"
          Resource = "*" # the action knows no resource
        },
        {
          Sid      = "Pull"
          Effect   = "Allow"
          Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
          Resource = local.repository_arn
        },
        {
          Sid      = "Log"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.app.arn}:*"
        },
      ],
      local.read_secrets,
    )
  })
}

# No policy: the program calls no AWS API.
resource "aws_iam_role" "task" {
  name                 = "${var.name}-task"
  description          = "What the program of ${var.name} may do in AWS: nothing"
  assume_role_policy   = local.task_trust
  permissions_boundary = var.permissions_boundary_arn
}
