locals {
  https = var.domain_name != null

  # Longer than any response takes, and shorter than the 75 s for which the program keeps an idle connection: the side that
  # sends requests must close first, or some requests arrive on a closed connection.
  idle_timeout = 60

  deregistration_delay = 30

  sticky_seconds = 900
}

resource "aws_lb" "main" {
  #checkov:skip=CKV_AWS_91:access logs are opt-in (access_logs): they hold the addresses of users and cost storage
  #checkov:skip=CKV2_AWS_28:the firewall is opt-in (waf): it costs from five dollars a month
  #checkov:skip=CKV2_AWS_20:without a domain there is no certificate to redirect to; the plan warns of it
  name               = var.name
  load_balancer_type = "application"
  internal           = false
  subnets            = [for subnet in aws_subnet.public : subnet.id]
  security_groups    = [aws_security_group.load_balancer.id]
  idle_timeout       = local.idle_timeout

  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  enable_deletion_protection = var.deletion_protection

  dynamic "access_logs" {
    for_each = aws_s3_bucket.access_logs

    content {
      enabled = true
      bucket  = access_logs.value.bucket
    }
  }

  # The load balancer tries to write to the bucket as soon as it is configured.
  depends_on = [aws_s3_bucket_policy.access_logs, aws_route.internet]
}

resource "aws_lb_target_group" "app" {
  #checkov:skip=CKV_AWS_378:the last step runs inside the network, between two security groups that name each other
  name_prefix          = local.short_prefix
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = local.app_port
  vpc_id               = aws_vpc.main.id
  deregistration_delay = local.deregistration_delay

  health_check {
    path                = "/health"
    matcher             = "200"
    interval            = 30
    timeout             = 5
    healthy_threshold   = 3
    unhealthy_threshold = 3
  }

  # A page and its files come from one task: while a deploy runs old and new tasks side by side, each has files that the
  # others lack. Each response prolongs the cookie, and an open page sends a request at least every ten minutes.
  stickiness {
    type            = "lb_cookie"
    cookie_duration = local.sticky_seconds
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Without a certificate port 80 serves; with one it only redirects. If only CloudFront may connect (cdn = "on"), the
# listener that serves answers 403, and a rule before it lets through requests with CloudFront's header.
locals {
  serve       = local.cdn_only ? "fixed-response" : "forward"
  http_action = local.https ? "redirect" : local.serve
}

resource "aws_lb_listener" "http" {
  #checkov:skip=CKV_AWS_2:redirects to HTTPS as soon as there is a domain
  #checkov:skip=CKV_AWS_103:plain HTTP has no TLS version
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = local.http_action

    dynamic "forward" {
      for_each = local.http_action == "forward" ? [aws_lb_target_group.app.arn] : []

      content {
        target_group {
          arn = forward.value
        }
      }
    }

    dynamic "fixed_response" {
      for_each = local.http_action == "fixed-response" ? ["403"] : []

      content {
        content_type = "text/plain"
        status_code  = fixed_response.value
      }
    }

    dynamic "redirect" {
      for_each = local.http_action == "redirect" ? ["HTTP_301"] : []

      content {
        protocol    = "HTTPS"
        port        = "443"
        status_code = redirect.value
      }
    }
  }
}

resource "aws_lb_listener" "https" {
  count = local.https ? 1 : 0

  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.app[var.domain_name].certificate_arn

  routing_http_response_strict_transport_security_header_value = local.hsts

  default_action {
    type = local.serve

    dynamic "forward" {
      for_each = local.serve == "forward" ? [aws_lb_target_group.app.arn] : []

      content {
        target_group {
          arn = forward.value
        }
      }
    }

    dynamic "fixed_response" {
      for_each = local.serve == "fixed-response" ? ["403"] : []

      content {
        content_type = "text/plain"
        status_code  = fixed_response.value
      }
    }
  }
}

check "encrypted" {
  assert {
    condition     = local.https || local.cdn_only
    error_message = "The service answers by plain HTTP on port 80: give domain_name and zone_id, or cdn = \"on\", for HTTPS."
  }
}
