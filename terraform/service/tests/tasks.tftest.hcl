# The tasks: what one is, how they are kept running and replaced, what they may do, and what is told of them.
mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks"
}

variables {
  image              = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:0123abc"
  met_norway_contact = "ops@example.org"
  domain_name        = "weather.example.org"
  zone_id            = "Z0123456789ABCDEFGHIJ"
}

run "tasks" {
  assert {
    condition     = contains(aws_ecs_task_definition.app.requires_compatibilities, "FARGATE") && aws_ecs_task_definition.app.network_mode == "awsvpc"
    error_message = "The task is not one for Fargate."
  }

  assert {
    condition     = tonumber(aws_ecs_task_definition.app.cpu) == 256 && tonumber(aws_ecs_task_definition.app.memory) == 512
    error_message = "The task does not get 0.25 vCPU and 512 MiB."
  }

  assert {
    condition     = aws_ecs_task_definition.app.runtime_platform[0].cpu_architecture == "X86_64"
    error_message = "The default processor is not X86_64."
  }

  assert {
    condition     = aws_ecs_service.app.desired_count == 2 && aws_ecs_service.app.launch_type == "FARGATE"
    error_message = "Two tasks do not run on Fargate, never on Spot."
  }

  assert {
    condition     = toset(aws_ecs_service.app.network_configuration[0].subnets) == toset([for subnet in aws_subnet.private : subnet.id])
    error_message = "The tasks are not in the private subnets."
  }

  assert {
    condition     = !aws_ecs_service.app.network_configuration[0].assign_public_ip
    error_message = "The tasks have public addresses."
  }

  assert {
    condition     = one(aws_ecs_service.app.load_balancer).target_group_arn == aws_lb_target_group.app.arn && one(aws_ecs_service.app.load_balancer).container_port == 5000
    error_message = "The service is not tied to the target group on 5000."
  }

  assert {
    condition     = aws_ecs_service.app.deployment_circuit_breaker[0].enable && aws_ecs_service.app.deployment_circuit_breaker[0].rollback
    error_message = "A failed deploy does not go back by itself."
  }

  assert {
    condition     = aws_ecs_service.app.deployment_minimum_healthy_percent == 100 && aws_ecs_service.app.deployment_maximum_percent == 200
    error_message = "A deploy stops old tasks before new ones serve."
  }

  assert {
    condition     = aws_ecs_service.app.availability_zone_rebalancing == "ENABLED"
    error_message = "Tasks do not spread over the zones again after a zone was lost."
  }

  assert {
    condition     = aws_ecs_service.app.health_check_grace_period_seconds == 60
    error_message = "A new task is not given 60 s."
  }

  assert {
    condition     = aws_ecs_service.app.wait_for_steady_state
    error_message = "An apply does not wait for the new tasks."
  }

  assert {
    condition     = !aws_ecs_service.app.enable_execute_command
    error_message = "A shell could be opened in a task."
  }

  assert {
    condition     = aws_ecs_service.app.propagate_tags == "SERVICE" && aws_ecs_service.app.enable_ecs_managed_tags
    error_message = "Tasks do not carry the service's tags."
  }

  assert {
    condition     = length(aws_ecs_task_definition.app.volume) == 0
    error_message = "The task has a volume, and needs none."
  }
}

run "container" {
  command = plan

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].image == var.image
    error_message = "The task runs another image than it was told."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].user == "10001:10001"
    error_message = "The container does not run as 10001."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].readonlyRootFilesystem
    error_message = "The container can write its root."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"]
    error_message = "The container keeps capabilities."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].healthCheck.command == ["CMD", "/weather-app", "healthcheck"]
    error_message = "The container's health is not asked by its own command, without a shell."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].portMappings[0].containerPort == 5000
    error_message = "The container does not listen on 5000."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].stopTimeout > local.drain_delay + local.drain_timeout
    error_message = "ECS kills the program while it drains."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].logConfiguration.options["awslogs-group"] == "/ecs/weather-app"
    error_message = "The container does not log to the group."
  }

  assert {
    condition = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value } == {
      LISTEN                    = "0.0.0.0:5000"
      TRUSTED_PROXIES           = "1"
      DEFAULT_CITY              = "London"
      OPENWEATHERMAP_PER_MINUTE = "9"
      DRAIN_DELAY               = "5s"
      DRAIN_TIMEOUT             = "20s"
      MET_NORWAY_CONTACT        = "ops@example.org"
    }
    error_message = "The environment is not the default one."
  }

  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets) == 0
    error_message = "Without a key there is a secret."
  }

  assert {
    condition     = length([for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement if statement.Sid == "ReadSecret"]) == 0
    error_message = "Without a key the execution role may read secrets."
  }
}

