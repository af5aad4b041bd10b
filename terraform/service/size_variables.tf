variable "architecture" {
  description = "Processor the image is built for: X86_64 or ARM64."
  type        = string
  default     = "X86_64"
  nullable    = false

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "architecture must be X86_64 or ARM64."
  }
}

variable "cpu" {
  description = "CPU of one task, in units of 1/1024 vCPU."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096], var.cpu)
    error_message = "cpu must be 256, 512, 1024, 2048 or 4096."
  }
}

variable "memory" {
  description = "Memory of one task in MiB; Fargate ties it to `cpu`."
  type        = number
  default     = 512
  nullable    = false

  validation {
    # The pairs Fargate sells: 0.25 vCPU 512, 1024 or 2048; above that 2 to 8 GiB a vCPU in whole GiB, from 1 GiB at 0.5.
    condition = (var.cpu == 256
      ? contains([512, 1024, 2048], var.memory)
      : var.memory % 1024 == 0 && var.memory >= var.cpu * 2 && var.memory <= (var.cpu == 4096 ? 30720 : var.cpu * 8)
    )
    error_message = "memory must be one that Fargate sells with that cpu: 512, 1024 or 2048 with 256; else whole GiB, from 2 to 8 for each vCPU (30 at most)."
  }
}

variable "shared_cache" {
  description = "Adds a cache that all tasks share (ElastiCache Serverless for Valkey): they fetch each place once together, and the providers' limits are not divided among them."
  type        = bool
  default     = false
  nullable    = false
}

variable "min_tasks" {
  description = "Least number of tasks. With 2 or more the service survives the loss of a zone."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.min_tasks >= 1 && floor(var.min_tasks) == var.min_tasks
    error_message = "min_tasks must be a whole number of at least 1."
  }
}

variable "max_tasks" {
  description = "Greatest number of tasks, under the highest load."
  type        = number
  default     = 6
  nullable    = false

  validation {
    condition     = var.max_tasks >= var.min_tasks && floor(var.max_tasks) == var.max_tasks
    error_message = "max_tasks must be a whole number and not less than min_tasks."
  }
}
