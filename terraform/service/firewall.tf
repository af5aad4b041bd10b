# The firewall is where users arrive: at the load balancer, or at CloudFront. Behind CloudFront a firewall of the load
# balancer would see only CloudFront's addresses and take all users for a few.
module "firewall" {
  source = "./firewall"
  count  = var.waf && !local.users_by_cdn ? 1 : 0

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
  count     = var.waf ? local.cdn_count : 0
  providers = { aws = aws.us_east_1 }

  name                   = var.name
  scope                  = "CLOUDFRONT"
  requests_per_5_minutes = var.waf_requests_per_5_minutes
}
