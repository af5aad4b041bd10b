output "url" {
  description = "URL of the service."
  value       = local.https ? "https://${var.domain_name}" : local.users_by_cdn ? "https://${local.entrance.name}" : "http://${local.entrance.name}"
}

output "cluster" {
  description = "Name of the ECS cluster."
  value       = aws_ecs_cluster.main.name
}

output "service" {
  description = "Name of the ECS service."
  value       = aws_ecs_service.app.name
}

output "task_definition_arn" {
  description = "Task definition that the service is configured to run. If it runs another, ECS has rolled back."
  value       = aws_ecs_task_definition.app.arn
}

output "image" {
  description = "Image that the service is configured to run."
  value       = var.image
}

output "log_group" {
  description = "Log group of the tasks."
  value       = aws_cloudwatch_log_group.app.name
}

output "dashboard_url" {
  description = "URL of the dashboard with the metrics behind the alarms."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${var.name}"
}

output "nat_addresses" {
  description = "Public addresses of the NAT gateways, which the weather providers see, by zone; empty with nat_mode = none."
  value       = { for zone, address in aws_eip.nat : zone => address.public_ip }
}

output "cdn" {
  description = "Step of `cdn` that was applied last. `terraform/deploy` compares it with the next one."
  value       = var.cdn
}

output "cdn_url" {
  description = "CloudFront's own URL, to try it before the domain leads to it; null without `cdn`."
  value       = one([for distribution in aws_cloudfront_distribution.main : "https://${distribution.domain_name}"])
}
