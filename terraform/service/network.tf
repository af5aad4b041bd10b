# Two subnets in each zone: a public one for the load balancer and the NAT gateways, a private one for the tasks.
locals {
  # Public subnets take the lower half of the range, private ones the upper.
  public_cidrs  = { for zone, number in var.zones : zone => cidrsubnet(var.vpc_cidr, 8, number) }
  private_cidrs = { for zone, number in var.zones : zone => cidrsubnet(var.vpc_cidr, 8, 128 + number) }

  first_zone = sort(keys(var.zones))[0]
  nat_zones = {
    single = [local.first_zone]
    per_az = keys(var.zones)
    none   = []
  }[var.nat_mode]

  # The gateway that a zone's private subnet sends through: its own where it has one.
  nat_of_zone = var.nat_mode == "none" ? {} : {
    for zone in keys(var.zones) : zone => contains(local.nat_zones, zone) ? zone : local.first_zone
  }
}

resource "aws_vpc" "main" {
  #checkov:skip=CKV2_AWS_11:flow logs cost by the gigabyte and hold the addresses of users; turn them on to hunt a fault
  cidr_block           = var.vpc_cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = var.name }
}

# Emptied, so that a resource without a group of its own can connect to nothing.
resource "aws_default_security_group" "unused" {
  vpc_id = aws_vpc.main.id

  tags = { Name = "${var.name}-unused" }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = var.name }
}

resource "aws_subnet" "public" {
  for_each = local.public_cidrs

  vpc_id            = aws_vpc.main.id
  availability_zone = "${var.region}${each.key}"
  cidr_block        = each.value

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each = local.private_cidrs

  vpc_id            = aws_vpc.main.id
  availability_zone = "${var.region}${each.key}"
  cidr_block        = each.value

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  tags = { Name = "${var.name}-public" }
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

# One table for each zone, so that a zone can get a NAT gateway of its own by changing one route.
resource "aws_route_table" "private" {
  for_each = var.zones

  vpc_id = aws_vpc.main.id

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[each.key].id
}

resource "aws_eip" "nat" {
  #checkov:skip=CKV2_AWS_19:the addresses belong to the NAT gateways, no instance
  for_each = toset(local.nat_zones)

  domain = "vpc"

  tags = { Name = "${var.name}-nat-${each.key}" }

  # An address is of use only once there is an internet gateway.
  depends_on = [aws_internet_gateway.main]
}

resource "aws_nat_gateway" "main" {
  for_each = toset(local.nat_zones)

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id

  tags = { Name = "${var.name}-${each.key}" }

  depends_on = [aws_route.internet]
}

resource "aws_route" "nat" {
  for_each = local.nat_of_zone

  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main[each.value].id

  lifecycle {
    # Tasks that stop using the gateways are moved before these are removed.
    create_before_destroy = true
  }
}

# Image layers come from S3: free through this endpoint, charged by the gigabyte through a NAT gateway.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.main.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = concat([aws_route_table.public.id], [for table in aws_route_table.private : table.id])

  tags = { Name = "${var.name}-s3" }
}
