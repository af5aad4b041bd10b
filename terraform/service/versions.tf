terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket, key, region and locking come from `terraform/deploy`, which knows the bucket of the bootstrap stack.
  backend "s3" {}
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

# CloudFront takes its certificate and its firewall from this region only.
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  # The project's own tags override the user's: the deploy role is restricted by them.
  tags = merge(var.tags, { Project = var.name, Environment = var.environment, Stack = "service", ManagedBy = "terraform" })

  # A target group's generated name leaves room for a prefix of 6 characters.
  short_prefix = "${substr(var.name, 0, 5)}-"
}
