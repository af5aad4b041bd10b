# What must exist before an image: state, repository, key, and who may push and deploy.
mock_provider "aws" {
  source = "./tests/mocks"
}

# Given in every run, as it must be wherever a test applies: only the version decides whether it is stored.
variables {
  openweathermap_api_key = "c0ffee5eedc0ffee5eedc0ffee5eed00"
}

run "defaults" {
  assert {
    condition     = aws_s3_bucket.state.bucket == "weather-app-state-123456789012-eu-west-2"
    error_message = "The bucket has another name than terraform/deploy looks for."
  }

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "A state that was overwritten is lost."
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.state.block_public_acls,
      aws_s3_bucket_public_access_block.state.block_public_policy,
      aws_s3_bucket_public_access_block.state.ignore_public_acls,
      aws_s3_bucket_public_access_block.state.restrict_public_buckets,
    ])
    error_message = "The state could be made public."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.state.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "The state can be read without TLS."
  }

  assert {
    condition     = !aws_s3_bucket.state.force_destroy && !aws_ecr_repository.app.force_delete
    error_message = "State or images can be deleted by mistake."
  }

  assert {
    condition     = aws_ecr_repository.app.image_tag_mutability == "IMMUTABLE"
    error_message = "A tag can be moved to another image."
  }

  assert {
    condition     = aws_ecr_repository.app.image_scanning_configuration[0].scan_on_push
    error_message = "Images are not scanned."
  }

  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.app.policy).rules : rule.selection.countNumber] == [7, 20]
    error_message = "Untagged images do not go after 7 days, or the last 20 are not kept."
  }

  assert {
    condition     = jsondecode(aws_iam_role.push.assume_role_policy).Statement[0].Principal.AWS == "arn:aws:iam::123456789012:root"
    error_message = "Without GitHub the push role is not for the account's own users."
  }

  assert {
    condition     = aws_iam_role_policy.push.role == aws_iam_role.push.id && [for statement in jsondecode(aws_iam_role_policy.push.policy).Statement : statement.Resource if statement.Sid == "Push"] == ["arn:aws:ecr:eu-west-2:123456789012:repository/weather-app"]
    error_message = "The push role may push elsewhere than to the repository."
  }

  assert {
    condition     = length(aws_iam_role.deploy) == 0 && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "Without a GitHub repository a workflow may deploy."
  }

  assert {
    condition     = length(aws_ssm_parameter.openweathermap_api_key) == 0 && output.service_variables.openweathermap_api_key_parameter_arn == null
    error_message = "Without a key there is a parameter."
  }
}

run "with_github" {
  variables {
    github_repository = "someone/weather"
  }

  assert {
    condition     = jsondecode(aws_iam_role.push.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:someone/weather:ref:refs/heads/main"
    error_message = "Another branch or repository may push."
  }

  assert {
    condition     = jsondecode(aws_iam_role.deploy[0].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:someone/weather:environment:production"
    error_message = "Another environment or repository may deploy."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.push, aws_iam_role.deploy[0]] : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"])
    error_message = "A token meant for others is taken."
  }

  assert {
    condition     = [for statement in local.deploy_statements : statement.Condition.StringEquals["iam:PermissionsBoundary"] if statement.Sid == "MakeTaskRolesInsideTheBoundary"] == ["arn:aws:iam::123456789012:policy/weather-app-task-boundary"]
    error_message = "The deploy role may make roles without the boundary."
  }

  assert {
    condition = alltrue([
      for statement in local.deploy_statements : toset(statement.Resource) == toset([
        "arn:aws:iam::123456789012:role/weather-app-execution",
        "arn:aws:iam::123456789012:role/weather-app-task",
      ]) if contains(["ChangeTaskRoles", "MakeTaskRolesInsideTheBoundary", "PassTaskRoles"], statement.Sid)
    ])
    error_message = "The deploy role reaches other roles than the tasks', its own among them."
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.deploy[0].policy, "ssm:") && !strcontains(aws_iam_role_policy.deploy[0].policy, "RunInstances")
    error_message = "The deploy role may read the key or start instances."
  }
}

run "with_an_oidc_provider_of_the_account" {
  command = plan

  variables {
    github_repository        = "someone/weather"
    github_oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "A second OIDC provider is made, which AWS refuses."
  }
}

run "with_a_key" {
  variables {
    openweathermap_api_key_version = 1
  }

  assert {
    condition     = aws_ssm_parameter.openweathermap_api_key[0].type == "SecureString" && aws_ssm_parameter.openweathermap_api_key[0].value_wo_version == 1
    error_message = "The key is not stored encrypted, under its version."
  }

  assert {
    condition     = aws_ssm_parameter.openweathermap_api_key[0].value_wo == null
    error_message = "The key's value is in the state."
  }

  assert {
    condition     = !can(regex(aws_ssm_parameter.openweathermap_api_key[0].allowed_pattern, local.no_key))
    error_message = "The word that stands in for the key could be stored as one."
  }
}

run "wrong_values" {
  command = plan

  variables {
    name                           = "-"
    region                         = "London"
    max_retries                    = 1.5
    images_kept                    = 1
    github_repository              = "someone"
    github_branch                  = "*"
    github_oidc_provider_arn       = "token.actions.githubusercontent.com"
    openweathermap_api_key_version = -1
    openweathermap_api_key         = "\"quoted\""
  }

  expect_failures = [
    var.name,
    var.region,
    var.max_retries,
    var.images_kept,
    var.github_repository,
    var.github_branch,
    var.github_oidc_provider_arn,
    var.openweathermap_api_key_version,
    var.openweathermap_api_key,
  ]
}
