variable "image" {
  description = "Image to run, in ECR, by the digest or by a tag that is a git commit. A deploy is an apply with another one."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9/._-]+(@sha256:[0-9a-f]{64}|:[0-9a-f]{7,40})$", var.image))
    error_message = "image must be in ECR and end in a digest (@sha256:...) or in a tag of 7 to 40 hexadecimal digits (a git commit): a name like `latest` does not say what runs."
  }
}

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
  description = "Processor share of one task, in 1/1024 vCPU."
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

variable "min_tasks" {
  description = "Tasks that always run. At 2 or more one zone may be lost."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.min_tasks >= 1 && floor(var.min_tasks) == var.min_tasks
    error_message = "min_tasks must be a whole number of at least 1."
  }
}

variable "max_tasks" {
  description = "Tasks that run under the highest load."
  type        = number
  default     = 6
  nullable    = false

  validation {
    condition     = var.max_tasks >= var.min_tasks && floor(var.max_tasks) == var.max_tasks
    error_message = "max_tasks must be a whole number and not less than min_tasks."
  }
}

variable "requests_per_task" {
  description = "Requests a minute to each task that autoscaling aims at, beside 60 % of its processor."
  type        = number
  default     = 60000
  nullable    = false

  validation {
    condition     = var.requests_per_task >= 1
    error_message = "requests_per_task must be at least 1."
  }
}

variable "default_city" {
  description = "Place shown when a request names none."
  type        = string
  default     = "London"
  nullable    = false

  validation {
    condition     = trimspace(var.default_city) != ""
    error_message = "default_city must not be empty."
  }
}

variable "weather_providers" {
  description = "Weather providers in the order they are asked. Empty: those that a key or a contact is given for."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.weather_providers, ["openweathermap", "met-norway", "open-meteo"])) == 0
    error_message = "weather_providers must be of openweathermap, met-norway and open-meteo; the recorded sample is for development only."
  }

  validation {
    condition     = length(distinct(var.weather_providers)) == length(var.weather_providers)
    error_message = "weather_providers must not name one twice."
  }

  validation {
    condition     = !contains(var.weather_providers, "openweathermap") || var.openweathermap_api_key_parameter_arn != null
    error_message = "weather_providers names openweathermap, which needs a key: store one (openweathermap_api_key_version in terraform/bootstrap)."
  }

  validation {
    condition     = !contains(var.weather_providers, "met-norway") || var.met_norway_contact != null
    error_message = "weather_providers names met-norway, which needs met_norway_contact."
  }
}

variable "openweathermap_api_key_parameter_arn" {
  description = "SSM parameter that holds the OpenWeatherMap key (output of the bootstrap stack). Null: no key."
  type        = string
  default     = null

  validation {
    condition     = var.openweathermap_api_key_parameter_arn == null || can(regex("^arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/.+$", var.openweathermap_api_key_parameter_arn))
    error_message = "openweathermap_api_key_parameter_arn must be the ARN of an SSM parameter, never the key itself."
  }
}

variable "openweathermap_per_minute" {
  description = "Requests a minute that the OpenWeatherMap account may send in all; each task gets its share of it, divided by `max_tasks`."
  type        = number
  default     = 55
  nullable    = false

  validation {
    condition     = var.openweathermap_per_minute >= var.max_tasks
    error_message = "openweathermap_per_minute must be at least max_tasks: each task needs one request a minute."
  }
}

variable "met_norway_contact" {
  description = "E-mail address or URL of whoever runs the service, which MET Norway asks for. Null: MET Norway is not asked."
  type        = string
  default     = null

  validation {
    condition     = var.met_norway_contact == null || can(regex("^(https?://[^ ]+|[^@ ]+@[^@ ]+\\.[^@ ]+)$", var.met_norway_contact))
    error_message = "met_norway_contact must be an e-mail address or a URL."
  }
}
