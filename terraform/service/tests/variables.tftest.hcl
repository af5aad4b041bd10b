# Wrong values are refused, by the variable that is wrong.
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


run "wrong_values" {
  command = plan

  variables {
    name                       = "weather-app-of-the-far-north-west" # too long
    region                     = "eu-west-2a"                        # a zone
    execution_role_arn         = "weather-app-ecs-execution"
    task_role_arn              = "weather-app-ecs-task"
    vpc_cidr                   = "10.0.0.0/24" # too small for its subnets
    zones                      = { a = 0 }     # a load balancer needs two
    nat_mode                   = "instance"
    zone_id                    = null # with a domain
    cdn_price_class            = "cheap"
    waf_requests_per_5_minutes = 1
    access_log_days            = 0
    image                      = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:latest" # moves
    architecture               = "RISCV"
    cpu                        = 100
    min_tasks                  = 0
    images_kept                = 1
    cdn                        = "true"
    hsts_days                  = -1
    fresh_for                  = "10 minutes"
    stale_for                  = "6"
    cache_size                 = "much"
    misses_per_minute          = 0.5
    log                        = "info, debug"
    default_city               = " "
    secret_parameter_arns      = { OPENWEATHERMAP_API_KEY = "0123456789abcdef0123456789abcdef" } # the key itself
    met_norway_contact         = "me"
    log_days                   = 42
    alarm_email                = "ops"
    alarm_latency_seconds      = 0
    alarm_errors_per_5_minutes = 0
  }

  expect_failures = [
    var.name,
    var.region,
    var.execution_role_arn,
    var.task_role_arn,
    var.vpc_cidr,
    var.zones,
    var.nat_mode,
    var.zone_id,
    var.cdn_price_class,
    var.waf_requests_per_5_minutes,
    var.access_log_days,
    var.image,
    var.architecture,
    var.cpu,
    var.min_tasks,
    var.images_kept,
    var.cdn,
    var.hsts_days,
    var.fresh_for,
    var.stale_for,
    var.cache_size,
    var.misses_per_minute,
    var.log,
    var.default_city,
    var.secret_parameter_arns,
    var.met_norway_contact,
    var.log_days,
    var.alarm_email,
    var.alarm_latency_seconds,
    var.alarm_errors_per_5_minutes,
  ]
}

run "values_that_do_not_go_together" {
  command = plan

  variables {
    zones             = { a = 0, b = 0 }
    domain_name       = "https://weather.example.org"           # a name has no scheme
    image             = "docker.io/library/weather-app:0123abc" # the execution role pulls from ECR
    cpu               = 1024
    memory            = 1024
    min_tasks         = 4
    max_tasks         = 3
    weather_providers = ["met-norway", "met-norway"]
  }

  expect_failures = [
    var.zones,
    var.domain_name,
    var.image,
    var.memory,
    var.max_tasks,
    var.weather_providers,
  ]
}

run "a_share_too_small_to_ask_with" {
  command = plan

  variables {
    openweathermap_per_minute = 11 # a new place takes two requests, and there are six tasks
  }

  expect_failures = [var.openweathermap_per_minute]
}

run "the_smallest_share" {
  command = plan

  variables {
    openweathermap_per_minute = 12
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["OPENWEATHERMAP_PER_MINUTE"] == "2"
    error_message = "The smallest share is not two."
  }
}

run "met_norway_without_a_contact" {
  command = plan

  variables {
    met_norway_contact = null
    weather_providers  = ["met-norway"]
  }

  expect_failures = [aws_ecs_task_definition.app]
}

run "openweathermap_without_a_key" {
  command = plan

  variables {
    weather_providers = ["openweathermap"]
  }

  expect_failures = [aws_ecs_task_definition.app]
}

run "the_sample_as_a_provider" {
  command = plan

  variables {
    weather_providers = ["sample"]
  }

  expect_failures = [var.weather_providers]
}

run "no_provider_at_all" {
  command = plan

  variables {
    met_norway_contact = null
  }

  expect_failures = [aws_ecs_task_definition.app]
}

run "open_meteo_by_name_needs_nothing" {
  command = plan

  variables {
    met_norway_contact = null
    weather_providers  = ["open-meteo"]
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["PROVIDERS"] == "open-meteo"
    error_message = "Open-Meteo is not the only provider."
  }
}

run "an_image_by_its_digest" {
  command = plan

  variables {
    image = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/team/weather-app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }

  assert {
    condition     = aws_ecr_lifecycle_policy.app.repository == "team/weather-app" && [for rule in jsondecode(aws_ecr_lifecycle_policy.app.policy).rules : rule.selection.tagStatus] == ["untagged", "any"]
    error_message = "The repository's name is not read from an image with a digest."
  }
}
