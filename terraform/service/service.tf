# The tasks: what one is, and how they are kept running and replaced.
locals {
  container = "app"
  user      = "10001:10001"

  # After SIGTERM the program serves on while the load balancer forgets it, then finishes open requests (seconds).
  # ECS kills what is still there after the stop timeout, hence the margin.
  drain_delay   = 5
  drain_timeout = 20
  stop_timeout  = local.drain_delay + local.drain_timeout + 5

  # Each proxy appends the address it was asked from: the load balancer, and CloudFront before it.
  trusted_proxies = var.cdn ? 2 : 1

  # Every task counts for itself, so each gets its share of what the account may send. While a deploy runs old and new
  # tasks side by side the sum can be exceeded for minutes; the provider's 429 is then answered from the cache.
  openweathermap_share = floor(var.openweathermap_per_minute / var.max_tasks)

  environment = merge(
    {
      LISTEN                    = "0.0.0.0:${local.app_port}"
      TRUSTED_PROXIES           = tostring(local.trusted_proxies)
      DEFAULT_CITY              = var.default_city
      OPENWEATHERMAP_PER_MINUTE = tostring(local.openweathermap_share)
      DRAIN_DELAY               = "${local.drain_delay}s"
      DRAIN_TIMEOUT             = "${local.drain_timeout}s"
    },
    var.met_norway_contact == null ? {} : { MET_NORWAY_CONTACT = var.met_norway_contact },
    length(var.weather_providers) == 0 ? {} : { PROVIDERS = join(",", var.weather_providers) },
  )

  secrets = var.openweathermap_api_key_parameter_arn == null ? {} : {
    OPENWEATHERMAP_API_KEY = var.openweathermap_api_key_parameter_arn
  }

  some_provider = anytrue([
    length(var.weather_providers) > 0,
    var.met_norway_contact != null,
    var.openweathermap_api_key_parameter_arn != null,
  ])
}

resource "aws_ecs_cluster" "main" {
  #checkov:skip=CKV_AWS_65:Container Insights costs by the metric; the alarms need none of them
  name = var.name
}

resource "aws_ecs_task_definition" "app" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  container_definitions = jsonencode([{
    name                   = local.container
    image                  = var.image
    essential              = true
    user                   = local.user
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
    stopTimeout            = local.stop_timeout
    portMappings           = [{ containerPort = local.app_port, protocol = "tcp" }]
    environment            = [for name, value in local.environment : { name = name, value = value }]
    secrets                = [for name, arn in local.secrets : { name = name, valueFrom = arn }]

    # The load balancer asks from outside; this finds a process that hangs sooner, and ECS replaces the task.
    healthCheck = {
      command     = ["CMD", "/weather-app", "healthcheck"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 10
    }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.app.name
        awslogs-region        = var.region
        awslogs-stream-prefix = local.container
        mode                  = "non-blocking" # lost log lines rather than lost requests
        max-buffer-size       = "4m"
      }
    }
  }])

  lifecycle {
    # The old one stays usable until the service has left it, so a failed deploy can go back.
    create_before_destroy = true

    precondition {
      condition     = local.some_provider
      error_message = "No weather provider: give openweathermap_api_key_parameter_arn, met_norway_contact or weather_providers (open-meteo needs neither key nor contact, for non-commercial use)."
    }
  }
}

resource "aws_ecs_service" "app" {
  #checkov:skip=CKV_AWS_333:public addresses only with nat_mode = none, where the security group still lets in the load balancer alone
  name                               = var.name
  cluster                            = aws_ecs_cluster.main.id
  task_definition                    = aws_ecs_task_definition.app.arn
  launch_type                        = "FARGATE"
  platform_version                   = "LATEST"
  desired_count                      = var.min_tasks
  availability_zone_rebalancing      = "ENABLED"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 60
  enable_execute_command             = false
  enable_ecs_managed_tags            = true
  propagate_tags                     = "SERVICE"
  wait_for_steady_state              = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = [for subnet in(var.nat_mode == "none" ? aws_subnet.public : aws_subnet.private) : subnet.id]
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = var.nat_mode == "none"
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.app.arn
    container_name   = local.container
    container_port   = local.app_port
  }

  lifecycle {
    ignore_changes = [desired_count] # autoscaling's
  }

  # ECS refuses a target group that no listener uses; a task cannot start before its role may pull, nor without a way out.
  depends_on = [
    aws_lb_listener.http,
    aws_lb_listener.https,
    aws_lb_listener_rule.from_cdn,
    aws_iam_role_policy.execution,
    aws_route.internet,
    aws_route.nat,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.tasks_to_https,
    aws_vpc_security_group_ingress_rule.tasks_from_load_balancer,
    aws_vpc_security_group_egress_rule.load_balancer_to_tasks,
  ]
}
