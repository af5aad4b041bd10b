terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6"
    }
  }

  # Bucket, key, region and locking come from `terraform/deploy`, which knows the bucket of the bootstrap stack.
  backend "s3" {}
}

provider "aws" {
  region      = var.region
  max_retries = var.max_retries

  default_tags {
    tags = local.tags
  }
}

# CloudFront takes its certificate and its firewall from this region only.
provider "aws" {
  alias       = "us_east_1"
  region      = "us-east-1"
  max_retries = var.max_retries

  default_tags {
    tags = local.tags
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  tags      = merge({ Project = var.name, Stack = "service", ManagedBy = "terraform" }, var.tags)

  # A prefix of at most 6 characters is what a target group's generated name leaves room for.
  short_prefix = "${substr(var.name, 0, 5)}-"
}
