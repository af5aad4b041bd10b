# Allowed connections: users (or CloudFront alone) to the load balancer, the load balancer to the tasks, and the tasks to
# any address by HTTPS.
locals {
  app_port = 5000

  # Both ports are open before there is a certificate, so that adding a domain changes the listeners only. CloudFront's
  # prefix list counts as about 55 of the 60 rules a group may have: with the two ports for everyone it fits once.
  public_ports = local.cdn_only ? {} : { http = 80, https = 443 }
  cdn_port     = local.https ? 443 : 80
}

resource "aws_security_group" "load_balancer" {
  name_prefix = "${var.name}-lb-"
  description = "Load balancer of ${var.name}"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${var.name}-load-balancer" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "public" {
  #checkov:skip=CKV_AWS_260:a public site answers on port 80, if only to redirect
  for_each = local.public_ports

  security_group_id = aws_security_group.load_balancer.id
  description       = "${upper(each.key)} from everyone"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  count = local.cdn_count

  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  count = local.cdn_count

  security_group_id = aws_security_group.load_balancer.id
  description       = "CloudFront"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront[0].id
  ip_protocol       = "tcp"
  from_port         = local.cdn_port
  to_port           = local.cdn_port
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_tasks" {
  security_group_id            = aws_security_group.load_balancer.id
  description                  = "To the tasks"
  referenced_security_group_id = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = local.app_port
  to_port                      = local.app_port
}

resource "aws_security_group" "tasks" {
  name_prefix = "${var.name}-tasks-"
  description = "Tasks of ${var.name}"
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${var.name}-tasks" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "tasks_from_load_balancer" {
  security_group_id            = aws_security_group.tasks.id
  description                  = "From the load balancer only"
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = local.app_port
  to_port                      = local.app_port
}

resource "aws_vpc_security_group_egress_rule" "tasks_to_https" {
  security_group_id = aws_security_group.tasks.id
  description       = "To the weather providers and to AWS; names are resolved by the network itself, which no rule bounds"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}
