"""Check .github/workflows, which nothing runs before GitHub does.

Every action is pinned to a commit, no stored key is used, no expression is expanded inside a shell line, each job has a
time limit, and each shell line passes shellcheck. A job has the permissions that its steps use and no other. A job that
assumes a role is the one that the role trusts. A release is tested before it is built, and signed before it is public.
A rollback waits for nothing: no other job, and no queue where a deploy could replace it.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from check_policies import SUBJECTS

WORKFLOWS = Path(__file__).resolve().parents[2] / ".github" / "workflows"
# The owner of an action can move its tags, and these jobs hold tokens.
PINNED = re.compile(r"^(\./.+|[\w./-]+@[0-9a-f]{40})$")
COMMENTED = re.compile(r"uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def problems_of_step(step: dict[str, Any]) -> list[str]:
    found = []
    if "uses" in step and not PINNED.match(step["uses"]):
        found.append(f"{step['uses']} is not pinned to a commit")
    if "run" in step:
        if "${{" in step["run"]:
            found.append(f"an expression is expanded inside the shell line: {step['run']}")
        shell = subprocess.run(
            ["shellcheck", "--shell=bash", "-"], input=step["run"], text=True, capture_output=True, check=False
        )
        if shell.returncode:
            found.append(shell.stdout)
    return found


# The permissions that a step uses, by a pattern in its text.
USES: list[tuple[str, dict[str, str]]] = [
    (r"actions/checkout@", {"contents": "read"}),
    (r"role-to-assume", {"id-token": "write"}),
    (r"actions/attest@", {"artifact-metadata": "write", "attestations": "write", "id-token": "write"}),
    (r"push-to-registry|docker push|imagetools create", {"packages": "write"}),
    (r"cosign sign", {"id-token": "write"}),
    (r"gh release create", {"contents": "write"}),
    (r"gh pr comment", {"pull-requests": "write"}),
]


def permissions_used(job: dict[str, Any]) -> dict[str, str]:
    used: dict[str, str] = {}
    for step in job["steps"]:
        for pattern, wanted in USES:
            if re.search(pattern, yaml.safe_dump(step, width=10_000)):
                used |= {name: level for name, level in wanted.items() if used.get(name) != "write"}
    return used


def problems(path: Path) -> list[str]:
    text = path.read_text()
    workflow = yaml.safe_load(text)
    found = [f"stored secret {name}" for name in re.findall(r"secrets\.(\w+)", text) if name != "GITHUB_TOKEN"]
    for line in text.splitlines():
        if "uses: " in line and "@" in line and not COMMENTED.search(line):
            found.append(f"the version is missing beside the commit: {line.strip()}")
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("the workflow has more permissions than to read the repository")
    for name, job in workflow["jobs"].items():
        if "uses" in job:
            found += problems_of_step(job)
            continue
        if "timeout-minutes" not in job:
            found.append(f"job {name} has no time limit")
        for step in job["steps"]:
            found += [f"job {name}: {problem}" for problem in problems_of_step(step)]
        found += [f"job {name}: {problem}" for problem in problems_of_role(workflow, job)]
    return [f"{path.name}: {problem}" for problem in found]


def value(workflow: dict[Any, Any], expression: str) -> str:
    """The value of an expression when a workflow is started with its defaults."""
    if found := re.search(r"\|\| '([\w-]+)'", expression):
        return found[1]
    if found := re.fullmatch(r"\$\{\{ inputs\.(\w+) \}\}", expression):
        # YAML reads the key `on` as true.
        return str(workflow[True]["workflow_dispatch"]["inputs"][found[1]]["default"])
    return expression


def problems_of_role(workflow: dict[Any, Any], job: dict[str, Any]) -> list[str]:
    """Problems that would keep AWS from giving the job its role."""
    roles = [step["with"]["role-to-assume"] for step in job["steps"] if "role-to-assume" in step.get("with", {})]
    wanted = permissions_used(job)
    found = []
    if job.get("permissions", workflow["permissions"]) != wanted:
        found.append(f"it needs the permissions {wanted}")
    for role in roles:
        kind = role.rsplit("-", 1)[-1]
        if "environment" in job:
            environment = value(workflow, str(job["environment"]))
            subject = f"environment:{environment}"
            if environment != value(workflow, str(workflow["env"]["ENVIRONMENT"])):
                found.append(f"it runs in {environment} and deploys another environment")
        elif "pull_request" in workflow[True]:
            subject = "pull_request"
        else:
            subject = f"ref:refs/heads/{workflow[True]['push']['branches'][0]}"
        if SUBJECTS.get(kind) != subject:
            found.append(f"its token says {subject}, the role {role} requires {SUBJECTS.get(kind)}")
        if not any("terraform/deploy" in step.get("run", "") for step in job["steps"]):
            found.append("it assumes a role and deploys nothing")
    for step in job["steps"]:
        if re.search(r'terraform/deploy(?! --environment "\$ENVIRONMENT")', step.get("run", "")):
            found.append(f"it deploys production, whatever environment is requested: {step['run']}")
    return found


def problems_of_deploy(path: Path) -> list[str]:
    """A deploy waits for the tests, then for the deploy before it, and is not interrupted."""
    workflow = yaml.safe_load(path.read_text())
    jobs = workflow["jobs"]
    found = []
    if "concurrency" in workflow:
        found.append("its concurrency group includes its tests, so a push waits for the one before")
    if jobs["image"].get("needs") != "tests" or jobs["service"].get("needs") != "image":
        found.append("it deploys what was not tested, or before the image exists")
    line = jobs["service"].get("concurrency", {})
    if not line.get("group") or line.get("cancel-in-progress"):
        found.append("two deploys run at once, or one interrupts another")
    return [f"{path.name}: {problem}" for problem in found]


def needs(job: dict[str, Any]) -> set[str]:
    named = job.get("needs", [])
    return {named} if isinstance(named, str) else set(named)


def problems_of_release(path: Path) -> list[str]:
    """A release is built from a tag that is its version, after the tests, and published when it is signed."""
    workflow = yaml.safe_load(path.read_text())
    jobs = workflow["jobs"]
    found = []
    if workflow[True] != {"push": {"tags": ["v*"]}}:
        found.append("it runs on something other than a tag")
    order = {"build": {"version", "tests"}, "sign": {"build"}, "publish": {"sign"}}
    found += [
        f"job {name} does not wait for {earlier}" for name, earlier in order.items() if not earlier <= needs(jobs[name])
    ]
    if jobs["build"]["strategy"]["matrix"]["runner"] != ["ubuntu-24.04", "ubuntu-24.04-arm"]:
        found.append("it is not built on a machine of each processor")
    built = "\n".join(step.get("run", "") for step in jobs["build"]["steps"])
    if not re.search(r"release/build [^\0]*tests/release/run[^\0]*docker push", built):
        found.append("what was built is pushed before it is tested")
    return [f"{path.name}: {problem}" for problem in found]


def problems_of_plan(path: Path) -> list[str]:
    """A fork's code never runs with a token, and what plans cannot write a comment."""
    workflow = yaml.safe_load(path.read_text())
    job = workflow["jobs"]["plan"]
    found = []
    if set(workflow[True]) != {"pull_request"}:
        found.append(
            "it runs on something other than a pull request; pull_request_target would run a fork's code with rights"
        )
    if "github.event.pull_request.head.repo.full_name == github.repository" not in job.get("if", ""):
        found.append("a fork's pull request is planned")
    for step in job["steps"]:
        if "plan -lock=false" in step.get("run", "") and not re.search(r'>"\$RUNNER_TEMP/\S+" 2>&1', step["run"]):
            found.append("the plan, with its values, is printed to a log that can be public")
        if "upload-artifact" in step.get("uses", "") and step["with"]["path"] != "comment":
            found.append("more than the summary leaves the job")
    return [f"{path.name}: {problem}" for problem in found]


