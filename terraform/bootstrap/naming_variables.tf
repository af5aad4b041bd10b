variable "name" {
  description = "Name of the service. In the environment `production` it is the first part of every resource's name; in any other the environment's name comes before it (staging-weather-app), so that no name is the beginning of another's."
  type        = string
  default     = "weather-app"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 20 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen."
  }
}

variable "environment" {
  description = "Installation of the service in this account: its folder in terraform/environments. Set by `terraform/deploy --environment`."
  type        = string
  default     = "production"
  nullable    = false

  validation {
    # A bucket's name may have 63 characters: 34 of them are taken by account, region and kind.
    condition     = can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", var.environment)) && (var.environment == "production" || length("${var.environment}-${var.name}") <= 28)
    error_message = "environment must be lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen, and together with name and a hyphen at most 28 characters."
  }
}

variable "region" {
  description = "AWS region of everything that has one."
  type        = string
  default     = "eu-west-2"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be a region code such as eu-west-2."
  }
}
