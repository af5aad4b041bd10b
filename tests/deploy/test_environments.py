"""Several environments in one account, deployed from one clone."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import Project

Client = Callable[..., Any]

KEYLESS = 'met_norway_contact = "ops@example.org"\n'
GITHUB = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


@pytest.fixture(scope="module")
def staging(deployed: SimpleNamespace, project: Project, client: Client) -> SimpleNamespace:
    """A second environment beside production, in the same region."""
    project.settings(
        "bootstrap", f'github_repository = "someone/weather"\ngithub_oidc_provider_arn = "{GITHUB}"\n', "staging"
    )
    project.settings("service", f"{KEYLESS}min_tasks = 2\n", "staging")
    before = states_of_production(client)
    output = project.deploy("--environment", "staging", "--yes", "--tag", deployed.commit)
    return SimpleNamespace(output=output, before=before, after=states_of_production(client))


def states_of_production(client: Client) -> dict[str, str]:
    objects = client("s3").list_objects_v2(Bucket="weather-app-state-123456789012-eu-west-2")["Contents"]
    return {row["Key"]: row["ETag"] for row in objects}


def test_staging_exists_beside_production(staging: SimpleNamespace, project: Project, client: Client) -> None:
    assert re.search(r"== http://staging-weather-app\S+ runs ", staging.output)
    balancers = client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert {"weather-app", "staging-weather-app"} <= {lb["LoadBalancerName"] for lb in balancers}
    clusters = client("ecs").list_clusters()["clusterArns"]
    assert {"weather-app", "staging-weather-app"} <= {arn.split("/")[-1] for arn in clusters}


def test_staging_did_not_change_production(staging: SimpleNamespace) -> None:
    assert staging.after == staging.before and len(staging.after) == 2


def test_every_name_of_an_environment_is_its_own(staging: SimpleNamespace) -> None:
    # The attributes of resources, which are indented by six spaces; what is nested in them is the program's.
    attribute = r'^ {6}\+ (?:name|name_prefix|repository|dashboard_name|alarm_name) += "([^"]+)"$'
    named = re.findall(attribute, staging.output, re.M)
    assert len(named) > 10
    short = "stagi-"  # a target group's prefix has six characters
    other = {"execution", "push", "deploy"}  # policies inside a role
    assert not {n for n in named if "staging-weather-app" not in n and n != short and n not in other}


def test_what_can_be_run_again_is_listed(staging: SimpleNamespace, deployed: SimpleNamespace, project: Project) -> None:
    output = project.deploy("--environment", "staging", "--images")
    assert deployed.commit in output and re.search(rf"^runs\t.*/staging-weather-app:{deployed.commit}$", output, re.M)


def test_terraform_can_be_run_in_a_stack_of_an_environment(staging: SimpleNamespace, project: Project) -> None:
    output = project.deploy("--environment", "staging", "terraform", "service", "output", "-raw", "url")
    assert output.startswith("http://staging-weather-app")
    assert "No changes." in project.deploy("--environment", "staging", "terraform", "service", "plan")


@pytest.fixture(scope="module")
def america(deployed: SimpleNamespace, project: Project) -> str:
    """The name of an environment in another region, of which only the bootstrap stack is applied, with two secrets."""
    project.settings("common", 'region = "us-east-1"\n', "america")
    project.settings("bootstrap", "open_meteo_api_key_version = 1\napi_keys_version = 1\n", "america")
    project.settings("service", KEYLESS, "america")
    secrets = {"TF_VAR_open_meteo_api_key": "open-meteo-key", "TF_VAR_api_keys": "first-caller,second-caller"}
    project.deploy("--environment", "america", "bootstrap", **secrets)
    return "america"


def test_each_secret_is_stored_under_its_own_name(america: str, client: Client) -> None:
    stored = {
        name: client("ssm", "us-east-1").get_parameter(Name=f"/america-weather-app/{name}", WithDecryption=True)
        for name in ("open-meteo-api-key", "api-keys")
    }
    values = {name: answer["Parameter"]["Value"] for name, answer in stored.items()}
    assert values == {"open-meteo-api-key": "open-meteo-key", "api-keys": "first-caller,second-caller"}


def test_a_second_region_is_an_environment_too(america: str, project: Project, client: Client) -> None:
    repositories = client("ecr", "us-east-1").describe_repositories()["repositories"]
    assert [r["repositoryName"] for r in repositories] == ["america-weather-app"]
    assert "weather-app" in {r["repositoryName"] for r in client("ecr").describe_repositories()["repositories"]}
    assert "== all deleted" in project.deploy("--environment", america, "--destroy", "--yes")
    assert project.deploy("--environment", america, "--names") == "name=america-weather-app\nregion=us-east-1\n"


def test_destroying_staging_keeps_production(staging: SimpleNamespace, project: Project, client: Client) -> None:
    assert "== all deleted" in project.deploy("--environment", "staging", "--destroy", "--yes")
    names = {lb["LoadBalancerName"] for lb in client("elbv2").describe_load_balancers()["LoadBalancers"]}
    assert "weather-app" in names and "staging-weather-app" not in names
    assert project.terraform("service", "state", "list") != ""
