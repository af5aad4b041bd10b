"""A stand-in for AWS on loopback: moto's server, with what these stacks need and moto 5.2.5 lacks.

Usage: stand_in_aws.py PORT [CALLS]

CALLS is a file that every call is written to, a line of JSON each, with the access key that signed it.

moto stores what it is sent and returns it. It starts no task and evaluates no policy, so a service counts as running as
soon as it is created. A service whose name begins with "failed" never has a running task.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.responses import ActionResult, BaseResponse
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ecr.responses import ECRResponse
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.responses import ElastiCacheResponse
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker
from werkzeug.serving import run_simple

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# The request's name of each setting of a service that moto forgets, and the attribute its answer is read from.
FORGOTTEN_SERVICE_SETTINGS = {
    "availabilityZoneRebalancing": "availability_zone_rebalancing",
    "deploymentConfiguration": "deployment_configuration",
    "enableECSManagedTags": "enable_ecs_managed_tags",
    "enableExecuteCommand": "enable_execute_command",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
}


def remember_service_settings() -> None:
    """Let a service return every setting that it was created with."""
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


def keep_some_services_from_running() -> None:
    """Let a service never have a running task if its name begins with "failed"."""
    create = Service.__init__

    def init(self: Service, *arguments: Any, **options: Any) -> None:
        create(self, *arguments, **options)
        if self.name.startswith("failed"):
            self.running_count, self.pending_count = 0, self.desired_count
            for deployment in self.deployments:
                deployment |= {"runningCount": 0, "pendingCount": self.desired_count, "rolloutState": "IN_PROGRESS"}

    Service.__init__ = init


def give_addresses_of_layers() -> None:
    """Return an address for each layer, which the tests' curl answers."""
    ECRResponse.get_download_url_for_layer = lambda self: ActionResult(
        {"downloadUrl": f"https://layers.example.org/{self._get_param('layerDigest')}"}
    )


def ignore_bucket_policies() -> None:
    """Store bucket policies without evaluating them: moto reads `Deny ... unless by TLS` as `Deny`."""
    FakeBucket.get_permission = lambda bucket, action, resource: PermissionResult.NEUTRAL


def delete_delete_markers() -> None:
    """Let the last version of a key be deleted when it is a delete marker, which has no content to dispose of."""
    FakeDeleteMarker.dispose = lambda marker: None


def describe_rules_between_groups() -> None:
    """Return the description of rules that name another security group, which moto does for addresses only."""
    SecurityGroupRule.description = property(
        lambda rule: rule.ip_range.get("Description") or rule.source_group.get("Description")
    )


# The tags of scalable targets, which moto does not keep.
SCALING_TAGS: dict[str, dict[str, str]] = {}


def keep_autoscaling_tags() -> None:
    """Store the tags of scalable targets, whose calls moto does not support."""
    tags = SCALING_TAGS
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


class ServerlessCacheNotFound(ElastiCacheException):  # type: ignore[misc] # moto has no types here
    code = "ServerlessCacheNotFoundFault"


# Serverless caches, which moto does not support, by region and name.
CACHES: dict[tuple[str, str], dict[str, Any]] = {}


