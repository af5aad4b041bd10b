"""The roles' policies against what they requested in the other tests, deletions included: hence these run after them.

tests/deploy/plan checks the planned policies without a run, against a recording of one.
"""

import json
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from api_calls import recorded_requests
from conftest import OTHER_REGION, REGION, ROOT, Options
from iam import Request, allows, denies

# The stack of test_options.py has another region and name, and differs in nothing else.
USUAL = {OTHER_REGION: REGION, "weather-wide": "weather-app"}

# The bootstrap stack has no zone here; tests/deploy/plan checks this with one.
NOT_HERE = {"route53:ChangeResourceRecordSets"}


@pytest.mark.parametrize("role", ["push", "deploy"])
def test_a_role_may_do_all_that_it_requested(
    role: str, redeployed: SimpleNamespace, options: Options, calls: Path
) -> None:
    requested = recorded_requests(calls, f"{role}-role", USUAL)
    now = ROOT / f"target/{role}_role_calls.json"
    now.write_text("[\n" + ",\n".join(json.dumps(call, sort_keys=True) for call in requested) + "\n]\n")
    policy = redeployed.policies[role]
    requests = [Request(call["action"], call["resource"], call["context"]) for call in requested]
    refused = [str(r) for r in requests if r.action not in NOT_HERE and not allows(policy, r)]
    assert requests and not refused
    known = {call["action"] for call in json.loads((ROOT / f"tests/deploy/{role}_role_calls.json").read_text())}
    assert {r.action for r in requests} <= known, f"{now} has what was requested: replace the recorded file with it"


def test_a_pull_request_is_planned_by_reading_alone(redeployed: SimpleNamespace, calls: Path) -> None:
    requested = [
        Request(call["action"], call["resource"], call["context"])
        for call in recorded_requests(calls, "plan-role", USUAL)
    ]
    assert len(requested) > 30 and not [str(r) for r in requested if not allows(redeployed.policies["plan"], r)]
    assert not [c for c in map(json.loads, calls.open()) if c["access_key"] == "plan-role" and c["method"] == "PUT"]


def test_the_summary_of_a_plan_names_what_changes_and_no_value(redeployed: SimpleNamespace) -> None:
    done = subprocess.run(
        [ROOT / ".github/summarize-plan"], input=redeployed.planned, text=True, capture_output=True, check=True
    )
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")][1:]
    assert {row.split("|")[2].strip() for row in rows} == {
        "`aws_appautoscaling_target.tasks`",
        "`aws_ecs_task_definition.app`",
        "`aws_ecs_service.app`",
    }
    assert "| change | `aws_appautoscaling_target.tasks` | `max_capacity` |" in rows
    assert "ops@example.org" not in done.stdout and "123456789012" not in done.stdout


def test_both_states_are_locked_while_in_use(redeployed: SimpleNamespace, calls: Path) -> None:
    written = {c["path"].rsplit("/", 1)[-1] for c in map(json.loads, calls.open()) if c["method"] == "PUT"}
    assert {"service.tfstate.tflock", "bootstrap.tfstate.tflock"} <= written


def test_the_state_bucket_is_read_by_tls_only_and_keeps_what_was_overwritten(
    redeployed: SimpleNamespace, calls: Path
) -> None:
    bucket = f"weather-app-state-123456789012-{REGION}"
    made = [c for c in map(json.loads, calls.open()) if c["path"] == f"/{bucket}" and c["method"] == "PUT"]
    policies = [json.loads(c["body"]) for c in made if "policy" in c["query"]]
    assert policies
    for policy in policies:
        anybody = Request(
            "s3:GetObject", f"arn:aws:s3:::{bucket}/service.tfstate", {"aws:SecureTransport": "false"}, "*"
        )
        assert denies(policy, anybody)
        by_tls = Request("s3:GetObject", anybody.resource, {"aws:SecureTransport": "true"}, "*")
        assert not allows(policy, by_tls) and not denies(policy, by_tls)
    days = [re.findall(r"<NoncurrentDays>(\d+)<", c["body"]) for c in made if "lifecycle" in c["query"]]
    assert days and all(int(day) >= 30 for found in days for day in found)
