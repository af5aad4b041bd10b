"""What the tests of releases share."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def manifest_version() -> str:
    found = re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(), re.M)
    assert found
    return found[1]
