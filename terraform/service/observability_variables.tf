variable "log_days" {
  description = "Days for which the tasks' logs are kept; one of the numbers that CloudWatch allows."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_days)
    error_message = "log_days must be one that CloudWatch offers: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "alarm_email" {
  description = "Address that alarms are sent to, once it has confirmed the subscription. Null: alarms go to a topic without subscribers."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.alarm_email))
    error_message = "alarm_email must be an e-mail address."
  }
}

variable "alarm_latency_seconds" {
  description = "Response time, in seconds, that 95 of 100 requests must stay below; otherwise the alarm is raised."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.alarm_latency_seconds > 0
    error_message = "alarm_latency_seconds must be more than 0."
  }
}

variable "alarm_errors_per_5_minutes" {
  description = "Server errors in five minutes that raise the alarm."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.alarm_errors_per_5_minutes >= 1
    error_message = "alarm_errors_per_5_minutes must be at least 1."
  }
}
