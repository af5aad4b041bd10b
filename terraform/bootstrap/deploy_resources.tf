# The resources of the service stack, as the deploy role reaches them.
locals {
  # arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, for those whose ARN holds the environment's name.
  named_resources = concat(
    [for resource in ["loadbalancer", "listener", "listener-rule"] : "elasticloadbalancing:${var.region}:${local.account}:${resource}/app/${local.name}/*"],
    [for resource in ["cluster/${local.name}", "service/${local.name}/*", "task/${local.name}/*"] : "ecs:${var.region}:${local.account}:${resource}"],
    ["elasticache:${var.region}:${local.account}:serverlesscache:${local.name}"],
    [for suffix in ["", ":*"] : "logs:${var.region}:${local.account}:log-group:/ecs/${local.name}${suffix}"],
    ["cloudwatch:${var.region}:${local.account}:alarm:${local.name}-*", "cloudwatch::${local.account}:dashboard/${local.name}"],
    [for suffix in ["", ":*"] : "sns:${var.region}:${local.account}:${local.name}-alarms${suffix}"],
    ["wafv2:${var.region}:${local.account}:regional/webacl/${local.name}/*", "wafv2:us-east-1:${local.account}:global/webacl/${local.name}/*"],
    [for suffix in ["", "/*"] : "s3:::${local.name}-logs-${local.account}-${var.region}${suffix}"],
  )

  # Read actions that AWS can restrict by neither name nor tag. None of them reads a secret of the program.
  read_statement = {
    Sid    = "Read"
    Effect = "Allow"
    Action = [
      "acm:DescribeCertificate",
      "acm:ListTagsForCertificate",
      "application-autoscaling:Describe*",
      "application-autoscaling:ListTagsForResource",
      "cloudfront:Get*",
      "cloudfront:List*",
      "cloudwatch:DescribeAlarms",
      "ec2:Describe*",
      "ec2:GetManagedPrefixListEntries",
      "ec2:GetSecurityGroupsForVpc",
      "ecs:DescribeTaskDefinition",
      "ecs:ListTaskDefinitions",
      "elasticache:DescribeServerlessCaches",
      "elasticloadbalancing:Describe*",
      "logs:DescribeLogGroups",
      "route53:Get*",
      "route53:List*",
    ]
    Resource  = "*"
    Condition = { StringEquals = { "aws:RequestedRegion" = local.deploy_regions } }
  }

  deploy_resource_statements = [
    local.read_statement,
    {
      Sid    = "ChangeByName"
      Effect = "Allow"
      Action = [
        "cloudwatch:*",
        "ecs:CreateService",
        "ecs:DeleteCluster",
        "ecs:DeleteService",
        "ecs:DescribeClusters",
        "ecs:DescribeServices",
        "ecs:DescribeTasks",
        "ecs:ListTagsForResource",
        "ecs:TagResource",
        "ecs:UntagResource",
        "ecs:UpdateCluster",
        "ecs:UpdateService",
        "elasticache:*",
        "elasticloadbalancing:*",
        "logs:*",
        "s3:*",
        "sns:*",
        "wafv2:*",
      ]
      Resource = [for resource in local.named_resources : "arn:${local.partition}:${resource}"]
    },
    {
      Sid    = "MakeWithTag"
      Effect = "Allow"
      Action = [
        "acm:RequestCertificate",
        "application-autoscaling:RegisterScalableTarget",
        "ec2:AllocateAddress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateInternetGateway",
        "ec2:CreateNatGateway",
        "ec2:CreateRouteTable",
        "ec2:CreateSecurityGroup",
        "ec2:CreateSubnet",
        "ec2:CreateVpc",
        "ec2:CreateVpcEndpoint",
        "ecs:CreateCluster",
        "ecs:RegisterTaskDefinition",
        "elasticloadbalancing:CreateTargetGroup",
      ]
      Resource  = "*"
      Condition = local.project_of_request
    },
    {
      # An action that creates something inside a network requires the network's tag too.
      Sid    = "ChangeByTag"
      Effect = "Allow"
      Action = [
        "acm:AddTagsToCertificate",
        "acm:DeleteCertificate",
        "acm:RemoveTagsFromCertificate",
        "application-autoscaling:DeleteScalingPolicy",
        "application-autoscaling:DeregisterScalableTarget",
        "application-autoscaling:PutScalingPolicy",
        "application-autoscaling:RegisterScalableTarget",
        "application-autoscaling:TagResource",
        "application-autoscaling:UntagResource",
        "cloudfront:DeleteDistribution",
        "cloudfront:TagResource",
        "cloudfront:UntagResource",
        "cloudfront:UpdateDistribution",
        "ec2:Associate*",
        "ec2:Attach*",
        "ec2:AuthorizeSecurityGroup*",
        "ec2:Create*",
        "ec2:Delete*",
        "ec2:Detach*",
        "ec2:Disassociate*",
        "ec2:Modify*",
        "ec2:ReleaseAddress",
        "ec2:Replace*",
        "ec2:RevokeSecurityGroup*",
        "ec2:UpdateSecurityGroupRuleDescriptions*",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyTargetGroup*",
        "elasticloadbalancing:RemoveTags",
      ]
      Resource  = "*"
      Condition = local.project_of_resource
    },
    # A new resource gets its tags by a second action. Where AWS says which action created it, only new resources may be
    # tagged; elsewhere those without a project. No resource of another project can be given this one's tag.
    {
      Sid      = "TagNewNetwork"
      Effect   = "Allow"
      Action   = "ec2:CreateTags"
      Resource = "arn:${local.partition}:ec2:${var.region}:${local.account}:*/*"
      Condition = {
        StringEquals = { "aws:RequestTag/Project" = local.name }
        StringLike   = { "ec2:CreateAction" = ["AllocateAddress", "AuthorizeSecurityGroup*", "Create*"] }
      }
    },
    # ElastiCache creates the endpoint of a cache in the caller's name, with a tag of its own.
    {
      Sid       = "MakeCacheEndpoint"
      Effect    = "Allow"
      Action    = "ec2:CreateVpcEndpoint"
      Resource  = "arn:${local.partition}:ec2:${var.region}:${local.account}:vpc-endpoint/*"
      Condition = { StringLike = { "ec2:VpceServiceName" = "com.amazonaws.elasticache.serverless.*" } }
    },
    {
      Sid       = "TagCacheEndpoint"
      Effect    = "Allow"
      Action    = "ec2:CreateTags"
      Resource  = "arn:${local.partition}:ec2:${var.region}:${local.account}:vpc-endpoint/*"
      Condition = { StringEquals = { "ec2:CreateAction" = "CreateVpcEndpoint", "aws:RequestTag/AmazonElastiCacheManaged" = "true" } }
    },
    {
      Sid       = "TagNewTaskDefinition"
      Effect    = "Allow"
      Action    = "ecs:TagResource"
      Resource  = "*"
      Condition = { StringEquals = { "aws:RequestTag/Project" = local.name, "ecs:CreateAction" = "RegisterTaskDefinition" } }
    },
    {
      Sid       = "TagNewTargetGroup"
      Effect    = "Allow"
      Action    = "elasticloadbalancing:AddTags"
      Resource  = "*"
      Condition = { StringEquals = { "aws:RequestTag/Project" = local.name, "elasticloadbalancing:CreateAction" = "CreateTargetGroup" } }
    },
    {
      # The security group is the one that AWS creates with a network; it is emptied.
      Sid    = "TagUntagged"
      Effect = "Allow"
      Action = ["acm:AddTagsToCertificate", "application-autoscaling:TagResource", "cloudfront:TagResource", "ec2:CreateTags"]
      Resource = [for resource in [
        "acm:*:${local.account}:certificate/*",
        "application-autoscaling:${var.region}:${local.account}:scalable-target/*",
        "cloudfront::${local.account}:distribution/*",
        "ec2:${var.region}:${local.account}:security-group/*",
      ] : "arn:${local.partition}:${resource}"]
      Condition = {
        StringEquals = { "aws:RequestTag/Project" = local.name }
        Null         = { "aws:ResourceTag/Project" = "true" }
      }
    },
    {
      # By cluster, because the action supports no other resource of the service.
      Sid       = "FindTasks"
      Effect    = "Allow"
      Action    = "ecs:ListTasks"
      Resource  = "*"
      Condition = { ArnEquals = { "ecs:cluster" = "arn:${local.partition}:ecs:${var.region}:${local.account}:cluster/${local.name}" } }
    },
    {
      # AWS's own rules, which a firewall names.
      Sid      = "UseManagedRules"
      Effect   = "Allow"
      Action   = ["wafv2:CreateWebACL", "wafv2:UpdateWebACL"]
      Resource = "arn:${local.partition}:wafv2:*:${local.account}:*/managedruleset/*/*"
    },
    {
      # CloudFront's policies have neither tags nor names in their ARNs; a distribution has both only once it exists.
      Sid    = "Unbounded"
      Effect = "Allow"
      Action = [
        "cloudfront:CreateCachePolicy",
        "cloudfront:CreateDistribution",
        "cloudfront:CreateOriginRequestPolicy",
        "cloudfront:CreateResponseHeadersPolicy",
        "cloudfront:DeleteCachePolicy",
        "cloudfront:DeleteOriginRequestPolicy",
        "cloudfront:DeleteResponseHeadersPolicy",
        "cloudfront:UpdateCachePolicy",
        "cloudfront:UpdateOriginRequestPolicy",
        "cloudfront:UpdateResponseHeadersPolicy",
      ]
      Resource = "*"
    },
  ]
}
