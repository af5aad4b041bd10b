# One cache for all tasks: together they fetch each place once, and share the providers' limits instead of dividing them.
# Only the tasks can reach it, by TLS, and it holds weather. Hence it has no password, which would be a secret to store,
# to rotate, and to keep out of the state.
locals {
  cache_count = var.shared_cache ? 1 : 0

  # Writes go to the first port, reads from replicas to the second.
  valkey_port      = 6379
  valkey_read_port = 6380

  # A Valkey whose URL the bootstrap stack has stored.
  own_valkey = contains(keys(var.secret_parameter_arns), "VALKEY_URL")

  # Whether the tasks count their requests together.
  counts_together = var.shared_cache || local.own_valkey
}

resource "aws_elasticache_serverless_cache" "shared" {
  count = local.cache_count

  name                 = var.name
  description          = "What the tasks of ${var.name} know together"
  engine               = "valkey"
  major_engine_version = "8"
  security_group_ids   = [aws_security_group.shared_cache[0].id]

  # AWS accepts two or three, each in another zone.
  subnet_ids = slice([for subnet in aws_subnet.private : subnet.id], 0, min(3, length(aws_subnet.private)))

  # Limits for the bill: about 60 dollars a month for each. Above the first the cache evicts what was used longest ago;
  # above the second its answers are late, and the tasks do without it.
  cache_usage_limits {
    data_storage {
      maximum = 1
      unit    = "GB"
    }

    ecpu_per_second {
      maximum = 10000
    }
  }
}

resource "aws_security_group" "shared_cache" {
  count = local.cache_count

  name_prefix = "${var.name}-cache-"
  description = "Shared cache of ${var.name}"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${var.name}-shared-cache" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "shared_cache_from_tasks" {
  count = local.cache_count

  security_group_id            = aws_security_group.shared_cache[0].id
  description                  = "From the tasks only"
  referenced_security_group_id = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = local.valkey_port
  to_port                      = local.valkey_read_port
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_shared_cache" {
  count = local.cache_count

  security_group_id            = aws_security_group.tasks.id
  description                  = "To the shared cache"
  referenced_security_group_id = aws_security_group.shared_cache[0].id
  ip_protocol                  = "tcp"
  from_port                    = local.valkey_port
  to_port                      = local.valkey_read_port
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_own_valkey" {
  count = local.own_valkey ? 1 : 0

  security_group_id = aws_security_group.tasks.id
  description       = "To the Valkey of valkey_url"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = local.valkey_port
  to_port           = local.valkey_port
}
