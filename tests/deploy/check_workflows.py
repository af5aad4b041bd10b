"""Look for what goes wrong in .github/workflows, where nothing else runs them before GitHub does.

Every action is pinned, no stored key is used, no expression is pasted into a shell line, each job has a time limit,
and each shell line passes shellcheck.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

WORKFLOWS = Path(__file__).resolve().parents[2] / ".github" / "workflows"
PINNED = re.compile(r"^(\./.+|[\w./-]+@(v\d+(\.\d+)*|[0-9a-f]{40}))$")


def problems_of_step(step: dict[str, Any]) -> list[str]:
    found = []
    if "uses" in step and not PINNED.match(step["uses"]):
        found.append(f"{step['uses']} is not pinned to a version")
    if "run" in step:
        if "${{" in step["run"]:
            found.append(f"an expression is pasted into the shell: {step['run']}")
        shell = subprocess.run(
            ["shellcheck", "--shell=bash", "-"], input=step["run"], text=True, capture_output=True, check=False
        )
        if shell.returncode:
            found.append(shell.stdout)
    return found


def problems(path: Path) -> list[str]:
    text = path.read_text()
    workflow = yaml.safe_load(text)
    found = [f"stored secret {name}" for name in re.findall(r"secrets\.(\w+)", text) if name != "GITHUB_TOKEN"]
    if workflow.get("permissions") != {"contents": "read"}:
        found.append("the workflow may do more than read the repository")
    for name, job in workflow["jobs"].items():
        if "uses" in job:
            found += problems_of_step(job)
            continue
        if "timeout-minutes" not in job:
            found.append(f"job {name} has no time limit")
        for step in job["steps"]:
            found += [f"job {name}: {problem}" for problem in problems_of_step(step)]
    return [f"{path.name}: {problem}" for problem in found]


def main() -> None:
    paths = sorted(WORKFLOWS.glob("*.yml"))
    found = [problem for path in paths for problem in problems(path)]
    if not paths or found:
        sys.exit("\n".join(found) or f"no workflow in {WORKFLOWS}")


if __name__ == "__main__":
    main()
