# The public entrance: HTTP alone, a domain, CloudFront, the firewall, access logs.
mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks"
}

variables {
  image              = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:0123abc"
  met_norway_contact = "ops@example.org"
}

run "http_only" {
  assert {
    condition     = aws_lb.main.internal == false && aws_lb.main.load_balancer_type == "application"
    error_message = "There is no public application load balancer."
  }

  assert {
    condition     = toset(aws_lb.main.subnets) == toset([for subnet in aws_subnet.public : subnet.id])
    error_message = "The load balancer is not in the public subnets."
  }

  assert {
    condition     = aws_lb.main.drop_invalid_header_fields && aws_lb.main.desync_mitigation_mode == "strictest"
    error_message = "The load balancer lets malformed requests through."
  }

  assert {
    condition     = aws_lb.main.enable_deletion_protection
    error_message = "The load balancer can be deleted by mistake."
  }

  assert {
    condition     = aws_lb_target_group.app.target_type == "ip" && aws_lb_target_group.app.port == 5000 && aws_lb_target_group.app.protocol == "HTTP"
    error_message = "The target group is not one of addresses on 5000."
  }

  assert {
    condition = (
      aws_lb_target_group.app.health_check[0].path == "/health"
      && aws_lb_target_group.app.health_check[0].interval == 30
      && aws_lb_target_group.app.health_check[0].healthy_threshold == 3
      && aws_lb_target_group.app.health_check[0].unhealthy_threshold == 3
    )
    error_message = "The health check is not the original's."
  }

  assert {
    condition     = tonumber(aws_lb_target_group.app.deregistration_delay) == 30
    error_message = "A task that leaves is not forgotten after 30 s."
  }

  assert {
    condition     = aws_lb_listener.http.port == 80 && aws_lb_listener.http.default_action[0].type == "forward"
    error_message = "Port 80 does not forward."
  }

  assert {
    condition     = one(aws_lb_listener.http.default_action[0].forward[0].target_group).arn == aws_lb_target_group.app.arn
    error_message = "Port 80 does not forward to the target group."
  }

  assert {
    condition     = length(aws_lb_listener.https) == 0 && length(aws_acm_certificate.app) == 0 && length(aws_route53_record.app) == 0
    error_message = "Without a domain something of one is made."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.main) == 0 && length(module.firewall) == 0 && length(aws_s3_bucket.access_logs) == 0
    error_message = "An option that costs money is on by default."
  }

  assert {
    condition     = output.url == "http://weather-app-1.eu-west-2.elb.amazonaws.com"
    error_message = "The URL is not the load balancer's."
  }

  # The plan says that it is not encrypted.
  expect_failures = [check.encrypted]
}

run "with_a_domain" {
  variables {
    domain_name = "weather.example.org"
    zone_id     = "Z0123456789ABCDEFGHIJ"
  }

  assert {
    condition     = aws_lb_listener.https[0].port == 443 && aws_lb_listener.https[0].default_action[0].type == "forward"
    error_message = "Port 443 does not forward."
  }

  assert {
    condition     = aws_lb_listener.https[0].ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    error_message = "TLS older than 1.2 is spoken."
  }

  assert {
    condition     = startswith(aws_lb_listener.https[0].routing_http_response_strict_transport_security_header_value, "max-age=")
    error_message = "The listener sends no HSTS."
  }

  assert {
    condition = (
      aws_lb_listener.http.default_action[0].type == "redirect"
      && aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301"
      && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS"
    )
    error_message = "Port 80 does not redirect to HTTPS with a 301."
  }

  assert {
    condition     = aws_acm_certificate.app["weather.example.org"].validation_method == "DNS"
    error_message = "The certificate is not proved by DNS."
  }

  assert {
    condition     = aws_route53_record.validation["weather.example.org"].name == "_0123.weather.example.org." && aws_route53_record.validation["weather.example.org"].records == toset(["_4567.acm-validations.aws."])
    error_message = "The certificate's record is not the one that ACM asks for."
  }

  assert {
    condition     = join(" ", keys(aws_route53_record.app)) == "A" && aws_route53_record.app["A"].alias[0].name == aws_lb.main.dns_name
    error_message = "The name does not lead to the load balancer."
  }

  assert {
    condition     = output.url == "https://weather.example.org"
    error_message = "The URL is not the domain's."
  }
}

