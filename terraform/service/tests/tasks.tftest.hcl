# The tasks: their definition, how they are kept running and replaced, what they may do, and how they are observed.
mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks_us_east_1"
}

variables {
  image              = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:0123abc"
  execution_role_arn = "arn:aws:iam::123456789012:role/weather-app-ecs-execution"
  task_role_arn      = "arn:aws:iam::123456789012:role/weather-app-ecs-task"
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
    error_message = "The service does not run two tasks on Fargate."
  }

  assert {
    condition     = aws_ecs_service.app.task_definition == aws_ecs_task_definition.app.arn && aws_ecs_service.app.cluster == aws_ecs_cluster.main.id
    error_message = "The service runs another task definition, or in another cluster."
  }

  assert {
    condition     = aws_ecs_task_definition.app.execution_role_arn == var.execution_role_arn && aws_ecs_task_definition.app.task_role_arn == var.task_role_arn
    error_message = "The execution role and the task role are mixed up."
  }

  assert {
    condition     = one(aws_ecs_service.app.load_balancer).container_name == jsondecode(aws_ecs_task_definition.app.container_definitions)[0].name
    error_message = "The load balancer sends to a container that the task does not have."
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
    error_message = "A failed deploy is not rolled back."
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
    error_message = "A new task has no grace period of 60 s."
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
    error_message = "The task does not run the given image."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].user == "10001:10001"
    error_message = "The container does not run as 10001."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].readonlyRootFilesystem
    error_message = "The container can write to its root file system."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"]
    error_message = "The container has Linux capabilities."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].healthCheck.command == ["CMD", "/weather-app", "healthcheck"]
    error_message = "The container's health check is not the program's own command."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].portMappings[0].containerPort == 5000
    error_message = "The container does not listen on 5000."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].stopTimeout > sum([for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : tonumber(trimsuffix(v.value, "s")) if startswith(v.name, "DRAIN_")]) && jsondecode(aws_ecs_task_definition.app.container_definitions)[0].stopTimeout <= 120
    error_message = "ECS kills the program while it drains."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].logConfiguration.options["awslogs-group"] == aws_cloudwatch_log_group.app.name && jsondecode(aws_ecs_task_definition.app.container_definitions)[0].logConfiguration.options["awslogs-region"] == "eu-west-2"
    error_message = "The container does not log to the group."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].logConfiguration.options["mode"] == "non-blocking"
    error_message = "A log that cannot be written blocks requests."
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].healthCheck.interval * jsondecode(aws_ecs_task_definition.app.container_definitions)[0].healthCheck.retries <= 30
    error_message = "A hanging process is not detected within half a minute."
  }

  assert {
    condition = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value } == {
      LISTEN                    = "0.0.0.0:5000"
      TRUSTED_PROXIES           = "1"
      DEFAULT_CITY              = "London"
      OPENWEATHERMAP_PER_MINUTE = "9"
      INSTANCES                 = "6"
      CACHE_SIZE                = "80MB"
      DRAIN_DELAY               = "5s"
      DRAIN_TIMEOUT             = "20s"
      MET_NORWAY_CONTACT        = "ops@example.org"
    }
    error_message = "The environment is not the default one."
  }

  assert {
    condition     = length(jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets) == 0
    error_message = "The task has a secret although none is stored."
  }
}

run "with_a_key_and_named_providers" {
  variables {
    secret_parameter_arns     = { OPENWEATHERMAP_API_KEY = "arn:aws:ssm:eu-west-2:123456789012:parameter/weather-app/openweathermap-api-key" }
    openweathermap_per_minute = 3000
    max_tasks                 = 10
    weather_providers         = ["met-norway", "openweathermap"]
    architecture              = "ARM64"
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets == [{ name = "OPENWEATHERMAP_API_KEY", valueFrom = var.secret_parameter_arns["OPENWEATHERMAP_API_KEY"] }]
    error_message = "The key does not come from the parameter."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["OPENWEATHERMAP_PER_MINUTE"] == "300"
    error_message = "The account's limit is not divided by max_tasks."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["PROVIDERS"] == "met-norway,openweathermap"
    error_message = "The providers are not asked in the order given."
  }

  assert {
    condition     = aws_ecs_task_definition.app.runtime_platform[0].cpu_architecture == "ARM64"
    error_message = "The task is not for ARM64."
  }
}

