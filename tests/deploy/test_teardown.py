"""Destroying production. This file's name puts it after all tests that still need it."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from conftest import Project

Client = Callable[..., Any]


def test_destroy_asks_first(deployed: SimpleNamespace, project: Project) -> None:
    assert "nothing was changed" in project.fails_to_deploy("--destroy")


def test_destroy_leaves_nothing(deployed: SimpleNamespace, project: Project, client: Client) -> None:
    assert "== all deleted" in project.deploy("--destroy", "--yes")
    ec2, ecs = client("ec2"), client("ecs")
    left = {
        "vpcs": ec2.describe_vpcs()["Vpcs"],
        "addresses": ec2.describe_addresses()["Addresses"],
        "gateways": [g for g in ec2.describe_nat_gateways()["NatGateways"] if g["State"] != "deleted"],
        "balancers": client("elbv2").describe_load_balancers()["LoadBalancers"],
        "clusters": [c for c in ecs.describe_clusters()["clusters"] if c["status"] == "ACTIVE"],
        "definitions": ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"],
        "repositories": client("ecr").describe_repositories()["repositories"],
        "parameters": client("ssm").describe_parameters()["Parameters"],
        "roles": client("iam").list_roles()["Roles"],
        "policies": client("iam").list_policies(Scope="Local")["Policies"],
        "buckets": client("s3").list_buckets()["Buckets"],
        "logs": client("logs").describe_log_groups()["logGroups"],
        "alarms": client("cloudwatch").describe_alarms()["MetricAlarms"],
        "topics": client("sns").list_topics()["Topics"],
    }
    assert not {kind: found for kind, those in left.items() if (found := [one for one in those if is_production(one)])}


def is_production(found: Any) -> bool:
    """Whether a name or a tag is production's: other environments' names come before the service's."""
    return bool(re.search(r"(?<![a-z]-)weather-app", json.dumps(found, default=str)))


def test_destroying_nothing_says_so(project: Project) -> None:
    assert "nothing to delete" in project.deploy("--destroy", "--yes")
