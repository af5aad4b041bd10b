locals {
  # AWS's own rule groups, in the order in which they are evaluated after the rate limit.
  managed_rules = {
    AWSManagedRulesCommonRuleSet         = 2
    AWSManagedRulesKnownBadInputsRuleSet = 3
  }
}

resource "aws_wafv2_web_acl" "main" {
  #checkov:skip=CKV_AWS_192:the known bad inputs below have the rule; checkov does not read it in a dynamic block
  #checkov:skip=CKV2_AWS_31:its metrics tell how much is refused; logs would hold the addresses of users
  name        = var.name
  description = "Public entrance of ${var.name}"
  scope       = var.scope

  default_action {
    allow {}
  }

  rule {
    name     = "rate-limit"
    priority = 1

    action {
      block {}
    }

    statement {
      rate_based_statement {
        aggregate_key_type = "IP"
        limit              = var.requests_per_5_minutes
      }
    }

    visibility_config {
      metric_name                = "${var.name}-rate-limit"
      cloudwatch_metrics_enabled = true
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = local.managed_rules

    content {
      name     = rule.key
      priority = rule.value

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key
        }
      }

      visibility_config {
        metric_name                = "${var.name}-${rule.key}"
        cloudwatch_metrics_enabled = true
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    metric_name                = var.name
    cloudwatch_metrics_enabled = true
    sampled_requests_enabled   = true
  }
}
