# An environment's name and its costs, calculated from its variables alone: without an account, a provider or a state.
# So terraform/deploy can ask before it creates anything, and wrong variables are refused at once.
terraform {
  required_version = ">= 1.11"
}

locals {
  platform = { X86_64 = "linux/amd64", ARM64 = "linux/arm64" }[var.architecture]

  nat_gateways     = { single = 1, per_az = length(var.zones), none = 0 }[var.nat_mode]
  public_addresses = length(var.zones) + local.nat_gateways + (var.nat_mode == "none" ? var.min_tasks : 0)

  hourly_task = var.cpu / 1024 * local.hourly.vcpu[var.architecture] + var.memory / 1024 * local.hourly.gigabyte[var.architecture]

  # The parts that run all month, in dollars.
  parts = {
    "${var.min_tasks} x ${var.cpu / 1024} vCPU, ${var.memory} MiB (${var.architecture})" = var.min_tasks * local.hourly_task * local.hours_a_month
    "load balancer"                                                                      = local.hourly.load_balancer * local.hours_a_month
    "${local.nat_gateways} x NAT gateway"                                                = local.nat_gateways * local.hourly.nat * local.hours_a_month
    "${local.public_addresses} x public IPv4 address"                                    = local.public_addresses * local.hourly_address * local.hours_a_month
    "shared cache, at least"                                                             = var.shared_cache ? local.least_cached_gigabytes * local.hourly_cached_gigabyte * local.hours_a_month : 0
    "web application firewall"                                                           = var.waf ? local.monthly_firewall : 0
    "Route 53 zone"                                                                      = var.zone_id == null ? 0 : local.monthly_zone
    "alarms"                                                                             = local.monthly_alarms
  }
  total = sum(values(local.parts))

  lines = concat(
    [for part, dollars in local.parts : format("  %-44s %7.2f", part, dollars) if dollars > 0],
    [format("  %-44s %7.2f", "together, in US dollars a month", local.total)],
  )
}

output "name" {
  value = local.name
}

output "region" {
  value = var.region
}

output "platform" {
  value = local.platform
}

output "cdn" {
  value = var.cdn
}

output "total" {
  value = local.total
}

output "text" {
  value = join("\n", concat(
    ["${local.name} in ${var.region} will cost about"],
    local.lines,
    ["by list prices of March 2026${local.known_region ? "" : ", London's, as this region's are not known here"}; traffic${var.cdn == "off" ? "" : ", CloudFront"}, logs and taxes come on top."],
  ))
}

# What is missing before anything can be created, in a sentence; empty if nothing is missing.
output "missing" {
  value = length(var.weather_providers) > 0 || var.met_norway_contact != null || var.openweathermap_api_key_version > 0 ? "" : "a weather provider: met_norway_contact or weather_providers in service.tfvars, or openweathermap_api_key_version in bootstrap.tfvars (open-meteo needs neither key nor contact, for non-commercial use)"
}
