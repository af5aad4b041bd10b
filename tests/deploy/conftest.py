"""Fixtures: a stand-in for AWS, a copy of the project, and the deploys that several tests look at."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from stand_in_aws import running

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-2"
OTHER_REGION = "us-west-2"
FAILED_REGION = "eu-west-1"

# Access keys that stand for the roles of the workflows, so that the calls of each can be told apart.
PUSH_ROLE = {"AWS_ACCESS_KEY_ID": "push-role"}
DEPLOY_ROLE = {"AWS_ACCESS_KEY_ID": "deploy-role"}
PLAN_ROLE = {"AWS_ACCESS_KEY_ID": "plan-role"}

# In the form of a real key, and unlike any other text in the project.
API_KEY = "1a7e57c0ffee5eed1a7e57c0ffee5eed"

GITHUB = 'github_repository = "someone/weather"\n'
BOOTSTRAP = f"{GITHUB}plan_pull_requests = true\nopenweathermap_api_key_version = 1\n"
SERVICE = 'met_norway_contact = "ops@example.org"\nopenweathermap_per_minute = 60\n'

# Stand-ins for the programs that the script runs outside AWS: docker builds and pushes an image, curl requests the
# service. Each writes its arguments to a log.
DOCKER = """#!/usr/bin/env bash
echo "$*" >>"$STAND_IN_LOG"
case $1 in
  push)
    type=application/vnd.oci.image.manifest.v1+json
    repository=${2#*/} tag=${2##*:}
    config='"config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:'$tag'"}'
    manifest='{"schemaVersion": 2, "mediaType": "'$type'", '$config', "layers": []}'
    aws ecr put-image --repository-name "${repository%%:*}" --image-tag "$tag" --image-manifest "$manifest" >/dev/null
    ;;
  image) echo "linux/${STAND_IN_ARCHITECTURE:-amd64}" ;;
  login) cat >/dev/null ;;
esac
"""
CURL = """#!/usr/bin/env bash
echo "curl $*" >>"$STAND_IN_LOG"
case $* in
  */health) echo OK ;;
  */api/weather) echo '{"stale": false}' ;;
  *layers.example.org*) echo '{"architecture":"'"${STAND_IN_ARCHITECTURE:-amd64}"'","os":"linux"}' ;;
  *) exit 22 ;;
esac
"""

# A call that the stand-in does not support fails at once.
RETRIES = """provider "aws" {
  max_retries = 2
}
"""
RETRIES_US_EAST_1 = """
provider "aws" {
  alias       = "us_east_1"
  max_retries = 2
}
"""


class Project:
    """A copy of the project in its own git repository, so that a deploy leaves nothing in this one."""

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
        ignored = shutil.ignore_patterns(".terraform", "*.tfstate*", "*_override.tf")
        shutil.copytree(ROOT / "terraform", folder / "terraform", ignore=ignored, symlinks=True)
        shutil.copy(ROOT / ".dockerignore", folder)
        (folder / "terraform/bootstrap/retries_override.tf").write_text(RETRIES)
        (folder / "terraform/service/retries_override.tf").write_text(RETRIES + RETRIES_US_EAST_1)
        self.git("init", "--quiet")
        self.commit("first")

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        return subprocess.run(
            ["git", "-C", self.folder, *who, *arguments], check=True, text=True, capture_output=True
        ).stdout

    def commit(self, text: str) -> str:
        """Change a file that goes into the image, commit it, and return the commit."""
        (self.folder / "Dockerfile").write_text(f"FROM scratch\n# {text}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", text)
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def settings(self, file: str, text: str, environment: str = "production") -> None:
        """Write one of an environment's files of variables: common, bootstrap or service."""
        folder = self.folder / "terraform/environments" / environment
        folder.mkdir(exist_ok=True)
        (folder / f"{file}.tfvars").write_text(text)

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
        """Run terraform/deploy, which must succeed, and return its output."""
        done = self.run("terraform/deploy", *arguments, **environment)
        status, output = done.returncode, done.stdout
        assert status == 0, output[-4000:]
        return output

    def fails_to_deploy(self, *arguments: str, **environment: str) -> str:
        done = self.run("terraform/deploy", *arguments, **environment)
        status, output = done.returncode, done.stdout
        assert status != 0, output[-4000:]
        return output

    def terraform(self, stack: str, *arguments: str, environment: str = "production") -> str:
        """Run terraform in a stack, with the data folder that the script uses for the environment."""
        data = {"TF_DATA_DIR": str(self.folder / "terraform/.terraform" / environment / stack)}
        done = self.run("terraform", f"-chdir=terraform/{stack}", *arguments, **data)
        status, output = done.returncode, done.stdout
        assert status == 0, output[-4000:]
        return output

    def changes(self, stack: str, *variables: str) -> dict[str, list[str]]:
        """Plan and apply, and return the plan's actions on each resource that it changes."""
        plan = str(self.folder.parent / f"{stack}.tfplan")
        self.terraform(stack, "plan", "-input=false", "-out", plan, *variables)
        changes = json.loads(self.terraform(stack, "show", "-json", plan))["resource_changes"]
        self.terraform(stack, "apply", "-input=false", plan)
        ignored = (["no-op"], ["read"])
        return {c["address"]: c["change"]["actions"] for c in changes if c["change"]["actions"] not in ignored}


