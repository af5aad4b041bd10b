output "url" {
  description = "Where the service answers."
  value       = local.https ? "https://${var.domain_name}" : var.cdn ? "https://${local.entrance.name}" : "http://${local.entrance.name}"
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
  description = "Task definition that the service was told to run. If it runs another, ECS has rolled back."
  value       = aws_ecs_task_definition.app.arn
}

output "image" {
  description = "Image that the service was told to run."
  value       = var.image
}

output "log_group" {
  description = "Where the tasks log to."
  value       = aws_cloudwatch_log_group.app.name
}

output "dashboard_url" {
  description = "Dashboard with the metrics behind the alarms."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${var.name}"
}

output "nat_addresses" {
  description = "Addresses that the weather providers see, by zone; none with nat_mode = none."
  value       = { for zone, address in aws_eip.nat : zone => address.public_ip }
}
