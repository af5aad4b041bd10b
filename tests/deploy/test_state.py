"""State and images that AWS does not show: only a definite "not found" may count as missing."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Project

Client = Callable[..., Any]

BUCKET = "lost-weather-app-state-123456789012-eu-west-2"
KEYLESS = 'met_norway_contact = "ops@example.org"\n'


def real(tool: str) -> Path:
    return next(path for folder in os.environ["PATH"].split(":") if (path := Path(folder) / tool).exists())


@pytest.fixture
def failing_aws(project: Project, tmp_path: Path) -> Callable[[str, str], str]:
    """A PATH on which one operation of the AWS CLI fails with a text, and all others work."""

    def make(operation: str, error: str) -> str:
        aws = tmp_path / "aws"
        aws.write_text(f"""#!/usr/bin/env bash
if [[ " $* " == *" {operation} "* ]]; then
  echo '{error}' >&2
  exit 254
fi
exec '{real("aws")}' "$@"
""")
        aws.chmod(0o755)
        return f"{tmp_path}:{project.environment['PATH']}"

    return make


@pytest.fixture(scope="module")
def bootstrapped(project: Project) -> Project:
    """An environment that has its bootstrap stack."""
    project.settings("common", "", "lost")
    project.settings("service", KEYLESS, "lost")
    project.deploy("--environment", "lost", "bootstrap")
    return project


def state(client: Client) -> dict[str, Any]:
    text = client("s3").get_object(Bucket=BUCKET, Key="bootstrap.tfstate")["Body"].read()
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_bucket_that_cannot_be_read_is_not_created_again(
    bootstrapped: Project, client: Client, failing_aws: Callable[[str, str], str]
) -> None:
    before = state(client)
    for status in ("403", "503", "400"):
        error = f"An error occurred ({status}) when calling the HeadBucket operation: Unknown"
        path = failing_aws("head-bucket", error)
        output = bootstrapped.fails_to_deploy("--environment", "lost", "bootstrap", PATH=path)
        assert error in output and "Nothing was changed" in output
        assert "already exists" not in output and "Terraform will perform" not in output
    # The next run, with a network again, finds the state unchanged.
    planned = bootstrapped.deploy("--environment", "lost", "--plan")
    assert "No changes." in planned
    after = state(client)
    assert (after["lineage"], after["serial"]) == (before["lineage"], before["serial"])
    assert len(after["resources"]) == len(before["resources"])


def test_the_first_service_after_a_separate_bootstrap_run_is_confirmed_first(bootstrapped: Project) -> None:
    output = bootstrapped.fails_to_deploy("--environment", "lost", "service")
    assert "lost-weather-app in eu-west-2 will cost about" in output and "nothing was changed" in output


def test_a_state_that_cannot_be_read_does_not_count_as_empty(
    bootstrapped: Project, client: Client, failing_aws: Callable[[str, str], str]
) -> None:
    before = state(client)
    error = "An error occurred (403) when calling the HeadObject operation: Forbidden"
    output = bootstrapped.fails_to_deploy(
        "--environment", "lost", "--destroy", "--yes", PATH=failing_aws("head-object", error)
    )
    assert error in output and "Nothing was changed" in output
    assert state(client) == before


def test_expired_credentials_do_not_count_as_a_missing_image(
    bootstrapped: Project, failing_aws: Callable[[str, str], str]
) -> None:
    error = "An error occurred (ExpiredTokenException) when calling the DescribeImages operation"
    builds = bootstrapped.log.read_text().count("build ")
    output = bootstrapped.fails_to_deploy("--environment", "lost", "image", PATH=failing_aws("describe-images", error))
    assert "ExpiredTokenException" in output
    assert bootstrapped.log.read_text().count("build ") == builds


def test_an_image_for_another_processor_is_not_pushed_so_its_tag_stays_free(bootstrapped: Project) -> None:
    output = bootstrapped.fails_to_deploy("--environment", "lost", "image", STAND_IN_ARCHITECTURE="arm64")
    assert "was built for linux/arm64, the tasks are linux/amd64: it was not pushed" in output
    assert not re.findall(r"^push \S+/lost-weather-app:", bootstrapped.log.read_text(), re.M)
    bootstrapped.settings("service", f'{KEYLESS}architecture = "ARM64"\n', "lost")
    bootstrapped.deploy("--environment", "lost", "image", STAND_IN_ARCHITECTURE="arm64")
    builds = re.findall(r"^build --platform (\S+) --tag \S+/lost-weather-app:", bootstrapped.log.read_text(), re.M)
    assert builds[-2:] == ["linux/amd64", "linux/arm64"]


def test_an_unknown_environment_and_a_missing_provider_are_refused_before_anything_is_created(
    project: Project, client: Client
) -> None:
    assert "there is no environment nowhere" in project.fails_to_deploy("--environment", "nowhere")
    project.settings("service", "", "empty")
    output = project.fails_to_deploy("--environment", "empty", "--yes")
    assert "Give a weather provider" in output
    project.settings("service", f"{KEYLESS}cpu = 100\n", "empty")
    assert "cpu must be 256" in project.fails_to_deploy("--environment", "empty", "--yes")
    assert not [b for b in client("s3").list_buckets()["Buckets"] if b["Name"].startswith("empty")]


def test_the_first_apply_shows_its_cost_and_asks(project: Project, client: Client) -> None:
    project.settings("service", KEYLESS, "asking")
    output = project.fails_to_deploy("--environment", "asking")
    assert "asking-weather-app in eu-west-2 will cost about" in output and "together, in US dollars a month" in output
    assert "nothing was changed" in output
    assert not [b for b in client("s3").list_buckets()["Buckets"] if b["Name"].startswith("asking")]


def test_a_plan_of_an_empty_account_shows_the_bootstrap_stack_and_creates_nothing(
    project: Project, client: Client
) -> None:
    project.settings("service", KEYLESS, "planned")
    output = project.deploy("--environment", "planned", "--plan")
    assert 'name                 = "planned-weather-app"' in output and "together, in US dollars a month" in output
    assert "aws_ecr_repository.app will be created" in output
    assert not [b for b in client("s3").list_buckets()["Buckets"] if b["Name"].startswith("planned")]


def test_a_bootstrap_stack_alone_is_destroyed_with_every_version_of_its_state(
    bootstrapped: Project, client: Client
) -> None:
    assert "== all deleted" in bootstrapped.deploy("--environment", "lost", "--destroy", "--yes")
    assert not [b for b in client("s3").list_buckets()["Buckets"] if b["Name"] == BUCKET]
    roles = [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
    assert not [role for role in roles if role.startswith("lost-")]


def test_a_bucket_alone_is_destroyed(project: Project, client: Client) -> None:
    # An interrupted first run created the bucket and did not set it up.
    bucket = "half-weather-app-state-123456789012-eu-west-2"
    where = {"LocationConstraint": "eu-west-2"}
    client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
    project.settings("service", KEYLESS, "half")
    assert "== all deleted" in project.deploy("--environment", "half", "--destroy", "--yes")
    assert bucket not in {b["Name"] for b in client("s3").list_buckets()["Buckets"]}
