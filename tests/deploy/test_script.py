"""Decisions of terraform/deploy, with Terraform and GitHub replaced by the test."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

TERRAFORM = ROOT / "terraform"
STEPS = ["off", "ready", "open", "on"]


def run(function: str, answers: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run one function of the script; `answers` defines the functions that it calls."""
    named = ("output", "environment", "bootstrap", "image", "service")
    parts = " ".join(f"source {TERRAFORM}/lib/{part}.sh;" for part in named)
    script = f"set -euo pipefail; here={TERRAFORM}; environment=production; {parts} {answers}\n{function}"
    path = f"{folder}:{os.environ['PATH']}" if folder else os.environ["PATH"]
    return subprocess.run(["bash", "-c", script], text=True, capture_output=True, env=os.environ | {"PATH": path})


@pytest.mark.parametrize("last", STEPS)
@pytest.mark.parametrize("following", STEPS)
def test_a_live_domain_takes_one_step_of_cdn_at_a_time(last: str, following: str) -> None:
    answers = f"""
        in_stack() {{ case $4 in cdn) echo {last} ;; url) echo https://weather.example.org ;; esac; }}
        estimate() {{ echo {following}; }}
    """
    done = run("check_cdn_step", answers)
    one_step = abs(STEPS.index(last) - STEPS.index(following)) <= 1
    assert (done.returncode == 0) == one_step, done.stderr
    if not one_step:
        assert f"cdn cannot go from {last} to {following} at once" in done.stderr


@pytest.mark.parametrize("url", ["http://weather-app-1.eu-west-2.elb.amazonaws.com", "https://d111.cloudfront.net"])
def test_without_a_domain_cdn_may_skip_steps(url: str) -> None:
    answers = f"""
        in_stack() {{ case $4 in cdn) echo off ;; url) echo {url} ;; esac; }}
        estimate() {{ echo on; }}
    """
    assert run("check_cdn_step", answers).returncode == 0


def test_a_first_deploy_may_start_at_any_step_of_cdn() -> None:
    assert run("check_cdn_step", "in_stack() { return 1; }; estimate() { echo on; }").returncode == 0


def github(tmp_path: Path, policy: str, branches: str) -> subprocess.CompletedProcess[str]:
    gh = tmp_path / "gh"
    gh.write_text(f"""#!/usr/bin/env bash
[[ '{policy}' != none ]] || exit 1
case $2 in
  repos/someone/weather/environments/production) echo '{policy}' ;;
  repos/someone/weather/environments/production/deployment-branch-policies) printf '{branches}' ;;
  *) exit 1 ;;
esac
""")
    gh.chmod(0o755)
    return run("check_github", 'in_stack() { echo "someone/weather production main"; }', tmp_path)


def test_an_environment_that_is_restricted_to_the_branch_is_accepted(tmp_path: Path) -> None:
    done = github(tmp_path, "true", "main\\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("policy", "branches"),
    [("null", ""), ("false", ""), ("true", ""), ("true", "main\\nrelease/*\\n"), ("true", "*\\n")],
)
def test_an_environment_that_any_branch_may_deploy_is_refused(tmp_path: Path, policy: str, branches: str) -> None:
    done = github(tmp_path, policy, branches)
    assert done.returncode == 1
    assert "more than the branch main of someone/weather may deploy" in done.stderr
    assert "gh api -X POST repos/someone/weather/environments/production/deployment-branch-policies" in done.stderr


def test_how_to_restrict_the_environment_is_printed_if_github_cannot_be_read(tmp_path: Path) -> None:
    done = github(tmp_path, "none", "")
    assert done.returncode == 0 and "Could not ask GitHub who may deploy" in done.stdout
    assert "Restrict the environment to main" in done.stdout


def test_without_github_nothing_is_checked() -> None:
    done = run("check_github", "in_stack() { echo; }; gh() { echo called >&2; }")
    assert (done.returncode, done.stderr) == (0, "")


DIGEST, COMMIT = "ab" * 32, "cd" * 20
RELEASE = "ghcr.io/someone/weather:1.2.0"


def verified(tmp_path: Path, answer: str, image: str = RELEASE) -> subprocess.CompletedProcess[str]:
    """The script's verdict on a release's image. The GitHub CLI is simulated: without an answer it fails."""
    gh = tmp_path / "gh"
    gh.write_text(f"#!/usr/bin/env bash\necho \"$*\" >'{tmp_path}/called'\n[[ -n '{answer}' ]] && echo '{answer}'\n")
    gh.chmod(0o755)
    return run("verify_published; echo; echo $tag $published", f"published={image} tag=", tmp_path)


@pytest.mark.parametrize("image", [RELEASE, f"ghcr.io/someone/weather@sha256:{DIGEST}"])
def test_a_release_is_accepted_by_the_digest_and_the_commit_that_are_attested(tmp_path: Path, image: str) -> None:
    done = verified(tmp_path, f"{DIGEST} {COMMIT} refs/tags/v1.2.0", image)
    assert done.stdout.splitlines()[-1] == f"{COMMIT} ghcr.io/someone/weather@sha256:{DIGEST}", done.stderr
    called = (tmp_path / "called").read_text()
    assert f"attestation verify oci://{image} --repo someone/weather" in called
    assert "--signer-workflow someone/weather/.github/workflows/release.yml --deny-self-hosted-runners" in called


@pytest.mark.parametrize(
    ("answer", "image", "why"),
    [
        ("", RELEASE, "is not attested by the release workflow of someone/weather"),
        (f"{DIGEST} {COMMIT} refs/heads/main", RELEASE, "names no digest, no commit or no version"),
        (f"{DIGEST}  refs/tags/v1.2.0", RELEASE, "names no digest, no commit or no version"),
        ("null null null", RELEASE, "names no digest, no commit or no version"),
        (f"{DIGEST} {COMMIT} refs/tags/v1.2.0", "ghcr.io/someone/weather", "by tag or digest"),
        (f"{DIGEST} {COMMIT} refs/tags/v1.2.0", "example.org/someone/weather:1.2.0", "GitHub's registry"),
    ],
)
def test_an_image_that_is_not_an_attested_release_is_refused(tmp_path: Path, answer: str, image: str, why: str) -> None:
    done = verified(tmp_path, answer, image)
    assert done.returncode == 1 and why in done.stderr and COMMIT not in done.stdout.splitlines()[-1:]


def test_an_image_is_named_by_its_commit_or_as_a_release() -> None:
    both = subprocess.run(
        [TERRAFORM / "deploy", "--tag", COMMIT, "--image", RELEASE], text=True, capture_output=True, check=False
    )
    assert both.returncode == 1 and "--tag and --image both name an image" in both.stderr


def test_help_and_names_need_no_credentials_and_few_tools(tmp_path: Path) -> None:
    for tool in ("bash", "cat", "cp", "dirname", "env", "mkdir", "mktemp", "rm", "terraform"):
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)
    environment = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    shown = subprocess.run([TERRAFORM / "deploy", "--help"], text=True, capture_output=True, env=environment)
    assert shown.returncode == 0 and "terraform/deploy [--environment NAME]" in shown.stdout
    assert "set -euo" not in shown.stdout and "#" not in shown.stdout
    names = subprocess.run([TERRAFORM / "deploy", "--names"], text=True, capture_output=True, env=environment)
    assert (names.returncode, names.stdout) == (0, "name=weather-app\nregion=eu-west-2\n"), names.stderr
    # A command that needs more names what is missing.
    bare = subprocess.run([TERRAFORM / "deploy", "--plan"], text=True, capture_output=True, env=environment)
    assert bare.returncode == 1 and "aws is not installed" in bare.stderr
