# The two roles of a task: what ECS needs to start it, and what the program may do, which is nothing. An administrator
# creates them here, so that deploying needs no permission to write roles or policies.
locals {
  task_parameters_arn = "arn:${local.partition}:ssm:${var.region}:${local.account}:parameter/${local.name}/*"

  ecs_trust = {
    Effect    = "Allow"
    Principal = { Service = "ecs-tasks.amazonaws.com" }
    Action    = "sts:AssumeRole"
  }
}

resource "aws_iam_role" "execution" {
  name        = "${local.name}-ecs-execution"
  description = "Starts the tasks of ${local.name}: pulls the image, opens the log, reads the secrets"

  # Without conditions, as AWS documents the trust of this role: whether ECS sends a source for it is not documented.
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [local.ecs_trust] })
}

resource "aws_iam_role_policy" "execution" {
  name = "execution"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
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
        Resource = aws_ecr_repository.app.arn
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/ecs/${local.name}:*"
      },
      {
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = "ssm:GetParameters"
        Resource = local.task_parameters_arn
      },
      {
        Sid       = "DecryptSecrets"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = "arn:${local.partition}:kms:${var.region}:${local.account}:key/*"
        Condition = { StringEquals = { "kms:ViaService" = "ssm.${var.region}.amazonaws.com" } }
      },
    ]
  })
}

# No policy: the program calls no AWS API.
resource "aws_iam_role" "task" {
  name        = "${local.name}-ecs-task"
  description = "What the program of ${local.name} may do in AWS: nothing"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(local.ecs_trust, {
      # Tasks of this account only: otherwise ECS could be made to use the role for another account (confused deputy).
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:ecs:${var.region}:${local.account}:*" }
      }
    })]
  })
}
