"""Check that terraform/deploy and terraform/lib use nothing that macOS's bash 3.2 and BSD tools lack.

There is no such bash to run them with, so this searches for what bash gained after 3.2, and for commands that differ
between GNU and BSD.
"""

import re
import sys
from pathlib import Path

TERRAFORM = Path(__file__).resolve().parents[2] / "terraform"

NEWER_THAN_BASH_3_2 = {
    "associative arrays": r"\b(declare|local|typeset) -\w*[Ag]",
    "name references": r"\b(declare|local|typeset) -\w*n",
    "mapfile": r"\b(mapfile|readarray|coproc)\b",
    "case conversion": r"\$\{\w+(\[[^]]*\])?(,|\^)",
    "transformations": r"\$\{\w+(\[[^]]*\])?@\w",
    "negative subscripts": r"\$\{\w+\[-|\$\{\w+: -?\d+: *-",
    "|& and &>>": r"\|&|&>>",
    ";& and ;;&": r";&|;;&",
    "[[ -v": r"\[\[ (! )?-v ",
    "wait -n": r"\bwait -\w*n",
    "printf of a time": r"%\([^)]*\)T",
    "shopt": r"\bshopt\b",
}

# Commands that differ between the two, or may be missing. Other commands are used only with options that both have.
NOT_USED = r"(?:^|[|;&(] *)(sed|awk|grep|find|xargs|date|stat|readlink|realpath|sort|seq|jq|python3?|timeout|tr|cut)\b"


def problems(path: Path) -> list[str]:
    found = []
    # Under set -u an empty array counts as unset there.
    empty = "|".join({"none", *re.findall(r"\b(\w+)=\(\)", path.read_text())})
    unset = {"an array that may be empty": rf'(?<!\+)"\$\{{({empty})\[@\]\}}"'}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        code = re.sub(r"(^|\s)#.*", "", line)
        for name, pattern in (NEWER_THAN_BASH_3_2 | unset).items():
            if re.search(pattern, code):
                found.append(f"{path.name}:{number}: {name}: {line.strip()}")
        if command := re.search(NOT_USED, code):
            found.append(f"{path.name}:{number}: {command[1]} differs between systems: {line.strip()}")
    return found


def main() -> None:
    paths = [TERRAFORM / "deploy", *sorted((TERRAFORM / "lib").glob("*.sh"))]
    found = [problem for path in paths for problem in problems(path)]
    if len(paths) < 2 or found:
        sys.exit("\n".join(found) or "no script was found")


if __name__ == "__main__":
    main()
