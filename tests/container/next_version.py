"""The next version of an image: another page, and an API that the first page does not know.

It is built from a copy of the source with some names changed. The layer of the dependencies is the first image's.

Usage: next_version.py IMAGE
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import build

ROOT = Path(__file__).resolve().parents[2]
NOT_BUILT = ("target", "node_modules", ".git", ".terraform", "__pycache__")

# A module that the other version does not have, wherever it is named.
MODULE = ("refresh-timer.js", "renewed-timer.js")
CHANGES = [
    MODULE,
    # A function that several modules import.
    ("loadAnswer", "loadReport"),
    # A path of the API that each page requests from its own version.
    ("/api/forecast", "/api/outlooks"),
    ('path = "/forecast"', 'path = "/outlooks"'),
]
CHANGED = (".js", ".html", ".rs", ".yaml")


def change(source: Path) -> None:
    found = dict.fromkeys(CHANGES, 0)
    for folder in ("web", "src"):
        for path in (source / folder).rglob("*"):
            if path.suffix not in CHANGED:
                continue
            text = path.read_text()
            for old, new in CHANGES:
                found[old, new] += text.count(old)
                text = text.replace(old, new)
            path.write_text(text)
    document = source / "openapi.yaml"
    document.write_text(document.read_text().replace("/api/forecast", "/api/outlooks"))
    (source / "web" / MODULE[0]).rename(source / "web" / MODULE[1])
    assert all(found.values()), f"the source lacks a name that is to be changed: {found}"


def build_next_version(image: str) -> None:
    with TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*NOT_BUILT))
        change(source)
        build(tag_of_next(image), source)


def tag_of_next(image: str) -> str:
    return f"{image}-next"


if __name__ == "__main__":
    build_next_version(sys.argv[1])
