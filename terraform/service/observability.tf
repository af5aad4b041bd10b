# Logs, alarms and one dashboard.
locals {
  load_balancer_dimension = { LoadBalancer = aws_lb.main.arn_suffix }
  target_dimensions       = merge(local.load_balancer_dimension, { TargetGroup = aws_lb_target_group.app.arn_suffix })
  service_dimensions      = { ClusterName = aws_ecs_cluster.main.name, ServiceName = aws_ecs_service.app.name }

  alarms = {
    errors-of-tasks = {
      description = "The tasks answer with server errors; their logs say why"
      namespace   = "AWS/ApplicationELB"
      metric      = "HTTPCode_Target_5XX_Count"
      dimensions  = local.target_dimensions
      statistic   = "Sum"
      comparison  = "GreaterThanOrEqualToThreshold"
      threshold   = var.alarm_errors_per_5_minutes
      period      = 300
      periods     = 1
      missing     = "notBreaching" # no error, no data
    }
    errors-of-load-balancer = {
      description = "The load balancer finds no task that answers"
      namespace   = "AWS/ApplicationELB"
      metric      = "HTTPCode_ELB_5XX_Count"
      dimensions  = local.load_balancer_dimension
      statistic   = "Sum"
      comparison  = "GreaterThanOrEqualToThreshold"
      threshold   = var.alarm_errors_per_5_minutes
      period      = 300
      periods     = 1
      missing     = "notBreaching"
    }
    unhealthy-tasks = {
      description = "A task fails its health check and has not been replaced"
      namespace   = "AWS/ApplicationELB"
      metric      = "UnHealthyHostCount"
      dimensions  = local.target_dimensions
      statistic   = "Maximum"
      comparison  = "GreaterThanThreshold"
      threshold   = 0
      period      = 60
      periods     = 5
      missing     = "notBreaching"
    }
    slow-answers = {
      description = "Five of 100 answers take longer than ${var.alarm_latency_seconds} s"
      namespace   = "AWS/ApplicationELB"
      metric      = "TargetResponseTime"
      dimensions  = local.target_dimensions
      statistic   = "p95"
      comparison  = "GreaterThanThreshold"
      threshold   = var.alarm_latency_seconds
      period      = 60
      periods     = 5
      missing     = "notBreaching" # no request, no data
    }
    running-tasks = {
      # Each running task reports its CPU use once a minute, so the number of samples is the number of tasks.
      description = "Fewer than ${var.min_tasks} tasks run"
      namespace   = "AWS/ECS"
      metric      = "CPUUtilization"
      dimensions  = local.service_dimensions
      statistic   = "SampleCount"
      comparison  = "LessThanThreshold"
      threshold   = var.min_tasks
      period      = 60
      periods     = 5
      missing     = "breaching" # no task, no data
    }
  }

  # A statistic is either one of five words or a percentile, and the API has a field for each.
  percentiles = { for name, alarm in local.alarms : name => alarm.statistic if startswith(alarm.statistic, "p") }
}

resource "aws_cloudwatch_log_group" "app" {
  #checkov:skip=CKV_AWS_158:the program logs no secret and no address; a customer-managed key costs a dollar a month
  #checkov:skip=CKV_AWS_338:a year of logs is not needed to run this; log_days sets it
  name              = "/ecs/${var.name}"
  retention_in_days = var.log_days
}

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:alarms cannot be sent to a topic under AWS's own key, and they hold no secret
  name = "${var.name}-alarms"
}

resource "aws_sns_topic_subscription" "email" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "app" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = contains(keys(local.percentiles), each.key) ? null : each.value.statistic
  extended_statistic  = lookup(local.percentiles, each.key, null)
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_dashboard" "app" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = [for position, name in sort(keys(local.alarms)) : {
      type   = "metric"
      width  = 12
      height = 6
      x      = position % 2 * 12
      y      = floor(position / 2) * 6
      properties = {
        title  = local.alarms[name].description
        region = var.region
        view   = "timeSeries"
        period = local.alarms[name].period
        stat   = local.alarms[name].statistic
        metrics = [concat(
          [local.alarms[name].namespace, local.alarms[name].metric],
          flatten([for dimension, value in local.alarms[name].dimensions : [dimension, value]]),
        )]
        annotations = { horizontal = [{ label = "alarm", value = local.alarms[name].threshold }] }
      }
    }]
  })
}
