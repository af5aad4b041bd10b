"""A stand-in for AWS on loopback: moto's server, with what this stack needs and moto 5.2.5 lacks.

Usage: stand_in_aws.py PORT

moto keeps what it is told and gives it back. It starts no task and judges no policy, so the service
counts as running as soon as it is created.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.responses import ActionResult
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

# The request's name of each setting of a service that moto forgets, and the attribute its answer is read from.
FORGOTTEN_SERVICE_SETTINGS = {
    "availabilityZoneRebalancing": "availability_zone_rebalancing",
    "deploymentConfiguration": "deployment_configuration",
    "enableECSManagedTags": "enable_ecs_managed_tags",
    "enableExecuteCommand": "enable_execute_command",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
}


def remember_service_settings() -> None:
    """Let a service give back every setting it was created with."""
    create = EC2ContainerServiceResponse.create_service

    def create_service(self: EC2ContainerServiceResponse) -> ActionResult:
        answer = create(self)
        for request_name, attribute in FORGOTTEN_SERVICE_SETTINGS.items():
            setattr(answer.result["service"], attribute, self._get_param(request_name))
        return answer

    EC2ContainerServiceResponse.create_service = create_service


def move_deployment_with_service() -> None:
    """Let the primary deployment of an updated service name the task definition it was updated to."""
    update = EC2ContainerServiceBackend.update_service

    def update_service(self: EC2ContainerServiceBackend, properties: dict[str, Any]) -> Service:
        service = update(self, properties)
        service.deployments[0]["taskDefinition"] = service.task_definition
        return service

    EC2ContainerServiceBackend.update_service = update_service


def judge_no_bucket_policy() -> None:
    """Let bucket policies be kept and not judged: moto reads `Deny ... unless by TLS` as `Deny`."""
    FakeBucket.get_permission = lambda bucket, action, resource: PermissionResult.NEUTRAL


def describe_rules_between_groups() -> None:
    """Give back the description of a rule that names another security group, not of those with an address only."""
    SecurityGroupRule.description = property(
        lambda rule: rule.ip_range.get("Description") or rule.source_group.get("Description")
    )


def keep_autoscaling_tags() -> None:
    """Keep the tags of scalable targets, which moto knows no calls for."""
    tags: dict[str, dict[str, str]] = {}
    register = ApplicationAutoScalingResponse.register_scalable_target

    def register_scalable_target(self: ApplicationAutoScalingResponse) -> str:
        answer: str = register(self)
        tags.setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(self._get_param("Tags") or {})
        return answer

    def list_tags_for_resource(self: ApplicationAutoScalingResponse) -> str:
        return json.dumps({"Tags": tags.get(self._get_param("ResourceARN"), {})})

    def tag_resource(self: ApplicationAutoScalingResponse) -> str:
        tags.setdefault(self._get_param("ResourceARN"), {}).update(self._get_param("Tags"))
        return "{}"

    def untag_resource(self: ApplicationAutoScalingResponse) -> str:
        for key in self._get_param("TagKeys"):
            tags.get(self._get_param("ResourceARN"), {}).pop(key, None)
        return "{}"

    ApplicationAutoScalingResponse.register_scalable_target = register_scalable_target
    ApplicationAutoScalingResponse.list_tags_for_resource = list_tags_for_resource
    ApplicationAutoScalingResponse.tag_resource = tag_resource
    ApplicationAutoScalingResponse.untag_resource = untag_resource


@contextmanager
def running(log: Path) -> Iterator[str]:
    """Start the stand-in as a process of its own, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as output:
        server = subprocess.Popen([sys.executable, __file__, str(port)], stdout=output, stderr=output)
        try:
            give_up = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    assert server.poll() is None and time.monotonic() < give_up, log.read_text()
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def main() -> None:
    os.environ["MOTO_ECS_SERVICE_RUNNING"] = "2"
    remember_service_settings()
    move_deployment_with_service()
    judge_no_bucket_policy()
    describe_rules_between_groups()
    keep_autoscaling_tags()

    from moto.server import main as serve  # reads its settings when imported

    serve(["-H", "127.0.0.1", "-p", sys.argv[1]])


if __name__ == "__main__":
    main()