@pytest.fixture(scope="session")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the stand-in writes every call to."""
    return tmp_path_factory.mktemp("aws") / "calls"


@pytest.fixture(scope="session")
def endpoint(calls: Path) -> Iterator[str]:
    with running(calls.with_name("log"), calls) as address:
        yield address


@pytest.fixture(scope="session")
def environment(endpoint: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_"))}
    return inherited | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "TF_CLI_ARGS": "-no-color",
        "TF_IN_AUTOMATION": "1",
        "HEALTH_TRIES": "1",
    }


@pytest.fixture(scope="session")
def client(endpoint: str) -> Callable[..., Any]:
    """Create boto3 clients that talk to the stand-in."""

    def make(service: str, region: str = REGION) -> Any:
        secrets = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        return boto3.client(service, region_name=region, endpoint_url=endpoint, **secrets)

    return make


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Project:
    return Project(tmp_path_factory.mktemp("deployed") / "project", environment)


@pytest.fixture(scope="session")
def deployed(project: Project) -> SimpleNamespace:
    """The account after the first run of the script, which is given the key."""
    project.settings("bootstrap", BOOTSTRAP)
    project.settings("service", SERVICE)
    commit = project.commit("settings")
    return SimpleNamespace(commit=commit, output=project.deploy("--yes", TF_VAR_openweathermap_api_key=API_KEY))


@pytest.fixture(scope="session")
def redeployed(deployed: SimpleNamespace, project: Project, client: Callable[..., Any]) -> SimpleNamespace:
    """The account after another commit, deployed as the workflow does: by two roles, without the key."""
    commit = project.commit("second")
    pushed = project.deploy("image", **PUSH_ROLE)
    policies = {
        role: client("iam").get_role_policy(RoleName=f"weather-app-{role}", PolicyName=role)["PolicyDocument"]
        for role in ("push", "deploy", "plan")
    }
    output = pushed + project.deploy("service", **DEPLOY_ROLE)
    planned = planned_by_pull_request(project)
    return SimpleNamespace(commit=commit, output=output, policies=policies, planned=planned)


def planned_by_pull_request(project: Project) -> str:
    """The plan of a change, as JSON, made as the workflow for pull requests does it: by the role that may only read."""
    plan = str(project.folder.parent / "pull_request.tfplan")
    project.settings("service", f"{SERVICE}max_tasks = 7\n")
    project.commit("not deployed, and planned with the image that runs")
    project.deploy("terraform", "service", "plan", "-lock=false", f"-out={plan}", **PLAN_ROLE)
    project.settings("service", SERVICE)
    return project.deploy("terraform", "service", "show", "-json", plan, **PLAN_ROLE)


@dataclass
class FailedDeploy:
    """What the script printed about an environment whose tasks never run."""

    deploy_output: str
    destroy_output: str


# ECS's answers about that environment's tasks. The stand-in starts none.
STOPPED_TASKS = """#!/usr/bin/env bash
case " $* " in
  *" list-tasks "*) echo "arn:aws:ecs:eu-west-1:123456789012:task/failed-weather-app/1" ;;
  *" describe-tasks "*) echo "Task failed to start: CannotPullContainerError" ;;
  *) exec '{aws}' "$@" ;;
