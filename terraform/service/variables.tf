variable "name" {
  description = "First part of every resource's name (output of the bootstrap stack)."
  type        = string
  default     = "weather-app"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,26}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 28 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen."
  }
}

variable "environment" {
  description = "Environment that the stack belongs to (output of the bootstrap stack), set as a tag."
  type        = string
  default     = "production"
  nullable    = false
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
  description = "Tags for every resource. Project, Environment, Stack and ManagedBy are set by the stacks."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "deletion_protection" {
  description = "Protects the load balancer and the access logs from deletion. Turned off by `terraform/deploy --destroy` only."
  type        = bool
  default     = true
  nullable    = false
}

variable "execution_role_arn" {
  description = "Role that ECS starts the tasks with (output of the bootstrap stack)."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", var.execution_role_arn))
    error_message = "execution_role_arn must be the ARN of an IAM role."
  }
}

variable "task_role_arn" {
  description = "Role that the program runs with (output of the bootstrap stack)."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/.+$", var.task_role_arn))
    error_message = "task_role_arn must be the ARN of an IAM role."
  }
}

variable "secret_parameter_arns" {
  description = "SSM parameters with the program's secrets, by the setting that each is for (output of the bootstrap stack)."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.secret_parameter_arns) : can(regex("^arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/.+$", arn))])
    error_message = "secret_parameter_arns must hold the ARNs of SSM parameters, never a secret itself."
  }
}
