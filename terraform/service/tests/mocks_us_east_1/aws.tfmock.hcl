# What CloudFront takes from us-east-1, and only from there.
mock_resource "aws_wafv2_web_acl" {
  defaults = { arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/weather-app/0123" }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/0123"
    domain_validation_options = [{
      domain_name           = "weather.example.org"
      resource_record_name  = "_0123.weather.example.org."
      resource_record_type  = "CNAME"
      resource_record_value = "_4567.acm-validations.aws."
    }]
  }
}
