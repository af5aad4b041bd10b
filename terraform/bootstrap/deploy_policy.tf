# What the service stack changes, and no more: no instance can be started, and the only roles in reach are the two of
# the tasks, which keep to the boundary below whatever policy is written into them.
locals {
  task_roles = [for role in ["execution", "task"] : "arn:${local.partition}:iam::${local.account}:role/${var.name}-${role}"]

  deploy_statements = [
    {
      Sid      = "FindState"
      Effect   = "Allow"
      Action   = "s3:ListBucket"
      Resource = aws_s3_bucket.state.arn
    },
    {
      Sid      = "ReadBootstrapState"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "${aws_s3_bucket.state.arn}/bootstrap.tfstate"
    },
    {
      Sid      = "KeepServiceState"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
      Resource = ["${aws_s3_bucket.state.arn}/service.tfstate", "${aws_s3_bucket.state.arn}/service.tfstate.tflock"]
    },
    {
      Sid      = "Login"
      Effect   = "Allow"
      Action   = "ecr:GetAuthorizationToken"
      Resource = "*" # the action knows no resource
    },
    {
      Sid      = "LookAtImages"
      Effect   = "Allow"
      Action   = ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"]
      Resource = aws_ecr_repository.app.arn
    },
    {
      Sid    = "ChangeNetwork"
      Effect = "Allow"
      Action = [
        "ec2:Describe*",
        "ec2:GetManagedPrefixListEntries",
        "ec2:*Address*",
        "ec2:*InternetGateway*",
        "ec2:*NatGateway*",
        "ec2:*Route*",
        "ec2:*SecurityGroup*",
        "ec2:*Subnet*",
        "ec2:*Tags",
        "ec2:*Vpc*",
      ]
      Resource  = "*"
      Condition = { StringEquals = { "aws:RequestedRegion" = [var.region] } }
    },
    {
      Sid    = "ChangeService"
      Effect = "Allow"
      Action = [
        "acm:*",
        "application-autoscaling:*",
        "cloudwatch:*",
        "ecs:*",
        "elasticloadbalancing:*",
        "logs:*",
        "sns:*",
        "wafv2:*",
      ]
      Resource = "*"
      # CloudFront's certificates and rules live in us-east-1.
      Condition = { StringEquals = { "aws:RequestedRegion" = distinct([var.region, "us-east-1"]) } }
    },
    {
      Sid    = "ChangeEdge"
      Effect = "Allow"
      Action = [
        "cloudfront:*",
        "route53:ChangeResourceRecordSets",
        "route53:Get*",
        "route53:List*",
      ]
      Resource = "*"
    },
    {
      Sid      = "ChangeAccessLogs"
      Effect   = "Allow"
      Action   = "s3:*"
      Resource = ["arn:${local.partition}:s3:::${var.name}-logs-*", "arn:${local.partition}:s3:::${var.name}-logs-*/*"]
    },
    {
      Sid    = "ChangeTaskRoles"
      Effect = "Allow"
      Action = [
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:List*",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
      ]
      Resource = local.task_roles
    },
    {
      Sid       = "MakeTaskRolesInsideTheBoundary"
      Effect    = "Allow"
      Action    = ["iam:CreateRole", "iam:PutRolePolicy"]
      Resource  = local.task_roles
      Condition = { StringEquals = { "iam:PermissionsBoundary" = aws_iam_policy.task_boundary.arn } }
    },
    {
      Sid       = "PassTaskRoles"
      Effect    = "Allow"
      Action    = "iam:PassRole"
      Resource  = local.task_roles
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
        "elasticloadbalancing.amazonaws.com",
        "wafv2.amazonaws.com",
      ] } }
    },
  ]
}

resource "aws_iam_role_policy" "deploy" {
  count = local.github ? 1 : 0

  name   = "deploy"
  role   = aws_iam_role.deploy[0].id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.deploy_statements })
}

# The most that a role of the tasks can ever do.
resource "aws_iam_policy" "task_boundary" {
  name        = "${var.name}-task-boundary"
  description = "Bounds the roles of the tasks of ${var.name}"

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
        Resource = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/ecs/${var.name}:*"
      },
      {
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = "ssm:GetParameters"
        Resource = "arn:${local.partition}:ssm:${var.region}:${local.account}:parameter/${var.name}/*"
      },
    ]
  })
}
