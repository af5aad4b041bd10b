"""A first deploy whose tasks never become healthy: what it prints, and that --destroy removes all of it."""

import re
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from conftest import FAILED_REGION, FailedDeploy

Client = Callable[..., Any]

TAG = [{"Name": "tag:Project", "Values": ["failed-weather-app"]}]


def test_it_fails_and_prints_why_ecs_stopped_the_tasks(failed_deploy: Future[FailedDeploy]) -> None:
    output = failed_deploy.result().deploy_output
    assert "the service stack was not applied" in output
    assert "== stopped tasks" in output and "CannotPullContainerError" in output


def test_destroying_it_creates_nothing_first(failed_deploy: Future[FailedDeploy]) -> None:
    output = failed_deploy.result().destroy_output
    assert "== all deleted" in output
    # Protection is turned off and nothing else: no plan adds anything.
    added = re.findall(r"(\d+) to add", output)
    assert added and set(added) == {"0"}


def test_nothing_of_it_is_left(failed_deploy: Future[FailedDeploy], client: Client) -> None:
    assert failed_deploy.result()
    ec2 = client("ec2", FAILED_REGION)
    left = {
        "networks": ec2.describe_vpcs(Filters=TAG)["Vpcs"],
        "addresses": ec2.describe_addresses(Filters=TAG)["Addresses"],
        "gateways": [g for g in ec2.describe_nat_gateways(Filters=TAG)["NatGateways"] if g["State"] != "deleted"],
        "balancers": [
            lb
            for lb in client("elbv2", FAILED_REGION).describe_load_balancers()["LoadBalancers"]
            if lb["LoadBalancerName"].startswith("failed")
        ],
        "definitions": client("ecs", FAILED_REGION).list_task_definitions(
            familyPrefix="failed-weather-app", status="ACTIVE"
        )["taskDefinitionArns"],
        "roles": [r for r in client("iam").list_roles()["Roles"] if r["RoleName"].startswith("failed")],
        "buckets": [b for b in client("s3").list_buckets()["Buckets"] if b["Name"].startswith("failed")],
        "repositories": [
            r
            for r in client("ecr", FAILED_REGION).describe_repositories()["repositories"]
            if r["repositoryName"].startswith("failed")
        ],
    }
    assert not {kind: found for kind, found in left.items() if found}
