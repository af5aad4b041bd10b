# What must exist before an image: repository, secrets, roles, and who may push and deploy.
mock_provider "aws" {
  source = "./tests/mocks"
}

# Given in every run, because an apply requires it: only the version decides whether it is stored.
variables {
  openweathermap_api_key = "c0ffee5eedc0ffee5eedc0ffee5eed00"
  open_meteo_api_key     = "paid-hosts-0123456789"
  api_keys               = "one,two"
  valkey_url             = "valkeys://weather:c0ffee@cache.example.org:6379"
}

run "defaults" {
  assert {
    condition     = !aws_ecr_repository.app.force_delete
    error_message = "Images can be deleted by mistake."
  }

  assert {
    condition     = length(aws_ssm_parameter.secret) == 0 && output.service_variables.secret_parameter_arns == {}
    error_message = "There is a parameter although no secret is stored."
  }

  assert {
    condition     = output.service_variables.name == "weather-app" && output.service_variables.execution_role_arn == aws_iam_role.execution.arn && output.service_variables.task_role_arn == aws_iam_role.task.arn
    error_message = "The outputs lack the names and roles of this stack."
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
    condition     = jsondecode(aws_iam_role.push.assume_role_policy).Statement[0].Principal.AWS == "arn:aws:iam::123456789012:root"
    error_message = "Without GitHub the push role is not for the account's own users."
  }

  assert {
    condition     = aws_iam_role_policy.push.role == aws_iam_role.push.id && [for statement in jsondecode(aws_iam_role_policy.push.policy).Statement : statement.Resource if statement.Sid == "Push"] == ["arn:aws:ecr:eu-west-2:123456789012:repository/weather-app"]
    error_message = "The push role may push to other repositories."
  }

  assert {
    condition     = length(aws_iam_role.deploy) == 0 && length(aws_iam_openid_connect_provider.github) == 0
    error_message = "Without a GitHub repository a workflow may deploy."
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
    error_message = "A token for another audience is accepted."
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
    error_message = "There is a second OIDC provider, which AWS rejects."
  }
}

run "with_secrets" {
  variables {
    openweathermap_api_key_version = 1
    open_meteo_api_key_version     = 2
    api_keys_version               = 3
    valkey_url_version             = 4
  }

  assert {
    condition = { for setting, parameter in aws_ssm_parameter.secret : setting => "${parameter.type} ${parameter.name} ${parameter.value_wo_version}" } == {
      OPENWEATHERMAP_API_KEY = "SecureString /weather-app/openweathermap-api-key 1"
      OPEN_METEO_API_KEY     = "SecureString /weather-app/open-meteo-api-key 2"
      API_KEYS               = "SecureString /weather-app/api-keys 3"
      VALKEY_URL             = "SecureString /weather-app/valkey-url 4"
    }
    error_message = "A secret is not stored encrypted, under its name and version."
  }

  assert {
    condition     = output.service_variables.secret_parameter_arns == { for setting, parameter in aws_ssm_parameter.secret : setting => parameter.arn }
    error_message = "The outputs lack the secrets' parameters."
  }

  assert {
    condition     = alltrue([for secret in aws_ssm_parameter.secret : !can(regex(secret.allowed_pattern, "no value given"))])
    error_message = "The placeholder for a missing value would be accepted as a secret."
  }
}

