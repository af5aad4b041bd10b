"""The account under test: a stand-in for AWS, a copy of the project to deploy, and what terraform/deploy did to it."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from stand_in_aws import running

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-2"
OTHER_REGION = "us-west-2"

# In the form of a real key, and like no other string of the project.
API_KEY = "1a7e57c0ffee5eed1a7e57c0ffee5eed"

# Stand-ins for what the script would do outside AWS: build and push an image, ask the service. Each keeps a log.
DOCKER = """#!/usr/bin/env bash
echo "$*" >>"$STAND_IN_LOG"
case $1 in
  push)
    type=application/vnd.oci.image.manifest.v1+json
    manifest='{"schemaVersion": 2, "mediaType": "'$type'", "config": {"digest": "'$2'"}, "layers": []}'
    aws ecr put-image --repository-name weather-app --image-tag "${2##*:}" --image-manifest "$manifest" >/dev/null
    ;;
  image) echo "${STAND_IN_ARCHITECTURE:-amd64}" ;;
  login) cat >/dev/null ;;
esac
"""
CURL = """#!/usr/bin/env bash
echo "curl $*" >>"$STAND_IN_LOG"
case $* in */health) echo OK ;; */api/weather) echo '{"stale": false}' ;; *) exit 22 ;; esac
"""


class Project:
    """A copy of the project in a git repository of its own, so that a deploy leaves nothing in this one."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.log = folder.parent / "stand-ins.log"
        self.log.touch()
        tools = folder.parent / "bin"
        tools.mkdir()
        for name, text in {"docker": DOCKER, "curl": CURL}.items():
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        self.environment = environment | {"PATH": f"{tools}:{environment['PATH']}", "STAND_IN_LOG": str(self.log)}
        unwanted = shutil.ignore_patterns(".terraform", "*.tfstate*", "backend_override.tf")
        shutil.copytree(ROOT / "terraform", folder / "terraform", ignore=unwanted)
        self.git("init", "--quiet")
        self.commit("first")

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        return subprocess.run(
            ["git", "-C", self.folder, *who, *arguments], check=True, text=True, capture_output=True
        ).stdout

    def commit(self, text: str) -> str:
        """Change what the image is made of, and say which commit that is."""
        (self.folder / "Dockerfile").write_text(f"FROM scratch\n# {text}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", text)
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def settings(self, stack: str, text: str) -> None:
        (self.folder / "terraform" / stack / "terraform.tfvars").write_text(text)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment | environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def deploy(self, *arguments: str, **environment: str) -> str:
        """Run terraform/deploy, which must succeed, and give back what it printed."""
        done = self.run("terraform/deploy", *arguments, **environment)
        status, output = done.returncode, done.stdout
        assert status == 0, output[-4000:]
        return output

    def fails_to_deploy(self, *arguments: str, **environment: str) -> str:
        done = self.run("terraform/deploy", *arguments, **environment)
        status, output = done.returncode, done.stdout
        assert status != 0, output[-4000:]
        return output

    def terraform(self, stack: str, *arguments: str) -> str:
        done = self.run("terraform", f"-chdir=terraform/{stack}", *arguments)
        status, output = done.returncode, done.stdout
        assert status == 0, output[-4000:]
        return output

    def changes(self, stack: str, *variables: str) -> dict[str, list[str]]:
        """Plan, apply, and give back what the plan did to each resource that it did not leave alone."""
        plan = str(self.folder.parent / f"{stack}.tfplan")
        self.terraform(stack, "plan", "-input=false", "-out", plan, *variables)
        changes = json.loads(self.terraform(stack, "show", "-json", plan))["resource_changes"]
        self.terraform(stack, "apply", "-input=false", plan)
        ignored = (["no-op"], ["read"])
        return {c["address"]: c["change"]["actions"] for c in changes if c["change"]["actions"] not in ignored}


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("aws") / "log") as address:
        yield address


@pytest.fixture(scope="session")
def environment(endpoint: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_"))}
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "TF_VAR_max_retries": "2",  # a call that the stand-in lacks fails at once
        "TF_CLI_ARGS": "-no-color",
        "TF_IN_AUTOMATION": "1",
        "HEALTH_TRIES": "1",
    }


@pytest.fixture(scope="session")
def client(endpoint: str) -> Callable[..., Any]:
    """Make a boto3 client that talks to the stand-in."""

    def make(service: str, region: str = REGION) -> Any:
        secrets = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return boto3.client(service, region_name=region, endpoint_url=endpoint, **secrets)

    return make


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Project:
    return Project(tmp_path_factory.mktemp("deployed") / "project", environment)


@dataclass
class Options:
    """A service stack that was applied plainly and then got its options one after the other: what each one changed."""

    project: Project
    zone_id: str
    nat: dict[str, list[str]]
    edge: dict[str, list[str]]
    variables: list[str]


@pytest.fixture(scope="session", autouse=True)
def options_to_come(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    environment: dict[str, str],
    client: Callable[..., Any],
) -> Iterator[Future[Options] | None]:
    """Start a second stack in another region, without the script, while the tests go on with the first one.

    Nearly all of the time is the provider's waiting, so the two together take little longer than one.
    """

    def apply() -> Options:
        project = Project(tmp_path_factory.mktemp("options") / "project", environment)
        (project.folder / "terraform/service/backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
        project.terraform("service", "init")
        zone = client("route53").create_hosted_zone(Name="example.org", CallerReference="test")["HostedZone"]["Id"]
        zone_id = zone.removeprefix("/hostedzone/")
        image = f"123456789012.dkr.ecr.{OTHER_REGION}.amazonaws.com/weather-wide:0123abc"
        base = [f"-var={v}" for v in (f"region={OTHER_REGION}", "name=weather-wide", f"image={image}")]
        base += ["-var=met_norway_contact=ops@example.org", "-var=zones={a=0,b=1,c=2}"]
        project.changes("service", *base)
        nat = [*base, "-var=nat_mode=per_az"]
        edge = [
            *nat,
            "-var=domain_name=weather.example.org",
            f"-var=zone_id={zone_id}",
            "-var=waf=true",
            "-var=access_logs=true",
        ]
        return Options(project, zone_id, project.changes("service", *nat), project.changes("service", *edge), edge)

    asked_for = any("options" in getattr(item, "fixturenames", ()) for item in request.session.items)
    with ThreadPoolExecutor(1) as worker:
        yield worker.submit(apply) if asked_for else None


@pytest.fixture(scope="session")
def options(options_to_come: Future[Options]) -> Options:
    return options_to_come.result()
