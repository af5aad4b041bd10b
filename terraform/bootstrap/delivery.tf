# Who may push an image, and who may deploy it. With a GitHub repository its workflows do both; they log in by OIDC, so no
# key is stored anywhere. Without a repository the push role is for the users of this account, who deploy with their own
# credentials.
locals {
  github          = var.github_repository != null
  github_provider = local.github ? coalesce(var.github_oidc_provider_arn, one(aws_iam_openid_connect_provider.github[*].arn)) : null

  # The subject in a workflow run's token: a job on the branch, and a job of the environment. A job of an environment has
  # no branch in its subject, and AWS reads no other claim, so only the environment's own rules keep other branches from
  # deploying: terraform/deploy checks them.
  # A pull request's runs say only that: GitHub gives them no token if they come from a fork.
  github_subjects = local.github ? {
    plan   = "repo:${var.github_repository}:pull_request"
    push   = "repo:${var.github_repository}:ref:refs/heads/${var.github_branch}"
    deploy = "repo:${var.github_repository}:environment:${var.environment}"
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
  name        = "${local.name}-push"
  description = "Pushes images of ${local.name}"

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

  name               = "${local.name}-deploy"
  description        = "Applies the service stack of ${local.name}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [local.trusts.deploy] })
}