def problems_of_rollback(path: Path) -> list[str]:
    """A rollback is needed most when tests fail and pushes are queued."""
    workflow = yaml.safe_load(path.read_text())
    found = ["it has a concurrency group, where a push would replace it"] if "concurrency" in workflow else []
    for name, job in workflow["jobs"].items():
        found += [f"job {name} has {key}" for key in ("needs", "uses", "concurrency", "if") if key in job]
        commands = [step["run"] for step in job["steps"] if "run" in step]
        if not any(re.search(r'terraform/deploy .*--tag "\$COMMIT" service$', command) for command in commands):
            found.append(f"job {name} does not deploy the service at the requested commit")
    return [f"{path.name}: {problem}" for problem in found]


def main() -> None:
    paths = sorted(WORKFLOWS.glob("*.yml"))
    found = [problem for path in paths for problem in problems(path)]
    found += problems_of_rollback(WORKFLOWS / "rollback.yml")
    found += problems_of_deploy(WORKFLOWS / "deploy.yml")
    found += problems_of_release(WORKFLOWS / "release.yml")
    found += problems_of_plan(WORKFLOWS / "plan.yml")
    if not paths or found:
        sys.exit("\n".join(found) or f"no workflow in {WORKFLOWS}")


if __name__ == "__main__":
    main()