run "with_a_key_and_named_providers" {
  variables {
    openweathermap_api_key_parameter_arn = "arn:aws:ssm:eu-west-2:123456789012:parameter/weather-app/openweathermap-api-key"
    openweathermap_per_minute            = 3000
    max_tasks                            = 10
    weather_providers                    = ["met-norway", "openweathermap"]
    architecture                         = "ARM64"
    permissions_boundary_arn             = "arn:aws:iam::123456789012:policy/weather-app-task-boundary"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets == [{ name = "OPENWEATHERMAP_API_KEY", valueFrom = var.openweathermap_api_key_parameter_arn }]
    error_message = "The key does not come from the parameter."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["OPENWEATHERMAP_PER_MINUTE"] == "300"
    error_message = "The account's limit is not shared among the most tasks."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["PROVIDERS"] == "met-norway,openweathermap"
    error_message = "The providers are not asked in the order given."
  }

  assert {
    condition     = aws_ecs_task_definition.app.runtime_platform[0].cpu_architecture == "ARM64"
    error_message = "The task is not for ARM64."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Resource if statement.Sid == "ReadSecret"] == [var.openweathermap_api_key_parameter_arn]
    error_message = "The execution role may read other parameters than the one."
  }

  assert {
    condition     = aws_iam_role.execution.permissions_boundary == var.permissions_boundary_arn && aws_iam_role.task.permissions_boundary == var.permissions_boundary_arn
    error_message = "A role of the tasks has no boundary."
  }
}

run "roles" {
  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Resource if statement.Sid == "Pull"] == ["arn:aws:ecr:eu-west-2:123456789012:repository/weather-app"]
    error_message = "The execution role may pull other images."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Resource if statement.Sid == "Log"] == ["arn:aws:logs:eu-west-2:123456789012:log-group:/ecs/weather-app:*"]
    error_message = "The execution role may write other logs."
  }

  assert {
    condition     = aws_iam_role_policy.execution.role == aws_iam_role.execution.id
    error_message = "The task's role has a policy; the program calls no AWS API."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.execution, aws_iam_role.task] : jsondecode(role.assume_role_policy).Statement[0].Principal.Service == "ecs-tasks.amazonaws.com"])
    error_message = "Others than tasks may take the tasks' roles."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.execution, aws_iam_role.task] : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "123456789012"])
    error_message = "Another account's tasks may take the tasks' roles."
  }
}

run "autoscaling" {
  assert {
    condition     = aws_appautoscaling_target.tasks.min_capacity == 2 && aws_appautoscaling_target.tasks.max_capacity == 6
    error_message = "There are not 2 to 6 tasks."
  }

  assert {
    condition     = aws_appautoscaling_policy.tasks["cpu"].target_tracking_scaling_policy_configuration[0].target_value == 60
    error_message = "Scaling does not aim at 60 % of the processor."
  }

  assert {
    condition     = aws_appautoscaling_policy.tasks["requests"].target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].predefined_metric_type == "ALBRequestCountPerTarget"
    error_message = "Scaling does not look at the requests."
  }

  assert {
    condition     = aws_appautoscaling_policy.tasks["requests"].target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].resource_label == "app/weather-app/0123456789abcdef/targetgroup/weath-1/0123456789abcdef"
    error_message = "Scaling looks at another target group's requests."
  }
}

run "observability" {
  variables {
    alarm_email = "ops@example.org"
    min_tasks   = 3
  }

  assert {
    condition     = aws_cloudwatch_log_group.app.retention_in_days == 30
    error_message = "Logs are kept for ever."
  }

  assert {
    condition     = join(" ", keys(aws_cloudwatch_metric_alarm.app)) == "errors-of-load-balancer errors-of-tasks running-tasks slow-answers unhealthy-tasks"
    error_message = "An alarm is missing."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.app : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "An alarm tells nobody."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.app["running-tasks"].threshold == 3 && aws_cloudwatch_metric_alarm.app["running-tasks"].treat_missing_data == "breaching"
    error_message = "Tasks may be missing without an alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.app["slow-answers"].extended_statistic == "p95"
    error_message = "Slow answers are not measured by the 95th percentile."
  }

  assert {
    condition     = aws_sns_topic_subscription.email[0].endpoint == "ops@example.org"
    error_message = "The address is not told of alarms."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.app.dashboard_body).widgets) == 5
    error_message = "The dashboard does not show each alarm's metric."
  }
}
