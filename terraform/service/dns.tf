# With a domain: a certificate validated by DNS, and the name. Keyed by the domain's name, which is known before anything
# is created, and not by the certificate's validation options, which are not.
locals {
  domains = toset(local.https ? [var.domain_name] : [])

  hsts_seconds = var.hsts_days * 86400
  hsts         = "max-age=${local.hsts_seconds}"

  # Where users are sent.
  entrance = local.users_by_cdn ? {
    name    = one(aws_cloudfront_distribution.main[*].domain_name)
    zone_id = one(aws_cloudfront_distribution.main[*].hosted_zone_id)
    } : {
    name    = aws_lb.main.dns_name
    zone_id = aws_lb.main.zone_id
  }
}

resource "aws_acm_certificate" "app" {
  for_each = local.domains

  domain_name       = each.key
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = local.domains

  zone_id = var.zone_id
  name    = one([for option in aws_acm_certificate.app[each.key].domain_validation_options : option.resource_record_name if option.domain_name == each.key])
  type    = one([for option in aws_acm_certificate.app[each.key].domain_validation_options : option.resource_record_type if option.domain_name == each.key])
  records = [one([for option in aws_acm_certificate.app[each.key].domain_validation_options : option.resource_record_value if option.domain_name == each.key])]
  ttl     = 60

  # The record of an earlier certificate for the same name is the same record.
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "app" {
  for_each = local.domains

  certificate_arn         = aws_acm_certificate.app[each.key].arn
  validation_record_fqdns = [aws_route53_record.validation[each.key].fqdn]
}

# CloudFront's own copy. The validation record is the same for every certificate of one name in one account.
resource "aws_acm_certificate" "cdn" {
  provider = aws.us_east_1
  for_each = local.cdn_count > 0 ? local.domains : []

  domain_name       = each.key
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_acm_certificate_validation" "cdn" {
  provider = aws.us_east_1
  for_each = local.cdn_count > 0 ? local.domains : []

  certificate_arn         = aws_acm_certificate.cdn[each.key].arn
  validation_record_fqdns = [aws_route53_record.validation[each.key].fqdn]
}

resource "aws_route53_record" "app" {
  # The load balancer has IPv4 addresses only.
  for_each = toset(local.https ? (local.users_by_cdn ? ["A", "AAAA"] : ["A"]) : [])

  zone_id = var.zone_id
  name    = var.domain_name
  type    = each.key

  alias {
    name                   = local.entrance.name
    zone_id                = local.entrance.zone_id
    evaluate_target_health = !local.users_by_cdn # CloudFront reports no health
  }
}
