# The public entrance: HTTP alone, a domain, CloudFront, the firewall, access logs.
mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks_us_east_1"
}

variables {
  image              = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:0123abc"
  execution_role_arn = "arn:aws:iam::123456789012:role/weather-app-ecs-execution"
  task_role_arn      = "arn:aws:iam::123456789012:role/weather-app-ecs-task"
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
    error_message = "The target group does not hold IP addresses on port 5000."
  }

  assert {
    condition = (
      aws_lb_target_group.app.health_check[0].path == "/health"
      && aws_lb_target_group.app.health_check[0].interval == 30
      && aws_lb_target_group.app.health_check[0].healthy_threshold == 3
      && aws_lb_target_group.app.health_check[0].unhealthy_threshold == 3
    )
    error_message = "The health check has another path, interval or threshold."
  }

  assert {
    condition     = aws_lb_target_group.app.health_check[0].matcher == "200" && aws_lb_target_group.app.health_check[0].timeout == 5
    error_message = "A task that does not answer 200 within 5 s counts as healthy."
  }

  assert {
    condition     = aws_lb_target_group.app.stickiness[0].type == "lb_cookie" && aws_lb_target_group.app.stickiness[0].enabled != false && aws_lb_target_group.app.stickiness[0].cookie_duration > 600
    error_message = "A page and its files may come from two versions: a visitor does not stay with one task for the ten minutes between two requests."
  }

  assert {
    condition     = aws_lb_target_group.app.vpc_id == aws_vpc.main.id && toset(aws_lb.main.security_groups) == toset([aws_security_group.load_balancer.id])
    error_message = "The load balancer is not in its own security group, or its targets not in the network."
  }

  assert {
    condition     = aws_lb.main.idle_timeout < 75
    error_message = "The load balancer keeps an idle connection for longer than the program's 75 s, and sends requests into closed ones."
  }

  assert {
    condition     = tonumber(aws_lb_target_group.app.deregistration_delay) == 30
    error_message = "A stopping task is not deregistered after 30 s."
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
    error_message = "There is a listener, a certificate or a record for a domain although none is given."
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
    error_message = "TLS versions below 1.2 are accepted."
  }

  assert {
    condition     = aws_lb_listener.https[0].protocol == "HTTPS" && aws_lb_listener.https[0].certificate_arn == aws_acm_certificate.app["weather.example.org"].arn && one(aws_lb_listener.https[0].default_action[0].forward[0].target_group).arn == aws_lb_target_group.app.arn
    error_message = "Port 443 does not forward to the target group with the domain's certificate."
  }

  assert {
    condition     = aws_lb_listener.https[0].routing_http_response_strict_transport_security_header_value == "max-age=2592000"
    error_message = "The listener does not send HSTS for hsts_days."
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
    error_message = "The certificate is not validated by DNS."
  }

  assert {
    condition     = aws_route53_record.validation["weather.example.org"].name == "_0123.weather.example.org." && aws_route53_record.validation["weather.example.org"].records == toset(["_4567.acm-validations.aws."])
    error_message = "The certificate's record is not the one that ACM requires."
  }

  assert {
    condition     = join(" ", keys(aws_route53_record.app)) == "A" && aws_route53_record.app["A"].zone_id == "Z0123456789ABCDEFGHIJ" && aws_route53_record.app["A"].alias[0].name == aws_lb.main.dns_name && aws_route53_record.app["A"].alias[0].zone_id == aws_lb.main.zone_id
    error_message = "The domain's record does not point to the load balancer."
  }

  assert {
    condition     = output.url == "https://weather.example.org"
    error_message = "The URL is not the domain's."
  }
}

