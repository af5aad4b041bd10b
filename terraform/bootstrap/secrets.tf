locals {
  key_stored = var.openweathermap_api_key_version > 0

  # The provider wants a value on every apply, but sends it only when the version changed. So this stands in on all
  # other applies; should one that raises the version come without the key, SSM refuses it by the pattern below.
  no_key = "no-key-given"
}

resource "aws_ssm_parameter" "openweathermap_api_key" {
  #checkov:skip=CKV_AWS_337:the account's own key for SSM encrypts it; a key of one's own costs a dollar a month
  count = local.key_stored ? 1 : 0

  name             = "/${var.name}/openweathermap-api-key"
  description      = "The key weather-app asks OpenWeatherMap with"
  type             = "SecureString"
  allowed_pattern  = "^[0-9A-Za-z]{16,64}$"
  value_wo         = coalesce(var.openweathermap_api_key, local.no_key)
  value_wo_version = var.openweathermap_api_key_version
}
