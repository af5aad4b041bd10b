variable "vpc_cidr" {
  description = "Address range of the network; every subnet is a 256th of it."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    # AWS takes subnets of /28 and larger.
    condition     = can(cidrsubnet(var.vpc_cidr, 8, 255)) && tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 20
    error_message = "vpc_cidr must be an IPv4 range from /16 to /20, such as 10.0.0.0/16."
  }
}

variable "zones" {
  description = "Availability zones by their letter, each with its own number, which determines its subnets' addresses: adding or removing a zone changes no other."
  type        = map(number)
  default     = { a = 0, b = 1 }
  nullable    = false

  validation {
    condition     = length(var.zones) >= 2
    error_message = "zones must name at least two zones: a load balancer needs two."
  }

  validation {
    condition     = alltrue([for zone in keys(var.zones) : can(regex("^[a-z]$", zone))])
    error_message = "zones must be keyed by single letters: a stands for eu-west-2a."
  }

  validation {
    condition     = length(distinct(values(var.zones))) == length(var.zones) && alltrue([for number in values(var.zones) : number >= 0 && number <= 127 && floor(number) == number])
    error_message = "zones must give each zone a different whole number from 0 to 127."
  }
}

variable "nat_mode" {
  description = "How tasks reach the weather providers: `single` (one NAT gateway), `per_az` (one in each zone, so that zones fail independently), `none` (tasks in the public subnets with public addresses, reachable from the load balancer only)."
  type        = string
  default     = "single"
  nullable    = false

  validation {
    condition     = contains(["single", "per_az", "none"], var.nat_mode)
    error_message = "nat_mode must be single, per_az or none."
  }
}