run "with_cdn_and_no_domain" {
  variables {
    cdn = true
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.public) == 0
    error_message = "Behind CloudFront the load balancer is still open to everyone."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.cloudfront[0].prefix_list_id == "pl-93a247fa"
      && aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 80
      && aws_vpc_security_group_ingress_rule.cloudfront[0].to_port == 80
    )
    error_message = "The load balancer is not open to CloudFront's addresses on one port."
  }

  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "fixed-response" && aws_lb_listener.http.default_action[0].fixed_response[0].status_code == "403"
    error_message = "Who comes without CloudFront's header is served."
  }

  assert {
    condition     = one(aws_lb_listener_rule.from_cdn[0].condition[*].http_header[0]).http_header_name == one(aws_cloudfront_distribution.main[0].origin).custom_header.*.name[0]
    error_message = "The rule asks for another header than CloudFront sends."
  }

  assert {
    condition     = nonsensitive(terraform_data.origin_secret[0].output) != "" && contains(one(aws_lb_listener_rule.from_cdn[0].condition[*].http_header[0]).values, terraform_data.origin_secret[0].output)
    error_message = "The rule asks for another secret than CloudFront sends."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.main[0].default_cache_behavior).viewer_protocol_policy == "redirect-to-https"
    error_message = "CloudFront serves plain HTTP."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.app[0].min_ttl == 0 && aws_cloudfront_cache_policy.app[0].default_ttl == 0
    error_message = "CloudFront keeps answers for longer than the program says."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.app[0].parameters_in_cache_key_and_forwarded_to_origin[0].query_strings_config[0].query_string_behavior == "all"
    error_message = "CloudFront takes one place's weather for another's."
  }

  assert {
    condition     = alltrue([for response in aws_cloudfront_distribution.main[0].custom_error_response : response.error_caching_min_ttl == 0])
    error_message = "CloudFront keeps errors."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["TRUSTED_PROXIES"] == "2"
    error_message = "Behind CloudFront and the load balancer there are two proxies."
  }

  assert {
    condition     = output.url == "https://d111111abcdef8.cloudfront.net"
    error_message = "The URL is not CloudFront's."
  }
}

run "with_cdn_and_a_domain" {
  variables {
    cdn         = true
    domain_name = "weather.example.org"
    zone_id     = "Z0123456789ABCDEFGHIJ"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 443 && one(one(aws_cloudfront_distribution.main[0].origin).custom_origin_config).origin_protocol_policy == "https-only"
    error_message = "CloudFront does not ask the load balancer by HTTPS."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "fixed-response" && aws_lb_listener_rule.from_cdn[0].listener_arn == aws_lb_listener.https[0].arn
    error_message = "HTTPS without CloudFront's header is served."
  }

  assert {
    condition     = aws_cloudfront_distribution.main[0].aliases == toset(["weather.example.org"]) && one(aws_cloudfront_distribution.main[0].viewer_certificate).minimum_protocol_version == "TLSv1.2_2021"
    error_message = "CloudFront does not answer to the domain with TLS 1.2."
  }

  assert {
    condition     = join(" ", keys(aws_route53_record.app)) == "A AAAA" && aws_route53_record.app["A"].alias[0].name == "d111111abcdef8.cloudfront.net"
    error_message = "The name does not lead to CloudFront."
  }
}

run "with_a_firewall" {
  variables {
    waf = true
  }

  assert {
    condition     = length(module.firewall) == 1 && length(module.cdn_firewall) == 0 && length(aws_wafv2_web_acl_association.load_balancer) == 1
    error_message = "The firewall does not stand before the load balancer."
  }

  expect_failures = [check.encrypted]
}

run "with_a_firewall_and_cdn" {
  variables {
    waf = true
    cdn = true
  }

  assert {
    condition     = length(module.firewall) == 0 && length(aws_wafv2_web_acl_association.load_balancer) == 0 && aws_cloudfront_distribution.main[0].web_acl_id == module.cdn_firewall[0].arn
    error_message = "The firewall does not stand before CloudFront."
  }
}

run "with_access_logs" {
  variables {
    access_logs     = true
    access_log_days = 7
  }

  assert {
    condition     = aws_lb.main.access_logs[0].enabled && aws_lb.main.access_logs[0].bucket == "weather-app-logs-123456789012-eu-west-2"
    error_message = "The load balancer does not write its access logs."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.access_logs["logs"].rule[0].expiration[0].days == 7
    error_message = "Access logs are kept for longer than asked."
  }

  expect_failures = [check.encrypted]
}

run "the_firewall_s_rules" {
  variables {
    name                   = "weather-app"
    scope                  = "REGIONAL"
    requests_per_5_minutes = 2000
  }

  module {
    source = "./firewall"
  }

  assert {
    condition     = one([for rule in aws_wafv2_web_acl.main.rule : rule if rule.name == "rate-limit"]).statement[0].rate_based_statement[0].limit == 2000
    error_message = "No address is limited."
  }

  assert {
    condition = toset(flatten([for rule in aws_wafv2_web_acl.main.rule : rule.statement[0].managed_rule_group_statement[*].name])) == toset([
      "AWSManagedRulesCommonRuleSet",
      "AWSManagedRulesKnownBadInputsRuleSet",
    ])
    error_message = "AWS's common rules or its known bad inputs are missing."
  }
}
