# Who may push an image, and who may deploy it. With a GitHub repository both are its workflows, known by OIDC, so no
# key is stored anywhere; without one the push role is for the users of this account, and they deploy as themselves.
locals {
  github          = var.github_repository != null
  github_provider = local.github ? coalesce(var.github_oidc_provider_arn, one(aws_iam_openid_connect_provider.github[*].arn)) : null

  # What a workflow run calls itself in its token: a push to the branch, and a job of the environment.
  github_subjects = local.github ? {
    push   = "repo:${var.github_repository}:ref:refs/heads/${var.github_branch}"
    deploy = "repo:${var.github_repository}:environment:production"
  } : {}

  trusts = merge(
    {
      push = {
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account}:root" }
        Action    = "sts:AssumeRole"
      }
    },
    {
      for role, subject in local.github_subjects : role => {
        Effect    = "Allow"
        Principal = { Federated = local.github_provider }
        Action    = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub" = subject
          }
        }
      }
    },
  )
}

resource "aws_iam_openid_connect_provider" "github" {
  count = local.github && var.github_oidc_provider_arn == null ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "push" {
  name        = "${var.name}-push"
  description = "Pushes images of ${var.name}"

  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [local.trusts.push] })
}

resource "aws_iam_role_policy" "push" {
  name = "push"
  role = aws_iam_role.push.id

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
        Sid    = "Push"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:DescribeImages",
          "ecr:DescribeRepositories",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ]
        Resource = aws_ecr_repository.app.arn
      },
    ]
  })
}

resource "aws_iam_role" "deploy" {
  count = local.github ? 1 : 0

  name               = "${var.name}-deploy"
  description        = "Applies the service stack of ${var.name}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [local.trusts.deploy] })
}
