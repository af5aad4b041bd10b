# What applying the service stack needs, and no more: state and images by their names, everything else by this
# environment's name or, where AWS chooses the names, by its Project tag. No role can be written and no task run outside
# the service. What AWS can restrict by neither is read-only (Look) or listed in Unbounded.
locals {
  deploy_regions = distinct([var.region, "us-east-1"]) # CloudFront, its certificates and rules live in us-east-1

  project_of_resource = { StringEquals = { "aws:ResourceTag/Project" = local.name, "aws:RequestedRegion" = local.deploy_regions } }
  project_of_request  = { StringEquals = { "aws:RequestTag/Project" = local.name, "aws:RequestedRegion" = local.deploy_regions } }

  deploy_statements = concat(
    local.deploy_state_statements,
    local.deploy_image_statements,
    local.deploy_role_statements,
    local.deploy_resource_statements,
    local.deploy_zone_statements,
  )

  deploy_state_statements = [
    {
      Sid      = "FindState"
      Effect   = "Allow"
      Action   = "s3:ListBucket"
      Resource = local.state_bucket_arn
    },
    {
      Sid      = "ReadBootstrapState"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "${local.state_bucket_arn}/bootstrap.tfstate"
    },
    {
      Sid      = "KeepServiceState"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      Resource = ["${local.state_bucket_arn}/service.tfstate", "${local.state_bucket_arn}/service.tfstate.tflock"]
    },
  ]

  deploy_image_statements = [
    {
      Sid    = "KeepImages"
      Effect = "Allow"
      Action = [
        "ecr:BatchGetImage",
        "ecr:DeleteLifecyclePolicy",
        "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer",
        "ecr:GetLifecyclePolicy",
        "ecr:PutLifecyclePolicy",
      ]
      Resource = aws_ecr_repository.app.arn
    },
  ]

  deploy_role_statements = [
    {
      Sid       = "PassTaskRoles"
      Effect    = "Allow"
      Action    = "iam:PassRole"
      Resource  = [aws_iam_role.execution.arn, aws_iam_role.task.arn]
      Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    },
    {
      Sid      = "MakeServiceLinkedRoles"
      Effect   = "Allow"
      Action   = "iam:CreateServiceLinkedRole"
      Resource = "arn:${local.partition}:iam::${local.account}:role/aws-service-role/*"
      Condition = { StringEquals = { "iam:AWSServiceName" = [
        "ecs.amazonaws.com",
        "ecs.application-autoscaling.amazonaws.com",
        "elasticache.amazonaws.com",
        "elasticloadbalancing.amazonaws.com",
        "wafv2.amazonaws.com",
      ] } }
    },
  ]

  # Without a zone there is no domain, and no record to change.
  deploy_zone_statements = var.zone_id == null ? [] : [
    {
      Sid      = "ChangeRecords"
      Effect   = "Allow"
      Action   = "route53:ChangeResourceRecordSets"
      Resource = "arn:${local.partition}:route53:::hostedzone/${var.zone_id}"
    },
  ]
}

resource "aws_iam_role_policy" "deploy" {
  count = local.github ? 1 : 0

  name   = "deploy"
  role   = aws_iam_role.deploy[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.deploy_statements })

  lifecycle {
    precondition {
      condition     = length(jsonencode(local.deploy_statements)) < 10000
      error_message = "The deploy role's policy is longer than the 10,240 characters that IAM allows."
    }
  }
}
