"""Print the result of every rule that checkov evaluated: read_checkov.py REPORT.json

Prints a line for each rule and resource: pass, fail or skip, a tab, and the rule with its place or the reason.
"""

import json
import sys
from pathlib import Path


def main() -> None:
    reports = json.loads(Path(sys.argv[1]).read_text())
    for report in reports if isinstance(reports, list) else [reports]:
        results = report.get("results", {})
        for outcome, key in (("pass", "passed_checks"), ("fail", "failed_checks"), ("skip", "skipped_checks")):
            for check in results.get(key, []):
                place = f"{check['check_id']} {check['resource']}: {check['check_name']}"
                reason = (check["check_result"].get("suppress_comment") or "").strip()
                if outcome == "skip" and not reason:
                    outcome = "fail"
                where = f" ({check['file_path']}:{check['file_line_range'][0]})" if outcome == "fail" else ""
                print(f"{outcome}\t{place}{f' -- {reason}' if reason else where}")
        for error in results.get("parsing_errors", []):
            print(f"fail\tcheckov cannot read {error}")


if __name__ == "__main__":
    main()
