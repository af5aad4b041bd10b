output "arn" {
  description = "The firewall, to put before a load balancer or a distribution."
  value       = aws_wafv2_web_acl.main.arn
}