run "roles_of_the_tasks" {
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Resource if contains(["Pull", "Log", "ReadSecrets"], statement.Sid)] == ["arn:aws:ecr:eu-west-2:123456789012:repository/weather-app", "arn:aws:logs:eu-west-2:123456789012:log-group:/ecs/weather-app:*", "arn:aws:ssm:eu-west-2:123456789012:parameter/weather-app/*"]
    error_message = "The execution role may pull other images, write other logs or read other secrets."
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Condition.StringEquals if statement.Action == "kms:Decrypt"]) == { "kms:ViaService" = "ssm.eu-west-2.amazonaws.com" }
    error_message = "The execution role cannot decrypt the secrets by SSM, or may decrypt more."
  }

  assert {
    condition     = aws_iam_role_policy.execution.role == aws_iam_role.execution.id
    error_message = "The policy is not attached to the execution role."
  }

  assert {
    condition     = jsondecode(aws_iam_role.execution.assume_role_policy).Statement == [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }]
    error_message = "The execution role's trust is not the one that AWS documents."
  }

  assert {
    condition     = jsondecode(aws_iam_role.task.assume_role_policy).Statement[0].Principal.Service == "ecs-tasks.amazonaws.com" && jsondecode(aws_iam_role.task.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Tasks of another account may assume the task role."
  }
}

run "the_deploy_role" {
  variables {
    github_repository = "someone/weather"
    domain_name       = "weather.example.org"
    zone_id           = "Z0123456789ABCDEFGHIJ"
  }

  assert {
    condition     = length([for statement in jsondecode(aws_iam_role_policy.deploy[0].policy).Statement : statement if length([for action in flatten([statement.Action]) : action if startswith(action, "iam:") && !contains(["iam:PassRole", "iam:CreateServiceLinkedRole"], action)]) > 0]) == 0
    error_message = "The deploy role may write roles or policies."
  }

  assert {
    condition     = toset(one([for statement in jsondecode(aws_iam_role_policy.deploy[0].policy).Statement : statement.Resource if statement.Sid == "PassTaskRoles"])) == toset([aws_iam_role.execution.arn, aws_iam_role.task.arn])
    error_message = "The deploy role may pass other roles than the tasks' two."
  }

  # What may be done to any resource: reading, and what Unbounded lists. The rest is restricted by a name or by the tag.
  assert {
    condition = toset([
      for statement in jsondecode(aws_iam_role_policy.deploy[0].policy).Statement : statement.Sid
      if contains(flatten([statement.Resource]), "*") && !can(regex("Project\"|ecs:cluster", jsonencode(try(statement.Condition, {}))))
    ]) == toset(["Read", "Unbounded"])
    error_message = "The deploy role may change resources of others."
  }

  assert {
    condition     = alltrue([for action in one([for statement in jsondecode(aws_iam_role_policy.deploy[0].policy).Statement : statement.Action if statement.Sid == "Unbounded"]) : startswith(action, "cloudfront:")])
    error_message = "Other actions than CloudFront's are unbounded."
  }

  assert {
    condition     = alltrue([for action in one([for statement in jsondecode(aws_iam_role_policy.deploy[0].policy).Statement : statement.Action if statement.Sid == "Read"]) : can(regex(":(Describe|Get|List)", action))])
    error_message = "The deploy role may do more than read resources of others."
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.deploy[0].policy).Statement : statement.Resource if statement.Action == "route53:ChangeResourceRecordSets"]) == "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
    error_message = "The deploy role may change other zones than the domain's."
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.deploy[0].policy, "ssm:") && !strcontains(aws_iam_role_policy.deploy[0].policy, "kms:") && !strcontains(aws_iam_role_policy.deploy[0].policy, "RunTask") && !strcontains(aws_iam_role_policy.deploy[0].policy, "ecs:*") && !strcontains(aws_iam_role_policy.deploy[0].policy, "ExecuteCommand")
    error_message = "The deploy role may read secrets, or run tasks or commands beside the service."
  }

  assert {
    condition     = length(aws_iam_role_policy.deploy[0].policy) <= 10240
    error_message = "The policy is longer than IAM allows."
  }
}

