# A live domain that gets CloudFront and gives it up again, one step at a time, each applied on the one before. In every
# step two routes are served: the one that the name leads to, and the one that it led to in the step before, which
# resolvers still cache.
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
  domain_name        = "weather.example.org"
  zone_id            = "Z0123456789ABCDEFGHIJ"
  waf                = true
}

run "off" {
  variables {
    cdn = "off"
  }

  assert {
    condition     = alltrue([for port in [80, 443] : contains([for rule in aws_vpc_security_group_ingress_rule.public : rule.from_port], port)])
    error_message = "The load balancer rejects connections of users who still use its address."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "forward"
    error_message = "The load balancer answers users who connect to it with an error."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.app : record.alias[0].name == aws_lb.main.dns_name])
    error_message = "The domain's record points to the wrong target for this step."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["TRUSTED_PROXIES"] == "1"
    error_message = "A user who connects to the load balancer could forge a client address."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.main) == 0 && length(module.cdn_firewall) == 0 && length(aws_wafv2_web_acl_association.load_balancer) == 1
    error_message = "There is a CloudFront distribution, or no firewall at the load balancer."
  }
}

run "ready" {
  variables {
    cdn = "ready"
  }

  assert {
    condition     = alltrue([for port in [80, 443] : contains([for rule in aws_vpc_security_group_ingress_rule.public : rule.from_port], port)])
    error_message = "The load balancer rejects connections of users who still use its address."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "forward"
    error_message = "The load balancer answers users who connect to it with an error."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.app : record.alias[0].name == aws_lb.main.dns_name])
    error_message = "The domain's record points to the wrong target for this step."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["TRUSTED_PROXIES"] == "1"
    error_message = "A user who connects to the load balancer could forge a client address."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.main) == 1 && length(aws_vpc_security_group_ingress_rule.cloudfront) == 1 && aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 443 && aws_lb_listener_rule.from_cdn[0].listener_arn == aws_lb_listener.https[0].arn
    error_message = "The CloudFront distribution, or its access to the load balancer, is missing."
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.load_balancer) == 1 && aws_cloudfront_distribution.main[0].web_acl_id == module.cdn_firewall[0].arn
    error_message = "The firewall is not where users connect, or is where all users have CloudFront's addresses."
  }
}

run "open" {
  variables {
    cdn = "open"
  }

  assert {
    condition     = alltrue([for port in [80, 443] : contains([for rule in aws_vpc_security_group_ingress_rule.public : rule.from_port], port)])
    error_message = "The load balancer rejects connections of users who still use its address."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "forward"
    error_message = "The load balancer answers users who connect to it with an error."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.app : record.alias[0].name == aws_cloudfront_distribution.main[0].domain_name])
    error_message = "The domain's record points to the wrong target for this step."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["TRUSTED_PROXIES"] == "1"
    error_message = "A user who connects to the load balancer could forge a client address."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.main) == 1 && length(aws_vpc_security_group_ingress_rule.cloudfront) == 1 && aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 443 && aws_lb_listener_rule.from_cdn[0].listener_arn == aws_lb_listener.https[0].arn
    error_message = "The CloudFront distribution, or its access to the load balancer, is missing."
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.load_balancer) == 0 && aws_cloudfront_distribution.main[0].web_acl_id == module.cdn_firewall[0].arn
    error_message = "The firewall is not where users connect, or is where all users have CloudFront's addresses."
  }
}

run "on" {
  variables {
    cdn = "on"
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.public) == 0
    error_message = "The load balancer is still open to everyone."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "fixed-response"
    error_message = "Requests without CloudFront's header are served."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.app : record.alias[0].name == aws_cloudfront_distribution.main[0].domain_name])
    error_message = "The domain's record points to the wrong target for this step."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["TRUSTED_PROXIES"] == "2"
    error_message = "The rate limit takes all users for CloudFront."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.main) == 1 && length(aws_vpc_security_group_ingress_rule.cloudfront) == 1 && aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 443 && aws_lb_listener_rule.from_cdn[0].listener_arn == aws_lb_listener.https[0].arn
    error_message = "The CloudFront distribution, or its access to the load balancer, is missing."
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.load_balancer) == 0 && aws_cloudfront_distribution.main[0].web_acl_id == module.cdn_firewall[0].arn
    error_message = "The firewall is not where users connect, or is where all users have CloudFront's addresses."
  }
}