run "with_every_setting" {
  command = plan

  variables {
    secret_parameter_arns = {
      OPEN_METEO_API_KEY = "arn:aws:ssm:eu-west-2:123456789012:parameter/weather-app/open-meteo-api-key"
      API_KEYS           = "arn:aws:ssm:eu-west-2:123456789012:parameter/weather-app/api-keys"
    }
    weather_providers = ["open-meteo"]
    memory            = 2048
    fresh_for         = "5m"
    stale_for         = "12h"
    misses_per_minute = 0
    log               = "info,weather_app::service=debug"
    tags              = { Project = "another", Team = "weather" }
  }

  assert {
    condition = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value if !contains(["LISTEN", "TRUSTED_PROXIES", "DEFAULT_CITY", "OPENWEATHERMAP_PER_MINUTE", "DRAIN_DELAY", "DRAIN_TIMEOUT", "MET_NORWAY_CONTACT", "INSTANCES"], v.name) } == {
      PROVIDERS         = "open-meteo"
      FRESH_FOR         = "5m"
      STALE_FOR         = "12h"
      MISSES_PER_MINUTE = "0"
      CACHE_SIZE        = "848MB"
      LOG               = "info,weather_app::service=debug"
    }
    error_message = "A setting does not reach the tasks."
  }

  assert {
    condition     = toset(jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets[*].name) == toset(["OPEN_METEO_API_KEY", "API_KEYS"])
    error_message = "A secret does not reach the tasks."
  }

  assert {
    condition     = local.tags == { Project = "weather-app", Environment = "production", Stack = "service", ManagedBy = "terraform", Team = "weather" }
    error_message = "A user's tags replace the project's, or are missing."
  }
}

run "with_a_cache_size" {
  command = plan

  variables {
    cache_size = "64MiB"
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["CACHE_SIZE"] == "64MiB"
    error_message = "CACHE_SIZE is not the given cache_size."
  }
}

run "images" {
  assert {
    condition     = [for rule in jsondecode(aws_ecr_lifecycle_policy.app.policy).rules : "${rule.rulePriority} ${rule.selection.tagStatus} ${rule.selection.countNumber}"] == ["1 tagged 1", "2 untagged 7", "3 any 20"]
    error_message = "Untagged images do not expire after 7 days, or the last 20 are not kept."
  }

  assert {
    condition     = jsondecode(aws_ecr_lifecycle_policy.app.policy).rules[0].selection.tagPrefixList == ["0123abc"]
    error_message = "The image that runs can expire after a rollback to it."
  }

  assert {
    condition     = aws_ecr_lifecycle_policy.app.repository == "weather-app"
    error_message = "The lifecycle policy is for another repository."
  }

  assert {
    condition     = aws_ecs_task_definition.app.skip_destroy
    error_message = "A failed deploy deregisters the task definition that ECS rolls back to."
  }

  assert {
    condition     = aws_ecs_service.app.timeouts.create == "10m"
    error_message = "A first deploy of a bad image does not fail within ten minutes."
  }
}