esac
"""
SHORT_TIMEOUTS = """resource "aws_ecs_service" "app" {
  timeouts {
    create = "20s"
    delete = "60s"
  }
}
"""


@pytest.fixture(scope="session", autouse=True)
def failed_deploy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[Future[FailedDeploy] | None]:
    """Deploy and destroy an environment whose tasks never run, while the tests use the others."""

    def run() -> FailedDeploy:
        project = Project(tmp_path_factory.mktemp("failed") / "project", environment)
        (project.folder / "terraform/service/timeouts_override.tf").write_text(SHORT_TIMEOUTS)
        real = next(path for f in os.environ["PATH"].split(":") if (path := Path(f) / "aws").exists())
        aws = project.folder.parent / "bin/aws"
        aws.write_text(STOPPED_TASKS.replace("{aws}", str(real)))
        aws.chmod(0o755)
        project.settings("common", f'region = "{FAILED_REGION}"\n', "failed")
        project.settings("service", 'met_norway_contact = "ops@example.org"\n', "failed")
        first = project.fails_to_deploy("--environment", "failed", "--yes")
        return FailedDeploy(first, project.deploy("--environment", "failed", "--destroy", "--yes"))

    is_needed = any(
        isinstance(item, pytest.Function) and "failed_deploy" in item.function.__code__.co_varnames
        for item in request.session.items
    )
    with ThreadPoolExecutor(1) as worker:
        yield worker.submit(run) if is_needed else None


@dataclass
class Options:
    """A service stack, applied with its defaults and then with one option after another, and what each changed."""

    project: Project
    zone_id: str
    nat: dict[str, list[str]]
    edge: dict[str, list[str]]
    shared: dict[str, list[str]]
    variables: list[str]


@pytest.fixture(scope="session", autouse=True)
def options_run(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    environment: dict[str, str],
    client: Callable[..., Any],
) -> Iterator[Future[Options] | None]:
    """Apply a second stack in another region, without the script, while the tests use the first one.

    The provider waits most of the time, so the two together take little longer than one.
    """

    def apply() -> Options:
        project = Project(tmp_path_factory.mktemp("options") / "project", environment | DEPLOY_ROLE)
        client("ecr", OTHER_REGION).create_repository(repositoryName="weather-wide")
        (project.folder / "terraform/service/backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
        project.terraform("service", "init")
        zone = client("route53").create_hosted_zone(Name="example.org", CallerReference="test")["HostedZone"]["Id"]
        zone_id = zone.removeprefix("/hostedzone/")
        image = f"123456789012.dkr.ecr.{OTHER_REGION}.amazonaws.com/weather-wide:0123abc"
        base = [f"-var={v}" for v in (f"region={OTHER_REGION}", "name=weather-wide", f"image={image}")]
        base += ["-var=met_norway_contact=ops@example.org", "-var=zones={a=0,b=1,c=2}"]
        role = "arn:aws:iam::123456789012:role/weather-wide-ecs"
        base += [f"-var=execution_role_arn={role}-execution", f"-var=task_role_arn={role}-task"]
        project.changes("service", *base)
        nat = [*base, "-var=nat_mode=per_az"]
        edge = [
            *nat,
            "-var=domain_name=weather.example.org",
            f"-var=zone_id={zone_id}",
            "-var=waf=true",
            "-var=access_logs=true",
        ]
        shared = [*edge, "-var=shared_cache=true"]
        by_nat, by_edge, by_shared = (project.changes("service", *step) for step in (nat, edge, shared))
        return Options(project, zone_id, by_nat, by_edge, by_shared, shared)

    is_needed = any("options" in getattr(item, "fixturenames", ()) for item in request.session.items)
    with ThreadPoolExecutor(1) as worker:
        yield worker.submit(apply) if is_needed else None


@pytest.fixture(scope="session")
def options(options_run: Future[Options]) -> Options:
    return options_run.result()
