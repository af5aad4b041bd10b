# The network of the original, and its three routes to the internet.
mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks_us_east_1"
}

variables {
  image              = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:0123abc"
  execution_role_arn = "arn:aws:iam::123456789012:role/weather-app-ecs-execution"
  task_role_arn      = "arn:aws:iam::123456789012:role/weather-app-ecs-task"
  met_norway_contact = "ops@example.org"
  domain_name        = "weather.example.org"
  zone_id            = "Z0123456789ABCDEFGHIJ"
}

run "network" {
  assert {
    condition     = aws_vpc.main.cidr_block == "10.0.0.0/16"
    error_message = "The network is not 10.0.0.0/16."
  }

  assert {
    condition     = aws_vpc.main.enable_dns_support && aws_vpc.main.enable_dns_hostnames
    error_message = "Names cannot be resolved inside the network."
  }

  assert {
    condition     = join(" ", keys(aws_subnet.public)) == "a b" && join(" ", keys(aws_subnet.private)) == "a b"
    error_message = "There is not one public and one private subnet in each of two zones."
  }

  assert {
    condition     = alltrue([for zone, subnet in merge(aws_subnet.public, aws_subnet.private) : subnet.availability_zone == "eu-west-2${zone}"])
    error_message = "A subnet is not in the zone it is keyed by, in eu-west-2."
  }

  assert {
    condition = { for zone, subnet in aws_subnet.public : zone => subnet.cidr_block } == {
      a = "10.0.0.0/24"
      b = "10.0.1.0/24"
    }
    error_message = "The public subnets' address ranges changed."
  }

  assert {
    condition = { for zone, subnet in aws_subnet.private : zone => subnet.cidr_block } == {
      a = "10.0.128.0/24"
      b = "10.0.129.0/24"
    }
    error_message = "The private subnets' address ranges changed."
  }

  assert {
    condition     = aws_route.internet.gateway_id == aws_internet_gateway.main.id && aws_internet_gateway.main.vpc_id == aws_vpc.main.id && aws_route.internet.route_table_id == aws_route_table.public.id && aws_route.internet.destination_cidr_block == "0.0.0.0/0"
    error_message = "The public route table has no route to the internet gateway."
  }

  assert {
    condition     = join(" ", keys(aws_nat_gateway.main)) == "a" && aws_nat_gateway.main["a"].subnet_id == aws_subnet.public["a"].id
    error_message = "There is not one NAT gateway, in a public subnet."
  }

  assert {
    condition     = aws_nat_gateway.main["a"].allocation_id == aws_eip.nat["a"].id && aws_eip.nat["a"].domain == "vpc"
    error_message = "The NAT gateway has no Elastic IP."
  }

  assert {
    condition     = join(" ", keys(aws_route.nat)) == "a b" && alltrue([for zone, route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.main["a"].id && route.route_table_id == aws_route_table.private[zone].id && route.destination_cidr_block == "0.0.0.0/0"])
    error_message = "A private route table has no route to the NAT gateway."
  }

  assert {
    condition = alltrue(concat(
      [for zone, link in aws_route_table_association.public : link.subnet_id == aws_subnet.public[zone].id && link.route_table_id == aws_route_table.public.id],
      [for zone, link in aws_route_table_association.private : link.subnet_id == aws_subnet.private[zone].id && link.route_table_id == aws_route_table.private[zone].id],
    )) && length(aws_route_table_association.public) == 2 && length(aws_route_table_association.private) == 2
    error_message = "A subnet has no route table, or the wrong one."
  }

  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.service_name == "com.amazonaws.eu-west-2.s3" && toset(aws_vpc_endpoint.s3.route_table_ids) == toset(concat([aws_route_table.public.id], values(aws_route_table.private)[*].id))
    error_message = "There is no gateway endpoint for S3."
  }

  assert {
    condition     = length(aws_default_security_group.unused.ingress) == 0 && length(aws_default_security_group.unused.egress) == 0
    error_message = "The default security group allows traffic."
  }
}

