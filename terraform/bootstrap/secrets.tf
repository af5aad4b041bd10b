locals {
  # Keyed by the program's setting; the service stack gets the parameters' ARNs by the same names.
  secrets = {
    OPENWEATHERMAP_API_KEY = {
      parameter   = "openweathermap-api-key"
      description = "Key of the OpenWeatherMap account"
      pattern     = "^[0-9A-Za-z]{16,64}$"
      value       = var.openweathermap_api_key
      version     = var.openweathermap_api_key_version
    }
    OPEN_METEO_API_KEY = {
      parameter   = "open-meteo-api-key"
      description = "Key for Open-Meteo's paid hosts"
      pattern     = "^[0-9A-Za-z_-]{8,128}$"
      value       = var.open_meteo_api_key
      version     = var.open_meteo_api_key_version
    }
    API_KEYS = {
      parameter   = "api-keys"
      description = "Keys that callers of the dialects must give"
      pattern     = "^[^ ,]+(,[^ ,]+)*$"
      value       = var.api_keys
      version     = var.api_keys_version
    }
    VALKEY_URL = {
      parameter   = "valkey-url"
      description = "URL of the Valkey that the tasks share"
      pattern     = "^(valkeys?|rediss?)://([^ @/]*@)?[^ @:/]+:6379$"
      value       = var.valkey_url
      version     = var.valkey_url_version
    }
  }

  secret_versions = {
    OPENWEATHERMAP_API_KEY = var.openweathermap_api_key_version
    OPEN_METEO_API_KEY     = var.open_meteo_api_key_version
    API_KEYS               = var.api_keys_version
    VALKEY_URL             = var.valkey_url_version
  }
  stored_secrets = toset([for name, version in local.secret_versions : name if version > 0])

  # The provider requires a value on every apply, but sends it only when the version changes. This is the value on all other
  # applies. SSM rejects it if the version is raised without the secret, because no pattern allows a space.
  no_value = "no value given"
}

resource "aws_ssm_parameter" "secret" {
  #checkov:skip=CKV_AWS_337:the account's own key for SSM encrypts it; a customer-managed key costs a dollar a month
  for_each = local.stored_secrets

  name             = "/${local.name}/${local.secrets[each.key].parameter}"
  description      = local.secrets[each.key].description
  type             = "SecureString"
  allowed_pattern  = local.secrets[each.key].pattern
  value_wo         = coalesce(local.secrets[each.key].value, local.no_value)
  value_wo_version = local.secrets[each.key].version
}

moved {
  from = aws_ssm_parameter.openweathermap_api_key[0]
  to   = aws_ssm_parameter.secret["OPENWEATHERMAP_API_KEY"]
}
