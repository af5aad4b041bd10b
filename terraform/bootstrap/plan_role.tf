# For pull requests: a role that may read what a plan of the service stack reads, and nothing else. Every branch of the
# repository can use it, whatever its workflow says, so it reads no secret of the program and no log.
locals {
  plan_statements = [
    {
      Sid      = "FindState"
      Effect   = "Allow"
      Action   = "s3:ListBucket"
      Resource = local.state_bucket_arn
    },
    {
      # Without locking it, which would be a write.
      Sid      = "ReadState"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = [for stack in ["bootstrap", "service"] : "${local.state_bucket_arn}/${stack}.tfstate"]
    },
    {
      Sid      = "LookAtImages"
      Effect   = "Allow"
      Action   = "ecr:GetLifecyclePolicy"
      Resource = aws_ecr_repository.app.arn
    },
    local.read_statement,
    {
      # Neither logs:Get* nor s3:GetObject: they would read what the program and the load balancer logged.
      Sid    = "LookByName"
      Effect = "Allow"
      Action = [
        "cloudwatch:Describe*",
        "cloudwatch:Get*",
        "cloudwatch:List*",
        "ecs:DescribeClusters",
        "ecs:DescribeServices",
        "ecs:ListTagsForResource",
        "elasticache:Describe*",
        "elasticache:List*",
        "elasticloadbalancing:Describe*",
        "logs:ListTagsForResource",
        "s3:Get*Configuration",
        "s3:GetBucket*",
        "s3:ListBucket",
        "sns:Get*",
        "sns:List*",
        "wafv2:Get*",
        "wafv2:List*",
      ]
      Resource = [for resource in local.named_resources : "arn:${local.partition}:${resource}"]
    },
  ]
}

resource "aws_iam_role" "plan" {
  count = var.plan_pull_requests ? 1 : 0

  name               = "${local.name}-plan"
  description        = "Plans the service stack of ${local.name} for pull requests, and changes nothing"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [local.trusts.plan] })
}

resource "aws_iam_role_policy" "plan" {
  count = var.plan_pull_requests ? 1 : 0

  name   = "plan"
  role   = aws_iam_role.plan[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.plan_statements })
}
