# The tasks: their definition, and how they are kept running and replaced.
locals {
  container = "app"
  user      = "10001:10001"

  # After SIGTERM the program goes on serving while the load balancer deregisters it, then finishes open requests (seconds).
  # ECS kills a task that still runs after the stop timeout, hence the margin.
  drain_delay   = 5
  drain_timeout = 20
  stop_timeout  = local.drain_delay + local.drain_timeout + 5
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
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.task_role_arn

  # Old revisions stay registered: ECS rolls back to one when a new one fails, and a service on a deregistered revision can be
  # neither updated nor restarted. terraform/deploy --destroy deregisters them.
  skip_destroy = true

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
    secrets                = [for name, arn in var.secret_parameter_arns : { name = name, valueFrom = arn }]

    # The load balancer checks from outside; this detects a hanging process sooner, and ECS replaces the task.
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
    precondition {
      condition     = local.some_provider
      error_message = "No weather provider: store a key (openweathermap_api_key_version in bootstrap.tfvars), or give met_norway_contact or weather_providers in service.tfvars (open-meteo needs neither key nor contact, for non-commercial use)."
    }

    precondition {
      condition     = !contains(var.weather_providers, "openweathermap") || contains(keys(var.secret_parameter_arns), "OPENWEATHERMAP_API_KEY")
      error_message = "weather_providers names openweathermap, which needs a key: store one (openweathermap_api_key_version in bootstrap.tfvars)."
    }

    precondition {
      condition     = !contains(var.weather_providers, "met-norway") || var.met_norway_contact != null
      error_message = "weather_providers names met-norway, which needs met_norway_contact."
    }

    precondition {
      condition     = !(var.shared_cache && local.own_valkey)
      error_message = "There are two shared caches: take shared_cache out of service.tfvars, or valkey_url_version out of bootstrap.tfvars."
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

  # A first deploy has nothing to roll back to, so ECS retries it until this timeout. Later ones end by the circuit breaker.
  timeouts {
    create = "10m"
    update = "20m"
  }

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

  # ECS refuses a target group that no listener uses, and a task cannot start without a way out.
  depends_on = [
    aws_lb_listener.http,
    aws_lb_listener.https,
    aws_lb_listener_rule.from_cdn,
    aws_route.internet,
    aws_route.nat,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.tasks_to_https,
    aws_vpc_security_group_egress_rule.tasks_to_own_valkey,
    aws_vpc_security_group_egress_rule.tasks_to_shared_cache,
    aws_vpc_security_group_ingress_rule.shared_cache_from_tasks,
    aws_vpc_security_group_ingress_rule.tasks_from_load_balancer,
    aws_vpc_security_group_egress_rule.load_balancer_to_tasks,
  ]
}
