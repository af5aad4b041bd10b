# One firewall at the public entrance, wherever that is. At the load balancer behind CloudFront it would take all users
# for a few, whose addresses are CloudFront's.
module "firewall" {
  source = "./firewall"
  count  = var.waf && !var.cdn ? 1 : 0

  name                   = var.name
  scope                  = "REGIONAL"
  requests_per_5_minutes = var.waf_requests_per_5_minutes
}

resource "aws_wafv2_web_acl_association" "load_balancer" {
  count = length(module.firewall)

  resource_arn = aws_lb.main.arn
  web_acl_arn  = module.firewall[0].arn
}

module "cdn_firewall" {
  source    = "./firewall"
  count     = var.waf && var.cdn ? 1 : 0
  providers = { aws = aws.us_east_1 }

  name                   = var.name
  scope                  = "CLOUDFRONT"
  requests_per_5_minutes = var.waf_requests_per_5_minutes
}
