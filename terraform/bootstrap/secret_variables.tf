variable "openweathermap_api_key_version" {
  description = "Version of the OpenWeatherMap key. 0: no key is stored. Any other number stores the key once; raise it to store another."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.openweathermap_api_key_version >= 0 && floor(var.openweathermap_api_key_version) == var.openweathermap_api_key_version
    error_message = "openweathermap_api_key_version must be a whole number, 0 or more."
  }
}

variable "openweathermap_api_key" {
  description = "OpenWeatherMap key, by TF_VAR_openweathermap_api_key. Ephemeral: it is in no state and no plan. Needed only by the apply that stores a new version."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.openweathermap_api_key == null || can(regex("^[0-9A-Za-z]{16,64}$", var.openweathermap_api_key))
    error_message = "openweathermap_api_key must be 16 to 64 letters and digits, without spaces or quotes."
  }
}

variable "open_meteo_api_key_version" {
  description = "Version of the key for Open-Meteo's paid hosts, in the same way. With a key the program uses the paid hosts."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.open_meteo_api_key_version >= 0 && floor(var.open_meteo_api_key_version) == var.open_meteo_api_key_version
    error_message = "open_meteo_api_key_version must be a whole number, 0 or more."
  }
}

variable "open_meteo_api_key" {
  description = "Key for Open-Meteo's paid hosts, by TF_VAR_open_meteo_api_key; ephemeral as well."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.open_meteo_api_key == null || can(regex("^[0-9A-Za-z_-]{8,128}$", var.open_meteo_api_key))
    error_message = "open_meteo_api_key must be 8 to 128 letters, digits, hyphens and underscores."
  }
}

variable "api_keys_version" {
  description = "Version of the keys that clients of the dialects must send. 0: any key is accepted."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.api_keys_version >= 0 && floor(var.api_keys_version) == var.api_keys_version
    error_message = "api_keys_version must be a whole number, 0 or more."
  }
}

variable "api_keys" {
  description = "Keys that clients of the dialects must send, separated by commas; by TF_VAR_api_keys, ephemeral as well."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.api_keys == null || can(regex("^[^ ,]+(,[^ ,]+)*$", var.api_keys))
    error_message = "api_keys must be keys separated by commas, without spaces."
  }
}

variable "valkey_url_version" {
  description = "Version of the URL of a Valkey that the tasks share; for one that you run yourself or rent. 0: none. `shared_cache` of the service stack needs no URL."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.valkey_url_version >= 0 && floor(var.valkey_url_version) == var.valkey_url_version
    error_message = "valkey_url_version must be a whole number, 0 or more."
  }
}

variable "valkey_url" {
  description = "URL of the Valkey that the tasks share, with its user and password, such as valkeys://USER:PASSWORD@HOST:6379; by TF_VAR_valkey_url, ephemeral as well. The tasks reach port 6379 only."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = var.valkey_url == null || can(regex("^(valkeys?|rediss?)://([^ @/]*@)?[^ @:/]+:6379$", var.valkey_url))
    error_message = "valkey_url must be valkey://, valkeys://, redis:// or rediss://, then USER:PASSWORD@ if there is one, the host, and :6379."
  }
}