run "back_to_open" {
  variables {
    cdn = "open"
  }

  assert {
    condition     = alltrue([for port in [80, 443] : contains([for rule in aws_vpc_security_group_ingress_rule.public : rule.from_port], port)])
    error_message = "The load balancer rejects connections of users who still use its address."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "forward"
    error_message = "The load balancer answers users who connect to it with an error."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.app : record.alias[0].name == aws_cloudfront_distribution.main[0].domain_name])
    error_message = "The domain's record points to the wrong target for this step."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["TRUSTED_PROXIES"] == "1"
    error_message = "A user who connects to the load balancer could forge a client address."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.main) == 1 && length(aws_vpc_security_group_ingress_rule.cloudfront) == 1 && aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 443 && aws_lb_listener_rule.from_cdn[0].listener_arn == aws_lb_listener.https[0].arn
    error_message = "The CloudFront distribution, or its access to the load balancer, is missing."
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.load_balancer) == 0 && aws_cloudfront_distribution.main[0].web_acl_id == module.cdn_firewall[0].arn
    error_message = "The firewall is not where users connect, or is where all users have CloudFront's addresses."
  }
}

run "back_to_ready" {
  variables {
    cdn = "ready"
  }

  assert {
    condition     = alltrue([for port in [80, 443] : contains([for rule in aws_vpc_security_group_ingress_rule.public : rule.from_port], port)])
    error_message = "The load balancer rejects connections of users who still use its address."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "forward"
    error_message = "The load balancer answers users who connect to it with an error."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.app : record.alias[0].name == aws_lb.main.dns_name])
    error_message = "The domain's record points to the wrong target for this step."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["TRUSTED_PROXIES"] == "1"
    error_message = "A user who connects to the load balancer could forge a client address."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.main) == 1 && length(aws_vpc_security_group_ingress_rule.cloudfront) == 1 && aws_vpc_security_group_ingress_rule.cloudfront[0].from_port == 443 && aws_lb_listener_rule.from_cdn[0].listener_arn == aws_lb_listener.https[0].arn
    error_message = "The CloudFront distribution, or its access to the load balancer, is missing."
  }

  assert {
    condition     = length(aws_wafv2_web_acl_association.load_balancer) == 1 && aws_cloudfront_distribution.main[0].web_acl_id == module.cdn_firewall[0].arn
    error_message = "The firewall is not where users connect, or is where all users have CloudFront's addresses."
  }
}

run "back_to_off" {
  variables {
    cdn = "off"
  }

  assert {
    condition     = alltrue([for port in [80, 443] : contains([for rule in aws_vpc_security_group_ingress_rule.public : rule.from_port], port)])
    error_message = "The load balancer rejects connections of users who still use its address."
  }

  assert {
    condition     = aws_lb_listener.https[0].default_action[0].type == "forward"
    error_message = "The load balancer answers users who connect to it with an error."
  }

  assert {
    condition     = alltrue([for record in aws_route53_record.app : record.alias[0].name == aws_lb.main.dns_name])
    error_message = "The domain's record points to the wrong target for this step."
  }

  assert {
    condition     = { for v in jsondecode(aws_ecs_task_definition.app.container_definitions)[0].environment : v.name => v.value }["TRUSTED_PROXIES"] == "1"
    error_message = "A user who connects to the load balancer could forge a client address."
  }

  assert {
    condition     = length(aws_cloudfront_distribution.main) == 0 && length(module.cdn_firewall) == 0 && length(aws_wafv2_web_acl_association.load_balancer) == 1
    error_message = "There is a CloudFront distribution, or no firewall at the load balancer."
  }
}
