# The program's settings, as the tasks get them.
locals {
  # Each proxy appends its client's address: the load balancer, and CloudFront before it. While the load balancer answers
  # everyone, only the address that it appends itself can be trusted.
  trusted_proxies = var.cdn == "on" ? 2 : 1

  # With a shared cache the program divides nothing, and uses INSTANCES only while it has never reached the cache.
  # Without a shared cache each task counts for itself, so each gets its share of what the account may send. While a deploy
  # runs old and new tasks side by side the sum can be exceeded for minutes; the provider's 429 is then answered from the
  # cache.
  openweathermap_share = local.counts_together ? var.openweathermap_per_minute : floor(var.openweathermap_per_minute / var.max_tasks)

  shared_cache_url = one([for cache in aws_elasticache_serverless_cache.shared : "valkeys://${cache.endpoint[0].address}:${cache.endpoint[0].port}"])

  smallest_memory = 512 # MiB
  smallest_cache  = 80  # MB, the program's default
  cache_size      = coalesce(var.cache_size, "${floor(local.smallest_cache + (var.memory - local.smallest_memory) / 2)}MB")

  optional_settings = {
    MET_NORWAY_CONTACT = var.met_norway_contact
    PROVIDERS          = length(var.weather_providers) == 0 ? null : join(",", var.weather_providers)
    FRESH_FOR          = var.fresh_for
    STALE_FOR          = var.stale_for
    MISSES_PER_MINUTE  = var.misses_per_minute == null ? null : tostring(var.misses_per_minute)
    LOG                = var.log
    VALKEY_URL         = local.shared_cache_url
  }

  environment = merge(
    {
      LISTEN                    = "0.0.0.0:${local.app_port}"
      TRUSTED_PROXIES           = tostring(local.trusted_proxies)
      DEFAULT_CITY              = var.default_city
      OPENWEATHERMAP_PER_MINUTE = tostring(local.openweathermap_share)
      INSTANCES                 = tostring(var.max_tasks) # share the limits in the other providers' terms
      CACHE_SIZE                = local.cache_size
      DRAIN_DELAY               = "${local.drain_delay}s"
      DRAIN_TIMEOUT             = "${local.drain_timeout}s"
    },
    { for setting, value in local.optional_settings : setting => value if value != null },
  )

  some_provider = anytrue([
    length(var.weather_providers) > 0,
    var.met_norway_contact != null,
    contains(keys(var.secret_parameter_arns), "OPENWEATHERMAP_API_KEY"),
  ])
}
