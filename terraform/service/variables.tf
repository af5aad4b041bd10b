variable "name" {
  description = "Name of the service and first part of every resource's name; the same in both stacks."
  type        = string
  default     = "weather-app"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 20 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen."
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

variable "tags" {
  description = "Tags for every resource, beside Project, Stack and ManagedBy."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "max_retries" {
  description = "How often the provider repeats a failing AWS call before it gives up."
  type        = number
  default     = 25
  nullable    = false

  validation {
    condition     = var.max_retries >= 0 && var.max_retries <= 100 && floor(var.max_retries) == var.max_retries
    error_message = "max_retries must be a whole number from 0 to 100."
  }
}

variable "deletion_protection" {
  description = "Keeps the load balancer and the access logs from being deleted. Lifted by `terraform/deploy --destroy` only."
  type        = bool
  default     = true
  nullable    = false
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds both roles of the tasks (output of the bootstrap stack). Null: no boundary."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy."
  }
}