run "who_may_talk_to_whom" {
  assert {
    condition     = { for name, rule in aws_vpc_security_group_ingress_rule.public : name => rule.from_port } == { http = 80, https = 443 }
    error_message = "The load balancer is not open on 80 and 443."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.public : rule.cidr_ipv4 == "0.0.0.0/0" && rule.from_port == rule.to_port])
    error_message = "A port of the load balancer is not open to everyone."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.load_balancer_to_tasks.from_port == 5000 && aws_vpc_security_group_egress_rule.load_balancer_to_tasks.to_port == 5000
    error_message = "The load balancer may connect to other ports than 5000."
  }

  assert {
    condition = (
      aws_vpc_security_group_egress_rule.load_balancer_to_tasks.security_group_id == aws_security_group.load_balancer.id
      && aws_vpc_security_group_egress_rule.load_balancer_to_tasks.referenced_security_group_id == aws_security_group.tasks.id
      && aws_vpc_security_group_egress_rule.load_balancer_to_tasks.cidr_ipv4 == null
    )
    error_message = "The load balancer may connect to others than the tasks."
  }

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.tasks_from_load_balancer.security_group_id == aws_security_group.tasks.id
      && aws_vpc_security_group_ingress_rule.tasks_from_load_balancer.referenced_security_group_id == aws_security_group.load_balancer.id
      && aws_vpc_security_group_ingress_rule.tasks_from_load_balancer.cidr_ipv4 == null
    )
    error_message = "The tasks accept connections from others than the load balancer."
  }

  assert {
    condition = alltrue([
      for rule in concat(
        values(aws_vpc_security_group_ingress_rule.public),
        [
          aws_vpc_security_group_ingress_rule.tasks_from_load_balancer,
          aws_vpc_security_group_egress_rule.load_balancer_to_tasks,
          aws_vpc_security_group_egress_rule.tasks_to_https,
        ],
      ) : rule.ip_protocol == "tcp"
    ])
    error_message = "A rule is not for TCP."
  }

  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.public : rule.security_group_id == aws_security_group.load_balancer.id]) && aws_vpc_security_group_egress_rule.tasks_to_https.security_group_id == aws_security_group.tasks.id && aws_vpc_security_group_egress_rule.tasks_to_https.cidr_ipv4 == "0.0.0.0/0"
    error_message = "A rule belongs to the wrong group."
  }

  assert {
    condition     = aws_ecs_service.app.network_configuration[0].security_groups == toset([aws_security_group.tasks.id])
    error_message = "The tasks are not in their own security group."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.tasks_from_load_balancer.from_port == 5000 && aws_vpc_security_group_ingress_rule.tasks_from_load_balancer.to_port == 5000
    error_message = "The tasks are open on another port than 5000."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.tasks_to_https.from_port == 443 && aws_vpc_security_group_egress_rule.tasks_to_https.to_port == 443
    error_message = "The tasks may connect to other ports than 443."
  }
}

run "a_nat_gateway_in_each_zone" {
  variables {
    nat_mode = "per_az"
    zones    = { a = 0, b = 1, c = 2 }
  }

  assert {
    condition     = join(" ", keys(aws_nat_gateway.main)) == "a b c"
    error_message = "A zone has no NAT gateway."
  }

  assert {
    condition     = alltrue([for zone, gateway in aws_nat_gateway.main : gateway.subnet_id == aws_subnet.public[zone].id])
    error_message = "A NAT gateway is in the wrong zone."
  }

  assert {
    condition     = alltrue([for zone, route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.main[zone].id])
    error_message = "A zone uses another zone's NAT gateway."
  }
}

run "no_nat_gateway" {
  variables {
    nat_mode = "none"
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 0 && length(aws_eip.nat) == 0 && length(aws_route.nat) == 0
    error_message = "A NAT gateway, its address or its routes remain."
  }

  assert {
    condition     = aws_ecs_service.app.network_configuration[0].assign_public_ip && toset(aws_ecs_service.app.network_configuration[0].subnets) == toset([for subnet in aws_subnet.public : subnet.id])
    error_message = "The tasks cannot reach anything: they are not in the public subnets with public addresses."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.tasks_from_load_balancer.cidr_ipv4 == null
    error_message = "Public tasks are open to more than the load balancer."
  }
}

run "a_zone_that_goes_renumbers_no_other" {
  command = plan

  variables {
    zones = { b = 1, c = 2 }
  }

  assert {
    condition     = aws_subnet.public["b"].cidr_block == "10.0.1.0/24" && aws_subnet.private["b"].cidr_block == "10.0.129.0/24"
    error_message = "A zone's address range depends on the other zones."
  }
}
