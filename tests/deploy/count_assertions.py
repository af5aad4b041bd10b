"""Report for every assertion in Terraform's test files whether it passed.

Usage: count_assertions.py TERRAFORM_DIRECTORY RESULTS_DIRECTORY

RESULTS_DIRECTORY has the output of `terraform test -json` for each test file. Terraform counts runs; this counts
assertions, and each expected failure as one. Prints a line for each: pass or fail, a tab, its place and its message.
"""

import json
import re
import sys
from pathlib import Path


def assertions(text: str) -> dict[str, list[str]]:
    """The assertions of each run in a test file, by their error messages."""
    found: dict[str, list[str]] = {}
    parts = re.split(r'^run "(\w+)" \{', text, flags=re.M)
    for run, body in zip(parts[1::2], parts[2::2], strict=True):
        messages = re.findall(r'^\s+error_message = "(.*)"$', body, re.M)
        refused = [
            name.strip()
            for listed in re.findall(r"expect_failures = \[(.*?)\]", body, re.S)
            for name in listed.split(",")
            if name.strip()
        ]
        found[run] = messages + [f"{name} must be refused" for name in refused]
    return found


def outcomes(log: Path) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Read each run's status, and the messages of what failed in it."""
    status: dict[str, str] = {}
    broken: dict[str, set[str]] = {}
    for line in log.read_text().splitlines():
        event = json.loads(line)
        run = event.get("@testrun", "")
        if event["type"] == "test_run" and "status" in event["test_run"]:
            status[run] = event["test_run"]["status"]
        if event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "error":
            broken.setdefault(run, set()).add(event["diagnostic"]["detail"])
    return status, broken


def main() -> None:
    terraform, results = Path(sys.argv[1]), Path(sys.argv[2])
    for file in sorted(terraform.glob("*/tests/*.tftest.hcl")):
        stack = file.parent.parent.name
        status, broken = outcomes(results / f"{stack}-{file.name}.json")
        for run, messages in assertions(file.read_text()).items():
            details = broken.get(run, set())
            known = {message for message in messages if any(message in detail for detail in details)}
            # A run that failed for a reason other than its assertions proves none of them.
            other_cause = status.get(run) != "pass" and (not known or not details <= known)
            for message in messages:
                held = not other_cause and message not in known
                why = " (its run failed for another reason)" if other_cause else ""
                print(f"{'pass' if held else 'fail'}\t{stack}/{file.name} {run}: {message}{why}")


if __name__ == "__main__":
    main()
