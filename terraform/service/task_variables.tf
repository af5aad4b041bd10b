variable "image" {
  description = "Image to run, in ECR, by digest or by a tag that is a git commit. A deploy is an apply with another image."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9/._-]+(@sha256:[0-9a-f]{64}|:[0-9a-f]{7,40})$", var.image))
    error_message = "image must be in ECR and end in a digest (@sha256:...) or in a tag of 7 to 40 hexadecimal digits (a git commit): a name like `latest` does not say what runs."
  }
}

variable "default_city" {
  description = "Place shown when a request names none (DEFAULT_CITY)."
  type        = string
  default     = "London"
  nullable    = false

  validation {
    condition     = trimspace(var.default_city) != ""
    error_message = "default_city must not be empty."
  }
}

variable "openweathermap_per_minute" {
  description = "Requests a minute that the OpenWeatherMap account allows; each task gets this divided by `max_tasks`, unless the tasks count together (`shared_cache`, `valkey_url`). A new place takes two requests."
  type        = number
  default     = 55
  nullable    = false

  validation {
    condition     = var.openweathermap_per_minute >= 2 * var.max_tasks
    error_message = "openweathermap_per_minute must be at least twice max_tasks: a new place takes two requests, and a task whose share is one could never ask."
  }
}

variable "fresh_for" {
  description = "Age up to which an answer is served without asking a provider again (FRESH_FOR). Null: the program's default, 10m."
  type        = string
  default     = null

  validation {
    condition     = var.fresh_for == null || can(regex("^[0-9]+(ms|s|m|h)$", var.fresh_for))
    error_message = "fresh_for must be a duration such as 90s, 10m or 6h."
  }
}

variable "stale_for" {
  description = "Age up to which the last answer is served when no provider can give a newer one (STALE_FOR), at least `fresh_for`. Null: the program's default, 6h."
  type        = string
  default     = null

  validation {
    condition     = var.stale_for == null || can(regex("^[0-9]+(ms|s|m|h)$", var.stale_for))
    error_message = "stale_for must be a duration such as 90s, 10m or 6h."
  }
}

variable "cache_size" {
  description = "Memory for each task's cache (CACHE_SIZE), such as 200MB. Null: 80 MB with 512 MiB of `memory`, plus half of any memory above that."
  type        = string
  default     = null

  validation {
    condition     = var.cache_size == null || can(regex("^[1-9][0-9]*(kB|MB|GB|KiB|MiB|GiB)?$", var.cache_size))
    error_message = "cache_size must be a number of bytes or a size such as 200MB or 1GiB."
  }
}

variable "misses_per_minute" {
  description = "Requests to providers that one client address may cause in a minute, at each task (MISSES_PER_MINUTE); 0: no limit. Null: the program's default, 30."
  type        = number
  default     = null

  validation {
    condition     = var.misses_per_minute == null || try(var.misses_per_minute >= 0 && floor(var.misses_per_minute) == var.misses_per_minute, false)
    error_message = "misses_per_minute must be a whole number, 0 or more."
  }
}

variable "log" {
  description = "Which log lines are written, as a tracing filter such as `warn` or `info,weather_app::service=debug` (LOG). Null: the program's default, info."
  type        = string
  default     = null

  validation {
    condition     = var.log == null || can(regex("^[^ \"]+$", var.log))
    error_message = "log must be a tracing filter without spaces or quotes."
  }
}

variable "images_kept" {
  description = "Number of images that the repository keeps besides the running one, and so how far back a rollback can go."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.images_kept >= 2 && floor(var.images_kept) == var.images_kept
    error_message = "images_kept must be a whole number of at least 2: the newest image and the one to go back to."
  }
}
