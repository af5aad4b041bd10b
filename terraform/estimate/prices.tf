# AWS's list prices in US dollars, as of March 2026, without taxes and free tiers: the only place that has prices.
# terraform/README.md's tables are calculated from them. For a region that is missing here London's prices are used.
locals {
  hours_a_month = 730

  prices_of_region = {
    eu-west-2    = { vcpu = { X86_64 = 0.04656, ARM64 = 0.03725 }, gigabyte = { X86_64 = 0.00511, ARM64 = 0.00409 }, load_balancer = 0.02646, nat = 0.05 }
    eu-west-1    = { vcpu = { X86_64 = 0.04048, ARM64 = 0.03238 }, gigabyte = { X86_64 = 0.004445, ARM64 = 0.00356 }, load_balancer = 0.0252, nat = 0.048 }
    eu-central-1 = { vcpu = { X86_64 = 0.04656, ARM64 = 0.03725 }, gigabyte = { X86_64 = 0.00511, ARM64 = 0.00409 }, load_balancer = 0.027, nat = 0.052 }
    us-east-1    = { vcpu = { X86_64 = 0.04048, ARM64 = 0.03238 }, gigabyte = { X86_64 = 0.004445, ARM64 = 0.00356 }, load_balancer = 0.0225, nat = 0.045 }
    us-west-2    = { vcpu = { X86_64 = 0.04048, ARM64 = 0.03238 }, gigabyte = { X86_64 = 0.004445, ARM64 = 0.00356 }, load_balancer = 0.0225, nat = 0.045 }
  }
  known_region = contains(keys(local.prices_of_region), var.region)
  hourly       = local.prices_of_region[local.known_region ? var.region : "eu-west-2"]

  # The same in all regions.
  hourly_address   = 0.005 # a public IPv4 address
  monthly_zone     = 0.50  # a Route 53 zone
  monthly_firewall = 8.00  # 5 and 1 for each of 3 rules
  monthly_alarms   = 0.50  # 0.10 for each of 5

  # A gigabyte of the shared cache, of which at least a tenth is charged. Northern Virginia's: London's may be a fifth higher.
  hourly_cached_gigabyte = 0.084
  least_cached_gigabytes = 0.1
}
