# What the provider would make up at random must still look like what it stands for. Resources of one type get values
# of their own, so that a reference to the wrong one is noticed.
mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws" }
}

mock_data "aws_ec2_managed_prefix_list" {
  defaults = { id = "pl-93a247fa" }
}

mock_resource "aws_vpc" {
  defaults = { id = "vpc-0123456789abcdef0" }
}

mock_resource "aws_lb" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:loadbalancer/app/weather-app/0123456789abcdef"
    arn_suffix = "app/weather-app/0123456789abcdef"
    dns_name   = "weather-app-1.eu-west-2.elb.amazonaws.com"
    zone_id    = "ZHURV8PSTC4K8"
  }
}

mock_resource "aws_lb_target_group" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/weath-1/0123456789abcdef"
    arn_suffix = "targetgroup/weath-1/0123456789abcdef"
  }
}

mock_resource "aws_ecs_task_definition" {
  defaults = { arn = "arn:aws:ecs:eu-west-2:123456789012:task-definition/weather-app:1" }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:eu-west-2:123456789012:log-group:/ecs/weather-app" }
}

mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:eu-west-2:123456789012:weather-app-alarms" }
}

mock_resource "aws_s3_bucket" {
  defaults = { arn = "arn:aws:s3:::weather-app-logs-123456789012-eu-west-2" }
}

mock_resource "aws_wafv2_web_acl" {
  defaults = { arn = "arn:aws:wafv2:eu-west-2:123456789012:regional/webacl/weather-app/0123" }
}

# Certificates, by the region in which a provider reads them.
mock_resource "aws_acm_certificate" {
  defaults = {
    arn = "arn:aws:acm:eu-west-2:123456789012:certificate/0123"
    domain_validation_options = [{
      domain_name           = "weather.example.org"
      resource_record_name  = "_0123.weather.example.org."
      resource_record_type  = "CNAME"
      resource_record_value = "_4567.acm-validations.aws."
    }]
  }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {
    domain_name    = "d111111abcdef8.cloudfront.net"
    hosted_zone_id = "Z2FDTNDATAQYW2"
  }
}

mock_resource "aws_elasticache_serverless_cache" {
  defaults = {
    arn      = "arn:aws:elasticache:eu-west-2:123456789012:serverlesscache:weather-app"
    endpoint = [{ address = "weather-app-0a1b2c.serverless.euw2.cache.amazonaws.com", port = 6379 }]
  }
}

mock_resource "aws_appautoscaling_target" {
  defaults = { arn = "arn:aws:application-autoscaling:eu-west-2:123456789012:scalable-target/0123" }
}

override_resource {
  target = aws_security_group.load_balancer
  values = { id = "sg-10adba1a2ce000000" }
}

override_resource {
  target = aws_security_group.tasks
  values = { id = "sg-07a5c500000000000" }
}

override_resource {
  target = aws_lb_listener.http
  values = { arn = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/weather-app/0123456789abcdef/0000000000000080" }
}

override_resource {
  target = aws_lb_listener.https
  values = { arn = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:listener/app/weather-app/0123456789abcdef/0000000000000443" }
}


override_resource {
  target = aws_security_group.shared_cache
  values = { id = "sg-0cac4e00000000000" }
}