run "the_plan_role" {
  variables {
    github_repository  = "someone/weather"
    plan_pull_requests = true
  }

  assert {
    condition     = jsondecode(aws_iam_role.plan[0].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:someone/weather:pull_request" && jsondecode(aws_iam_role.plan[0].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    error_message = "Others than pull requests of the repository may assume the plan role."
  }

  assert {
    condition     = alltrue([for action in flatten(jsondecode(aws_iam_role_policy.plan[0].policy).Statement[*].Action) : can(regex(":(Describe|Get|List)", action))])
    error_message = "The plan role may do more than read."
  }

  assert {
    condition     = aws_iam_role_policy.plan[0].role == aws_iam_role.plan[0].id && output.plan_role_arn == aws_iam_role.plan[0].arn
    error_message = "The plan role's policy is not attached to it."
  }
}

run "no_plan_role_by_default" {
  variables {
    github_repository = "someone/weather"
  }

  assert {
    condition     = length(aws_iam_role.plan) == 0 && length(aws_iam_role_policy.plan) == 0 && output.plan_role_arn == null
    error_message = "There is a plan role although it is off by default."
  }
}

run "a_plan_role_without_a_repository" {
  command = plan

  variables {
    plan_pull_requests = true
  }

  expect_failures = [var.plan_pull_requests]
}

run "without_a_domain" {
  variables {
    github_repository = "someone/weather"
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.deploy[0].policy, "route53:Change")
    error_message = "Without a domain the deploy role may change records."
  }
}

run "another_environment" {
  variables {
    environment       = "staging"
    github_repository = "someone/weather"
    region            = "us-west-2"
    tags              = { Project = "another", Team = "weather" }
  }

  assert {
    condition     = toset([aws_ecr_repository.app.name, aws_iam_role.push.name, aws_iam_role.deploy[0].name, aws_iam_role.execution.name, aws_iam_role.task.name]) == toset(["staging-weather-app", "staging-weather-app-push", "staging-weather-app-deploy", "staging-weather-app-ecs-execution", "staging-weather-app-ecs-task"])
    error_message = "Two environments would have the same names in one account."
  }

  assert {
    condition     = jsondecode(aws_iam_role.deploy[0].assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:someone/weather:environment:staging"
    error_message = "Another environment's jobs may deploy this one."
  }

  assert {
    condition     = output.github == "someone/weather staging main"
    error_message = "The output for terraform/deploy's check of GitHub's rules is wrong."
  }

  assert {
    condition     = strcontains(aws_iam_role_policy.deploy[0].policy, "arn:aws:s3:::staging-weather-app-state-123456789012-us-west-2/service.tfstate") && alltrue([for resource in local.named_resources : strcontains(resource, "staging-weather-app")])
    error_message = "The deploy role reaches another environment's state or resources."
  }
  assert {
    condition     = local.tags == { Project = "staging-weather-app", Environment = "staging", Stack = "bootstrap", ManagedBy = "terraform", Team = "weather" }
    error_message = "A user's tags replace the project's, or are missing."
  }
}

run "wrong_values" {
  command = plan

  variables {
    name                           = "-"
    region                         = "London"
    github_repository              = "someone"
    github_branch                  = "*"
    github_oidc_provider_arn       = "token.actions.githubusercontent.com"
    openweathermap_api_key_version = -1
    openweathermap_api_key         = "\"quoted\""
    open_meteo_api_key_version     = 0.5
    open_meteo_api_key             = "short"
    api_keys_version               = -1
    api_keys                       = "one, two"
    valkey_url_version             = -1
    valkey_url                     = "valkeys://cache.example.org" # without the one port that tasks may reach
  }

  expect_failures = [
    var.name,
    var.region,
    var.github_repository,
    var.github_branch,
    var.github_oidc_provider_arn,
    var.openweathermap_api_key_version,
    var.openweathermap_api_key,
    var.open_meteo_api_key_version,
    var.open_meteo_api_key,
    var.api_keys_version,
    var.api_keys,
    var.valkey_url_version,
    var.valkey_url,
  ]
}

run "a_name_too_long_together" {
  command = plan

  variables {
    environment = "an-environment-with-a-long-name"
  }

  expect_failures = [var.environment]
}
