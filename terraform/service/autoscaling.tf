# Scales by CPU alone, which a task runs out of first. More tasks do not keep more places fresh, because all tasks share
# the providers' limits.
locals {
  cpu_target_percent = 60

  # Scale out within a minute, scale in slowly: an unneeded task for ten minutes costs a fraction of a cent.
  scale_out_seconds = 60
  scale_in_seconds  = 600
}

resource "aws_appautoscaling_target" "tasks" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.app.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.min_tasks
  max_capacity       = var.max_tasks
}

resource "aws_appautoscaling_policy" "cpu" {
  name               = "${var.name}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.tasks.service_namespace
  resource_id        = aws_appautoscaling_target.tasks.resource_id
  scalable_dimension = aws_appautoscaling_target.tasks.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = local.cpu_target_percent
    scale_out_cooldown = local.scale_out_seconds
    scale_in_cooldown  = local.scale_in_seconds

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

moved {
  from = aws_appautoscaling_policy.tasks["cpu"]
  to   = aws_appautoscaling_policy.cpu
}
