# CloudFront in front of the load balancer. It caches answers for as long as the program's own Cache-Control says. In the
# last step (cdn = "on") the load balancer accepts CloudFront's addresses only, and of those only requests with a header
# that this distribution adds: everyone who uses CloudFront has the same addresses.
locals {
  cdn_count     = var.cdn == "off" ? 0 : 1
  users_by_cdn  = contains(["open", "on"], var.cdn)
  cdn_only      = var.cdn == "on"
  origin_header = "X-Origin-Secret"

  # Created once and kept in the state, which only those who may deploy can read. To change it:
  # terraform/deploy terraform service apply -replace='terraform_data.origin_secret[0]'
  origin_secret = sensitive(one(terraform_data.origin_secret[*].output))

  # What CloudFront caches, by the program's Cache-Control. Everything else is passed through, such as the page, whose
  # content depends on User-Agent and Accept: CloudFront uses its cache key, not Vary.
  cached_paths = [
    "/api/*", "/v1/*", "/data/*", "/geo/*", "/forecast/*",
    "/assets/*", "/docs/*", "/openapi.json", "/openapi.yaml",
    "/favicon.ico", "/manifest.webmanifest", "/robots.txt", "/sw.js",
  ]
}

resource "terraform_data" "origin_secret" {
  count = local.cdn_count

  input = uuid()

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_lb_listener_rule" "from_cdn" {
  count = local.cdn_count

  listener_arn = local.https ? aws_lb_listener.https[0].arn : aws_lb_listener.http.arn
  priority     = 1

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.app.arn
  }

  condition {
    http_header {
      http_header_name = local.origin_header
      values           = [local.origin_secret]
    }
  }
}

resource "aws_cloudfront_cache_policy" "app" {
  count = local.cdn_count

  name        = var.name
  comment     = "As long as the program says, by the whole query"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }

    headers_config {
      header_behavior = "none"
    }

    query_strings_config {
      query_string_behavior = "all"
    }
  }
}

# AWS's managed policies: cache nothing, and forward every header of the request.
data "aws_cloudfront_cache_policy" "none" {
  count = local.cdn_count

  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_origin_request_policy" "everything" {
  count = local.cdn_count

  name = "Managed-AllViewer"
}

resource "aws_cloudfront_origin_request_policy" "app" {
  count = local.cdn_count

  name    = var.name
  comment = "The host, which the origin's certificate is for, and what a preflight request asks"

  # The load balancer's cookie, by which a visitor's requests go to one task. It is in no cache key.
  cookies_config {
    cookie_behavior = "whitelist"

    cookies {
      items = ["AWSALB"]
    }
  }

  headers_config {
    header_behavior = "whitelist"

    headers {
      items = ["Host", "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"]
    }
  }

  query_strings_config {
    query_string_behavior = "none" # the cache key has them all already
  }
}

resource "aws_cloudfront_response_headers_policy" "app" {
  count = local.cdn_count

  name    = var.name
  comment = "HSTS; every other header is the program's"

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = local.hsts_seconds
      override                   = true
    }
  }
}

# For cached responses: without the load balancer's cookie, which would send every visitor who gets the cached response to
# the task of the first one.
resource "aws_cloudfront_response_headers_policy" "cached" {
  count = local.cdn_count

  name    = "${var.name}-cached"
  comment = "HSTS, and no cookie; every other header is the program's"

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = local.hsts_seconds
      override                   = true
    }
  }

  remove_headers_config {
    items {
      header = "Set-Cookie"
    }
  }
}

resource "aws_cloudfront_distribution" "main" {
  #checkov:skip=CKV_AWS_86:access logs hold the addresses of users; the load balancer's are opt-in
  #checkov:skip=CKV_AWS_68:the firewall is opt-in (waf)
  #checkov:skip=CKV2_AWS_47:the firewall is opt-in (waf) and has the rules for known bad inputs, Log4j's included
  #checkov:skip=CKV_AWS_174:without a domain CloudFront's own certificate fixes the protocol; with one it is TLS 1.2
  #checkov:skip=CKV2_AWS_42:without a domain there is no certificate of its own
  #checkov:skip=CKV_AWS_305:the program serves the root itself
  #checkov:skip=CKV_AWS_310:there is one origin, with a task in every zone
  #checkov:skip=CKV_AWS_374:the weather is for everyone
  count = local.cdn_count

  comment         = var.name
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = var.cdn_price_class
  aliases         = local.domains
  web_acl_id      = one(module.cdn_firewall[*].arn)

  origin {
    origin_id   = "load-balancer"
    domain_name = aws_lb.main.dns_name

    custom_header {
      name  = local.origin_header
      value = local.origin_secret
    }

    custom_origin_config {
      # Without a domain the load balancer has no certificate to show, and this step is plain HTTP.
      origin_protocol_policy   = local.https ? "https-only" : "http-only"
      origin_ssl_protocols     = ["TLSv1.2"]
      http_port                = 80
      https_port               = 443
      origin_keepalive_timeout = 30 # below the load balancer's idle timeout
      origin_read_timeout      = 30
    }
  }

  default_cache_behavior {
    target_origin_id           = "load-balancer"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = false # the program compresses, once
    cache_policy_id            = data.aws_cloudfront_cache_policy.none[0].id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.everything[0].id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.app[0].id
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.cached_paths

    content {
      path_pattern               = ordered_cache_behavior.value
      target_origin_id           = "load-balancer"
      viewer_protocol_policy     = "redirect-to-https"
      allowed_methods            = ["GET", "HEAD", "OPTIONS"]
      cached_methods             = ["GET", "HEAD"]
      compress                   = false
      cache_policy_id            = aws_cloudfront_cache_policy.app[0].id
      origin_request_policy_id   = aws_cloudfront_origin_request_policy.app[0].id
      response_headers_policy_id = aws_cloudfront_response_headers_policy.cached[0].id
    }
  }

  # Errors are not cached, as the program's no-store says.
  dynamic "custom_error_response" {
    for_each = [400, 404, 405, 500, 502, 503, 504]

    content {
      error_code            = custom_error_response.value
      error_caching_min_ttl = 0
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = !local.https
    acm_certificate_arn            = local.https ? aws_acm_certificate_validation.cdn[var.domain_name].certificate_arn : null
    minimum_protocol_version       = local.https ? "TLSv1.2_2021" : "TLSv1"
    ssl_support_method             = local.https ? "sni-only" : null
  }
}
