# No backend is named here: the bucket that holds the state is made by this very stack. The first apply keeps its
# state beside these files; `terraform/deploy` then writes backend_override.tf and moves the state into the bucket.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 6"
    }
  }
}

provider "aws" {
  region      = var.region
  max_retries = var.max_retries

  default_tags {
    tags = merge({ Project = var.name, Stack = "bootstrap", ManagedBy = "terraform" }, var.tags)
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
}
