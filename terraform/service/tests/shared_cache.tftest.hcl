# The cache that all tasks share: who can reach it, what settings the tasks get, and what it may cost.
mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks_us_east_1"
}

variables {
  image                     = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:0123abc"
  execution_role_arn        = "arn:aws:iam::123456789012:role/weather-app-ecs-execution"
  task_role_arn             = "arn:aws:iam::123456789012:role/weather-app-ecs-task"
  met_norway_contact        = "ops@example.org"
  openweathermap_per_minute = 60
  domain_name               = "weather.example.org"
  zone_id                   = "Z0123456789ABCDEFGHIJ"
}

run "without_it" {
  command = plan

  assert {
    condition     = length(aws_elasticache_serverless_cache.shared) == 0 && length(aws_security_group.shared_cache) == 0 && length(aws_vpc_security_group_egress_rule.tasks_to_shared_cache) == 0 && length(aws_vpc_security_group_egress_rule.tasks_to_own_valkey) == 0
    error_message = "There is a shared cache, or a rule for one, by default."
  }

  assert {
    condition     = !contains([for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name], "VALKEY_URL")
    error_message = "The tasks have a VALKEY_URL without a shared cache."
  }
}

run "with_it" {
  variables {
    shared_cache = true
  }

  assert {
    condition     = aws_elasticache_serverless_cache.shared[0].engine == "valkey" && aws_elasticache_serverless_cache.shared[0].name == "weather-app"
    error_message = "The shared cache is not a Valkey with the service's name."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["VALKEY_URL"] == "valkeys://weather-app-0a1b2c.serverless.euw2.cache.amazonaws.com:6379"
    error_message = "The tasks do not get the shared cache's address with TLS."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["OPENWEATHERMAP_PER_MINUTE"] == "60"
    error_message = "The account's limit is divided although the tasks count together."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["INSTANCES"] == "6"
    error_message = "The tasks do not know how many they are while the shared cache cannot be reached."
  }

  assert {
    condition     = toset(aws_elasticache_serverless_cache.shared[0].security_group_ids) == toset([aws_security_group.shared_cache[0].id]) && toset(aws_elasticache_serverless_cache.shared[0].subnet_ids) == toset([for subnet in aws_subnet.private : subnet.id]) && aws_security_group.shared_cache[0].vpc_id == aws_vpc.main.id
    error_message = "The shared cache is not in the private subnets, behind a security group of its own."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.shared_cache_from_tasks[0].security_group_id == aws_security_group.shared_cache[0].id && aws_vpc_security_group_ingress_rule.shared_cache_from_tasks[0].referenced_security_group_id == aws_security_group.tasks.id && aws_vpc_security_group_ingress_rule.shared_cache_from_tasks[0].cidr_ipv4 == null
    error_message = "The shared cache accepts connections from others than the tasks."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.tasks_to_shared_cache[0].security_group_id == aws_security_group.tasks.id && aws_vpc_security_group_egress_rule.tasks_to_shared_cache[0].referenced_security_group_id == aws_security_group.shared_cache[0].id && aws_vpc_security_group_egress_rule.tasks_to_shared_cache[0].cidr_ipv4 == null
    error_message = "The tasks may not connect to the shared cache, or to more than that."
  }

  assert {
    condition     = alltrue([for rule in [aws_vpc_security_group_ingress_rule.shared_cache_from_tasks[0], aws_vpc_security_group_egress_rule.tasks_to_shared_cache[0]] : rule.ip_protocol == "tcp" && rule.from_port == 6379 && rule.to_port == 6380])
    error_message = "The ports between the tasks and the shared cache are not 6379 and 6380."
  }

  assert {
    condition     = aws_elasticache_serverless_cache.shared[0].cache_usage_limits[0].data_storage[0].maximum == 1 && aws_elasticache_serverless_cache.shared[0].cache_usage_limits[0].data_storage[0].unit == "GB" && aws_elasticache_serverless_cache.shared[0].cache_usage_limits[0].ecpu_per_second[0].maximum == 10000
    error_message = "The cost of the shared cache has no bound."
  }
}

run "in_four_zones" {
  command = plan

  variables {
    shared_cache = true
    zones        = { a = 0, b = 1, c = 2, d = 3 }
  }

  assert {
    condition     = length(aws_elasticache_serverless_cache.shared) == 1 && length(aws_subnet.private) == 4
    error_message = "The shared cache cannot be planned in four zones, of which AWS accepts three."
  }
}

run "a_valkey_of_ones_own" {
  variables {
    secret_parameter_arns = { VALKEY_URL = "arn:aws:ssm:eu-west-2:123456789012:parameter/weather-app/valkey-url" }
  }

  assert {
    condition     = jsondecode(aws_ecs_task_definition.app.container_definitions)[0].secrets == [{ name = "VALKEY_URL", valueFrom = var.secret_parameter_arns["VALKEY_URL"] }] && length(aws_elasticache_serverless_cache.shared) == 0
    error_message = "The URL of the Valkey does not come from its parameter, or there is a second one."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["OPENWEATHERMAP_PER_MINUTE"] == "60"
    error_message = "The limits are divided although the tasks share a Valkey."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.tasks_to_own_valkey[0].security_group_id == aws_security_group.tasks.id && aws_vpc_security_group_egress_rule.tasks_to_own_valkey[0].ip_protocol == "tcp" && aws_vpc_security_group_egress_rule.tasks_to_own_valkey[0].from_port == 6379 && aws_vpc_security_group_egress_rule.tasks_to_own_valkey[0].to_port == 6379
    error_message = "The tasks may not connect to port 6379 of the Valkey."
  }
}

run "two_at_once" {
  command = plan

  variables {
    shared_cache          = true
    secret_parameter_arns = { VALKEY_URL = "arn:aws:ssm:eu-west-2:123456789012:parameter/weather-app/valkey-url" }
  }

  expect_failures = [aws_ecs_task_definition.app]
}
