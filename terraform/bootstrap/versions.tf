terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # Bucket, key, region and locking come from `terraform/deploy`, which creates the bucket.
  backend "s3" {}
}

provider "aws" {
  region = var.region

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
  tags = merge(var.tags, { Project = local.name, Environment = var.environment, Stack = "bootstrap", ManagedBy = "terraform" })

  # Created by terraform/deploy, which builds the same name.
  state_bucket_arn = "arn:${local.partition}:s3:::${local.name}-state-${local.account}-${var.region}"
}