run "autoscaling" {
  assert {
    condition     = aws_appautoscaling_target.tasks.min_capacity == 2 && aws_appautoscaling_target.tasks.max_capacity == 6
    error_message = "There are not 2 to 6 tasks."
  }

  assert {
    condition     = aws_appautoscaling_target.tasks.resource_id == "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.app.name}" && aws_appautoscaling_target.tasks.scalable_dimension == "ecs:service:DesiredCount" && aws_appautoscaling_policy.cpu.resource_id == aws_appautoscaling_target.tasks.resource_id && aws_appautoscaling_policy.cpu.policy_type == "TargetTrackingScaling"
    error_message = "Scaling does not change the service's number of tasks."
  }

  assert {
    condition     = aws_appautoscaling_policy.cpu.target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].predefined_metric_type == "ECSServiceAverageCPUUtilization"
    error_message = "Scaling does not follow the service's CPU use."
  }

  assert {
    condition     = aws_appautoscaling_policy.cpu.target_tracking_scaling_policy_configuration[0].scale_out_cooldown < aws_appautoscaling_policy.cpu.target_tracking_scaling_policy_configuration[0].scale_in_cooldown
    error_message = "Scaling in is not slower than scaling out."
  }

  assert {
    condition     = aws_appautoscaling_policy.cpu.target_tracking_scaling_policy_configuration[0].target_value == 60
    error_message = "Scaling's target is not 60 % CPU."
  }
}

run "observability" {
  variables {
    alarm_email = "ops@example.org"
    min_tasks   = 3
  }

  assert {
    condition     = aws_cloudwatch_log_group.app.retention_in_days == 30
    error_message = "Logs are not deleted after log_days."
  }

  assert {
    condition     = join(" ", keys(aws_cloudwatch_metric_alarm.app)) == "errors-of-load-balancer errors-of-tasks running-tasks slow-answers unhealthy-tasks"
    error_message = "An alarm is missing."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.app : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "An alarm does not notify the topic."
  }

  assert {
    condition = { for name, alarm in aws_cloudwatch_metric_alarm.app : name => join(" ", [alarm.namespace, alarm.metric_name, alarm.statistic == null ? alarm.extended_statistic : alarm.statistic, alarm.comparison_operator, alarm.treat_missing_data]) } == {
      errors-of-tasks         = "AWS/ApplicationELB HTTPCode_Target_5XX_Count Sum GreaterThanOrEqualToThreshold notBreaching"
      errors-of-load-balancer = "AWS/ApplicationELB HTTPCode_ELB_5XX_Count Sum GreaterThanOrEqualToThreshold notBreaching"
      unhealthy-tasks         = "AWS/ApplicationELB UnHealthyHostCount Maximum GreaterThanThreshold notBreaching"
      slow-answers            = "AWS/ApplicationELB TargetResponseTime p95 GreaterThanThreshold notBreaching"
      running-tasks           = "AWS/ECS CPUUtilization SampleCount LessThanThreshold breaching"
    }
    error_message = "An alarm watches another metric than its name says."
  }

  assert {
    condition = alltrue([
      for name, alarm in aws_cloudwatch_metric_alarm.app : alarm.dimensions == merge(
        name == "running-tasks" ? { ClusterName = "weather-app", ServiceName = "weather-app" } : { LoadBalancer = aws_lb.main.arn_suffix },
        contains(["errors-of-load-balancer", "running-tasks"], name) ? {} : { TargetGroup = aws_lb_target_group.app.arn_suffix },
      )
    ])
    error_message = "An alarm watches another service."
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.app : name => "${alarm.threshold} in ${alarm.period * alarm.evaluation_periods} s" } == { errors-of-tasks = "10 in 300 s", errors-of-load-balancer = "10 in 300 s", unhealthy-tasks = "0 in 300 s", slow-answers = "2 in 300 s", running-tasks = "3 in 300 s" }
    error_message = "An alarm has another threshold, or is not raised after five minutes."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.app : alarm.ok_actions == toset([aws_sns_topic.alarms.arn]) && alarm.actions_enabled != false])
    error_message = "The topic is not notified when an alarm ends."
  }

  assert {
    condition     = aws_ecs_service.app.desired_count == 2
    error_message = "A deploy resets the number of tasks that autoscaling chose."
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
    condition     = aws_sns_topic_subscription.email[0].endpoint == "ops@example.org" && aws_sns_topic_subscription.email[0].topic_arn == aws_sns_topic.alarms.arn
    error_message = "The address is not subscribed to the alarms."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.app.dashboard_body).widgets) == 5
    error_message = "The dashboard does not show each alarm's metric."
  }
}
