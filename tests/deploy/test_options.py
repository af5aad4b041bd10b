"""The service stack's options, turned on one after another on a running stack."""

from collections.abc import Callable
from typing import Any

from conftest import OTHER_REGION, Options

Client = Callable[..., Any]


def test_a_nat_gateway_in_each_zone_is_added_and_nothing_replaced(options: Options) -> None:
    zones = ("b", "c")
    made = {f'{kind}["{zone}"]' for zone in zones for kind in ("aws_eip.nat", "aws_nat_gateway.main")}
    assert {address for address, actions in options.nat.items() if actions == ["create"]} == made
    moved = {f'aws_route.nat["{zone}"]' for zone in zones}
    assert {address for address, actions in options.nat.items() if actions == ["update"]} == moved
    assert set(options.nat) == made | moved


def test_each_private_subnet_then_leaves_by_its_own_zone(options: Options, client: Client) -> None:
    ec2 = client("ec2", OTHER_REGION)
    zone_of = {s["SubnetId"]: s["AvailabilityZone"] for s in ec2.describe_subnets()["Subnets"]}
    nat_zone = {n["NatGatewayId"]: zone_of[n["SubnetId"]] for n in ec2.describe_nat_gateways()["NatGateways"]}
    tables = ec2.describe_route_tables(Filters=[{"Name": "tag:Name", "Values": ["weather-wide-private-*"]}])[
        "RouteTables"
    ]
    assert len(tables) == 3
    for table in tables:
        (nat,) = [route["NatGatewayId"] for route in table["Routes"] if "NatGatewayId" in route]
        (subnet,) = [association["SubnetId"] for association in table["Associations"]]
        assert nat_zone[nat] == zone_of[subnet]


def test_adding_https_replaces_nothing_that_serves(options: Options) -> None:
    assert not [address for address, actions in options.edge.items() if "delete" in actions]
    assert options.edge["aws_lb_listener.http"] == ["update"]
    assert "aws_ecs_service.app" not in options.edge


def test_https_serves_and_http_redirects(options: Options, client: Client) -> None:
    elb = client("elbv2", OTHER_REGION)
    (lb,) = elb.describe_load_balancers()["LoadBalancers"]
    listeners = {row["Port"]: row for row in elb.describe_listeners(LoadBalancerArn=lb["LoadBalancerArn"])["Listeners"]}
    (redirect,) = listeners[80]["DefaultActions"]
    assert redirect["Type"] == "redirect"
    wanted = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    assert {key: redirect["RedirectConfig"][key] for key in wanted} == wanted
    https = listeners[443]
    assert (https["Protocol"], https["SslPolicy"]) == ("HTTPS", "ELBSecurityPolicy-TLS13-1-2-2021-06")
    assert [action["Type"] for action in https["DefaultActions"]] == ["forward"]


def test_the_certificate_is_validated_by_dns_and_the_name_leads_to_the_load_balancer(
    options: Options, client: Client
) -> None:
    (certificate,) = client("acm", OTHER_REGION).list_certificates()["CertificateSummaryList"]
    assert certificate["DomainName"] == "weather.example.org"
    records = client("route53").list_resource_record_sets(HostedZoneId=options.zone_id)["ResourceRecordSets"]
    by_type = {record["Type"]: record for record in records}
    (lb,) = client("elbv2", OTHER_REGION).describe_load_balancers()["LoadBalancers"]
    assert by_type["A"]["Name"] == "weather.example.org."
    assert by_type["A"]["AliasTarget"]["DNSName"].rstrip(".").endswith(lb["DNSName"])
    assert by_type["CNAME"]["ResourceRecords"]


def test_the_firewall_protects_the_load_balancer(options: Options, client: Client) -> None:
    waf = client("wafv2", OTHER_REGION)
    (lb,) = client("elbv2", OTHER_REGION).describe_load_balancers()["LoadBalancers"]
    rules = waf.get_web_acl_for_resource(ResourceArn=lb["LoadBalancerArn"])["WebACL"]["Rules"]
    assert [rule["Name"] for rule in sorted(rules, key=lambda rule: rule["Priority"])] == [
        "rate-limit",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    ]


def test_access_logs_are_kept_for_thirty_days(options: Options, client: Client) -> None:
    elb, s3 = client("elbv2", OTHER_REGION), client("s3", OTHER_REGION)
    (lb,) = elb.describe_load_balancers()["LoadBalancers"]
    attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=lb["LoadBalancerArn"])["Attributes"]
    values = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    assert values["access_logs.s3.enabled"] == "true"
    (rule,) = s3.get_bucket_lifecycle_configuration(Bucket=values["access_logs.s3.bucket"])["Rules"]
    assert rule["Expiration"]["Days"] == 30


def test_a_shared_cache_is_added_and_the_tasks_get_its_address(options: Options, client: Client) -> None:
    made = {
        "aws_elasticache_serverless_cache.shared[0]",
        "aws_security_group.shared_cache[0]",
        "aws_vpc_security_group_egress_rule.tasks_to_shared_cache[0]",
        "aws_vpc_security_group_ingress_rule.shared_cache_from_tasks[0]",
    }
    assert {address for address, actions in options.shared.items() if actions == ["create"]} == made
    assert set(options.shared) - made == {"aws_ecs_task_definition.app", "aws_ecs_service.app"}
    (cache,) = client("elasticache", OTHER_REGION).describe_serverless_caches(ServerlessCacheName="weather-wide")[
        "ServerlessCaches"
    ]
    assert (cache["Engine"], len(cache["SubnetIds"]), len(cache["SecurityGroupIds"])) == ("valkey", 3, 1)
    ecs = client("ecs", OTHER_REGION)
    (service,) = ecs.describe_services(cluster="weather-wide", services=["weather-wide"])["services"]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    environment = {v["name"]: v["value"] for v in definition["containerDefinitions"][0]["environment"]}
    assert environment["VALKEY_URL"] == f"valkeys://{cache['Endpoint']['Address']}:6379"
    assert (environment["OPENWEATHERMAP_PER_MINUTE"], environment["INSTANCES"]) == ("55", "6")


def test_with_every_option_on_a_second_plan_changes_nothing(options: Options) -> None:
    assert "No changes." in options.project.terraform("service", "plan", "-input=false", *options.variables)


def test_everything_is_destroyed_once_deletion_protection_is_off(options: Options, client: Client) -> None:
    lifted = [*options.variables, "-var=deletion_protection=false"]
    assert options.project.changes("service", *lifted) == {
        "aws_lb.main": ["update"],
        'aws_s3_bucket.access_logs["logs"]': ["update"],
    }
    options.project.terraform("service", "destroy", "-input=false", "-auto-approve", *lifted)
    assert options.project.terraform("service", "state", "list") == ""
    assert client("elbv2", OTHER_REGION).describe_load_balancers()["LoadBalancers"] == []
