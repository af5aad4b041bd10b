variable "weather_providers" {
  description = "Weather providers in order of preference. Empty: those that a key or a contact is given for."
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
}

variable "met_norway_contact" {
  description = "E-mail address or URL of the operator, which MET Norway requires. Null: MET Norway is not used."
  type        = string
  default     = null

  validation {
    condition     = var.met_norway_contact == null || can(regex("^(https?://[^ ]+|[^@ ]+@[^@ ]+\\.[^@ ]+)$", var.met_norway_contact))
    error_message = "met_norway_contact must be an e-mail address or a URL."
  }
}
