# What is refused, and that it is refused by the variable that is wrong.
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


run "wrong_values" {
  command = plan

  variables {
    name                                 = "weather-app-of-the-north" # too long
    region                               = "eu-west-2a"               # a zone
    max_retries                          = -1
    permissions_boundary_arn             = "weather-app-task-boundary"
    vpc_cidr                             = "10.0.0.0/24" # too small for its subnets
    zones                                = { a = 0 }     # a load balancer asks for two
    nat_mode                             = "instance"
    zone_id                              = null # with a domain
    cdn_price_class                      = "cheap"
    waf_requests_per_5_minutes           = 1
    access_log_days                      = 0
    image                                = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:latest" # moves
    architecture                         = "RISCV"
    cpu                                  = 100
    min_tasks                            = 0
    requests_per_task                    = 0
    default_city                         = " "
    openweathermap_api_key_parameter_arn = "0123456789abcdef0123456789abcdef" # the key itself
    met_norway_contact                   = "me"
    log_days                             = 42
    alarm_email                          = "ops"
    alarm_latency_seconds                = 0
    alarm_errors_per_5_minutes           = 0
  }

  expect_failures = [
    var.name,
    var.region,
    var.max_retries,
    var.permissions_boundary_arn,
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
    var.requests_per_task,
    var.default_city,
    var.openweathermap_api_key_parameter_arn,
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
    weather_providers = ["openweathermap"] # without a key
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

run "met_norway_without_a_contact" {
  command = plan

  variables {
    met_norway_contact        = null
    weather_providers         = ["met-norway"]
    openweathermap_per_minute = 5 # less than one for each of six tasks
  }

  expect_failures = [var.weather_providers, var.openweathermap_per_minute]
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
    error_message = "Open-Meteo alone is not asked."
  }
}

run "an_image_by_its_digest" {
  command = plan

  variables {
    image = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/team/weather-app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  }

  assert {
    condition     = local.repository_arn == "arn:aws:ecr:eu-west-2:123456789012:repository/team/weather-app"
    error_message = "The repository is not found in an image's digest."
  }
}