def keep_serverless_caches() -> None:
    """Create, describe and delete serverless caches, which are available at once."""
    list_tags = ElastiCacheResponse.list_tags_for_resource

    def named(self: ElastiCacheResponse) -> tuple[str, str]:
        key = (self.region, str(self._get_param("ServerlessCacheName")))
        if key not in CACHES:
            raise ServerlessCacheNotFound(f"Serverless cache {key[1]} not found.")
        return key

    def create_serverless_cache(self: ElastiCacheResponse) -> ActionResult:
        params = self._get_params()
        name = params["ServerlessCacheName"]
        address = f"{name}-0a1b2c.serverless.euw2.cache.amazonaws.com"
        tags = params.pop("Tags", [])
        cache = params | {
            "ARN": f"arn:aws:elasticache:{self.region}:{self.current_account}:serverlesscache:{name}",
            "Status": "available",
            "FullEngineVersion": f"{params['MajorEngineVersion']}.0",
            "Endpoint": {"Address": address, "Port": 6379},
            "ReaderEndpoint": {"Address": address, "Port": 6380},
        }
        CACHES[self.region, name] = cache
        self.elasticache_backend.add_tags_to_resource(cache["ARN"], tags)
        return ActionResult({"ServerlessCache": cache})

    def describe_serverless_caches(self: ElastiCacheResponse) -> ActionResult:
        return ActionResult({"ServerlessCaches": [CACHES[named(self)]]})

    def delete_serverless_cache(self: ElastiCacheResponse) -> ActionResult:
        return ActionResult({"ServerlessCache": CACHES.pop(named(self)) | {"Status": "deleting"}})

    def list_tags_for_resource(self: ElastiCacheResponse) -> ActionResult:
        arn = self._get_param("ResourceName")
        if ":serverlesscache:" not in arn:
            return list_tags(self)
        found = self.elasticache_backend.tagging_service.list_tags_for_resource(arn)
        return ActionResult({"TagList": found["Tags"]})

    ElastiCacheResponse.create_serverless_cache = create_serverless_cache
    ElastiCacheResponse.describe_serverless_caches = describe_serverless_caches
    ElastiCacheResponse.delete_serverless_cache = delete_serverless_cache
    ElastiCacheResponse.list_tags_for_resource = list_tags_for_resource


def tags_now(account: str, region: str) -> dict[str, dict[str, str]]:
    """The tags of every resource of the kinds that policies here distinguish by tags: by id, or by ARN."""
    from moto.acm.models import acm_backends
    from moto.ec2.models import ec2_backends
    from moto.elbv2.models import elbv2_backends

    network = {key: dict(tags) for key, tags in ec2_backends[account][region].tags.items()}
    balancing = {key: dict(tags) for key, tags in elbv2_backends[account][region].tagging_service.tags.items()}
    certificates = {c.arn: dict(c.tags.items()) for c in acm_backends[account][region]._certificates.values()}
    return network | balancing | certificates | {key: dict(tags) for key, tags in SCALING_TAGS.items()}


def record_calls(path: Path) -> None:
    """Write every call to a file, with the tags that its resources have before it."""
    set_up = BaseResponse.setup_class

    def setup_class(self: BaseResponse, request: Any, *arguments: Any, **options: Any) -> None:
        set_up(self, request, *arguments, **options)
        signed = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", self.headers.get("Authorization", ""))
        if not signed:
            return
        access_key, region, service = signed.groups()
        params = dict(self.data)
        if "json" in self.headers.get("Content-Type", ""):
            params = json.loads(self.body or "{}")
        call = {
            "access_key": access_key,
            "service": service,
            "region": region,
            "method": request.method,
            "path": self.parsed_url.path,
            "query": list(self.querystring),
            "action": "" if service == "s3" else self._get_action(),
            "params": params,
            "body": request.data.decode(errors="replace") if service == "s3" and self.parsed_url.query else "",
            "tags": tags_now(self.current_account, region),
        }
        with path.open("a") as calls:
            calls.write(json.dumps(call, default=str) + "\n")

    BaseResponse.setup_class = setup_class


def one_at_a_time(application: Application) -> Application:
    """Serve one request at a time: moto keeps dictionaries, which one must not change while another reads them."""
    lock = Lock()

    def take_turn(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with lock:
            return application(environment, start_response)

    return take_turn


@contextmanager
def running(log: Path, calls: Path | None = None) -> Iterator[str]:
    """Start the stand-in as a process and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as output:
        command = [sys.executable, __file__, str(port), *([str(calls)] if calls else [])]
        server = subprocess.Popen(command, stdout=output, stderr=output)
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
    keep_some_services_from_running()
    give_addresses_of_layers()
    ignore_bucket_policies()
    delete_delete_markers()
    describe_rules_between_groups()
    keep_autoscaling_tags()
    keep_serverless_caches()
    if len(sys.argv) > 2:
        record_calls(Path(sys.argv[2]))

    from moto.server import DomainDispatcherApplication, create_backend_app  # read their settings when imported

    dispatch = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), one_at_a_time(dispatch), threaded=True)


if __name__ == "__main__":
    main()