run "with_cdn_and_no_domain" {
  variables {
    cdn = "on"
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
    error_message = "A request without CloudFront's header gets an answer."
  }

  assert {
    condition     = one(aws_lb_listener_rule.from_cdn[0].condition[*].http_header[0]).http_header_name == one(aws_cloudfront_distribution.main[0].origin).custom_header.*.name[0]
    error_message = "The rule requires another header than CloudFront sends."
  }

  assert {
    condition     = length(one(one(aws_cloudfront_distribution.main[0].origin).custom_header).value) >= 32 && one(aws_lb_listener_rule.from_cdn[0].condition[*].http_header[0]).values == toset([one(one(aws_cloudfront_distribution.main[0].origin).custom_header).value])
    error_message = "The rule requires another secret than CloudFront sends."
  }

  assert {
    condition     = aws_lb_listener_rule.from_cdn[0].listener_arn == aws_lb_listener.http.arn && aws_lb_listener_rule.from_cdn[0].action[0].target_group_arn == aws_lb_target_group.app.arn
    error_message = "A request with CloudFront's header gets no answer."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.main[0].origin).domain_name == aws_lb.main.dns_name && one(one(aws_cloudfront_distribution.main[0].origin).custom_origin_config).origin_protocol_policy == "http-only"
    error_message = "CloudFront does not use HTTP to a load balancer without a certificate."
  }

  assert {
    condition     = one(one(aws_cloudfront_distribution.main[0].origin).custom_origin_config).origin_keepalive_timeout < aws_lb.main.idle_timeout
    error_message = "CloudFront keeps idle connections for longer than the load balancer."
  }

  assert {
    condition     = contains(aws_cloudfront_origin_request_policy.app[0].headers_config[0].headers[0].items, "Host")
    error_message = "CloudFront does not forward the host name that the load balancer's certificate is for."
  }

  assert {
    condition     = aws_cloudfront_origin_request_policy.app[0].cookies_config[0].cookie_behavior == "whitelist" && aws_cloudfront_origin_request_policy.app[0].cookies_config[0].cookies[0].items == toset(["AWSALB"]) && aws_cloudfront_cache_policy.app[0].parameters_in_cache_key_and_forwarded_to_origin[0].cookies_config[0].cookie_behavior == "none"
    error_message = "Behind CloudFront a visitor does not stay with one task, or the cookie is part of the cache key."
  }

  assert {
    condition     = one(one(aws_cloudfront_response_headers_policy.cached[0].remove_headers_config).items).header == "Set-Cookie" && length(aws_cloudfront_response_headers_policy.app[0].remove_headers_config) == 0
    error_message = "A cached response has a visitor's cookie, or the page sets none."
  }

  assert {
    condition     = one(aws_cloudfront_response_headers_policy.cached[0].security_headers_config[0].strict_transport_security).access_control_max_age_sec == one(aws_cloudfront_response_headers_policy.app[0].security_headers_config[0].strict_transport_security).access_control_max_age_sec
    error_message = "Cached responses have another HSTS header than the page."
  }

  assert {
    condition     = toset(one(aws_cloudfront_distribution.main[0].default_cache_behavior).allowed_methods) == toset(["GET", "HEAD", "OPTIONS"])
    error_message = "CloudFront accepts other methods than the service."
  }

  assert {
    condition     = alltrue([for behavior in aws_cloudfront_distribution.main[0].ordered_cache_behavior : behavior.cache_policy_id == aws_cloudfront_cache_policy.app[0].id && behavior.origin_request_policy_id == aws_cloudfront_origin_request_policy.app[0].id && behavior.response_headers_policy_id == aws_cloudfront_response_headers_policy.cached[0].id && behavior.viewer_protocol_policy == "redirect-to-https"])
    error_message = "CloudFront does not use this stack's policies."
  }

  # The page depends on User-Agent and Accept, which are in no cache key.
  assert {
    condition     = one(aws_cloudfront_distribution.main[0].default_cache_behavior).cache_policy_id == data.aws_cloudfront_cache_policy.none[0].id && one(aws_cloudfront_distribution.main[0].default_cache_behavior).origin_request_policy_id == data.aws_cloudfront_origin_request_policy.everything[0].id && one(aws_cloudfront_distribution.main[0].default_cache_behavior).response_headers_policy_id == aws_cloudfront_response_headers_policy.app[0].id
    error_message = "CloudFront caches the page, or does not forward the request's headers."
  }

  assert {
    condition     = data.aws_cloudfront_cache_policy.none[0].name == "Managed-CachingDisabled" && data.aws_cloudfront_origin_request_policy.everything[0].name == "Managed-AllViewer"
    error_message = "The policies for the page are not AWS's own for no cache and all headers."
  }

  assert {
    condition     = toset(aws_cloudfront_distribution.main[0].ordered_cache_behavior[*].path_pattern) == toset(["/api/*", "/v1/*", "/data/*", "/geo/*", "/forecast/*", "/assets/*", "/docs/*", "/openapi.json", "/openapi.yaml", "/favicon.ico", "/manifest.webmanifest", "/robots.txt", "/sw.js"])
    error_message = "CloudFront caches other paths than those of the API, the dialects and the files."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.app[0].max_ttl >= 31536000
    error_message = "CloudFront does not cache files for the year that the program allows."
  }

  assert {
    condition     = one(aws_cloudfront_response_headers_policy.app[0].security_headers_config[0].strict_transport_security).access_control_max_age_sec == 30 * 86400
    error_message = "CloudFront does not send HSTS for hsts_days."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.main[0].default_cache_behavior).viewer_protocol_policy == "redirect-to-https"
    error_message = "CloudFront serves plain HTTP."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.app[0].min_ttl == 0 && aws_cloudfront_cache_policy.app[0].default_ttl == 0
    error_message = "CloudFront caches answers for longer than the program says."
  }

  assert {
    condition     = aws_cloudfront_cache_policy.app[0].parameters_in_cache_key_and_forwarded_to_origin[0].query_strings_config[0].query_string_behavior == "all"
    error_message = "CloudFront may answer with another place's weather."
  }

  assert {
    condition     = length(setsubtract([400, 404, 405, 500, 502, 503, 504], [for response in aws_cloudfront_distribution.main[0].custom_error_response : response.error_code if response.error_caching_min_ttl == 0])) == 0
    error_message = "CloudFront caches errors."
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
    cdn         = "on"
    domain_name = "weather.example.org"
    zone_id     = "Z0123456789ABCDEFGHIJ"
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 443 && one(one(aws_cloudfront_distribution.main[0].origin).custom_origin_config).origin_protocol_policy == "https-only"
    error_message = "CloudFront does not use HTTPS to the load balancer."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "fixed-response" && aws_lb_listener_rule.from_cdn[0].listener_arn == aws_lb_listener.https[0].arn
    error_message = "HTTPS without CloudFront's header is served."
  }

  assert {
    condition     = aws_cloudfront_distribution.main[0].aliases == toset(["weather.example.org"]) && one(aws_cloudfront_distribution.main[0].viewer_certificate).minimum_protocol_version == "TLSv1.2_2021" && one(aws_cloudfront_distribution.main[0].viewer_certificate).ssl_support_method == "sni-only"
    error_message = "CloudFront does not serve the domain with TLS 1.2."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.main[0].viewer_certificate).acm_certificate_arn == "arn:aws:acm:us-east-1:123456789012:certificate/0123"
    error_message = "CloudFront's certificate is not from us-east-1, the only region that CloudFront accepts."
  }

  assert {
    condition     = join(" ", keys(aws_route53_record.app)) == "A AAAA" && alltrue([for record in aws_route53_record.app : record.alias[0].name == "d111111abcdef8.cloudfront.net" && record.alias[0].zone_id == "Z2FDTNDATAQYW2"])
    error_message = "The domain's record does not point to CloudFront."
  }
}

run "with_a_firewall" {
  variables {
    waf = true
  }

  assert {
    condition     = length(module.firewall) == 1 && length(module.cdn_firewall) == 0 && aws_wafv2_web_acl_association.load_balancer[0].resource_arn == aws_lb.main.arn && aws_wafv2_web_acl_association.load_balancer[0].web_acl_arn == module.firewall[0].arn
    error_message = "The load balancer has no firewall."
  }

  expect_failures = [check.encrypted]
}

run "with_a_firewall_and_cdn" {
  variables {
    waf = true
    cdn = "on"
  }

  assert {
    condition     = length(module.firewall) == 0 && length(aws_wafv2_web_acl_association.load_balancer) == 0 && aws_cloudfront_distribution.main[0].web_acl_id == "arn:aws:wafv2:us-east-1:123456789012:global/webacl/weather-app/0123"
    error_message = "CloudFront has no firewall."
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
    condition     = aws_s3_bucket_public_access_block.access_logs["logs"].block_public_policy && aws_s3_bucket_public_access_block.access_logs["logs"].restrict_public_buckets && aws_s3_bucket_public_access_block.access_logs["logs"].block_public_acls && aws_s3_bucket_public_access_block.access_logs["logs"].ignore_public_acls
    error_message = "Access logs, which hold addresses of users, could be made public."
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
    error_message = "There is no rate limit for an address."
  }

  assert {
    condition     = length(one([for rule in aws_wafv2_web_acl.main.rule : rule if rule.name == "rate-limit"]).action[0].block) == 1 && one([for rule in aws_wafv2_web_acl.main.rule : rule if rule.name == "rate-limit"]).statement[0].rate_based_statement[0].aggregate_key_type == "IP"
    error_message = "The rate limit does not block, or is not by address."
  }

  assert {
    condition     = length(aws_wafv2_web_acl.main.default_action[0].allow) == 1 && alltrue([for rule in aws_wafv2_web_acl.main.rule : length(rule.override_action[0].none) == 1 if length(rule.statement[0].managed_rule_group_statement) == 1])
    error_message = "AWS's rules do not block, or requests are blocked by default."
  }

  assert {
    condition = toset(flatten([for rule in aws_wafv2_web_acl.main.rule : rule.statement[0].managed_rule_group_statement[*].name])) == toset([
      "AWSManagedRulesCommonRuleSet",
      "AWSManagedRulesKnownBadInputsRuleSet",
    ])
    error_message = "AWS's common rules or its known bad inputs are missing."
  }
}
