"""The version of a release, from one place, and its notes."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from release import ROOT, manifest_version

CHANGELOG = """# Changelog

## [Unreleased]

### Added

- Not yet.

## [{version}] - 2026-12-01

### Fixed

- The sun.

## [0.0.1] - 2026-01-01

- The first.
"""


def project(folder: Path, version: str, changelog: str) -> Path:
    shutil.copytree(ROOT / ".github/release", folder / ".github/release")
    text = re.sub(r'^version = ".*"$', f'version = "{version}"', (ROOT / "Cargo.toml").read_text(), count=1, flags=re.M)
    (folder / "Cargo.toml").write_text(text)
    (folder / "CHANGELOG.md").write_text(changelog)
    return folder


def run(folder: Path, script: str, argument: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([folder / ".github/release" / script, argument], text=True, capture_output=True, check=False)


@pytest.mark.parametrize(
    ("version", "tags"),
    [("1.2.3", "1.2.3 1.2 latest"), ("10.0.0", "10.0.0 10.0 latest"), ("1.2.0-rc.1", "1.2.0-rc.1")],
)
def test_a_tag_that_is_the_version_is_released_under_its_names(tmp_path: Path, version: str, tags: str) -> None:
    done = run(project(tmp_path, version, CHANGELOG.format(version=version)), "version", f"v{version}")
    assert (done.returncode, done.stdout) == (0, f"version={version}\ntags={tags}\n"), done.stderr


@pytest.mark.parametrize("tag", ["v1.2.4", "1.2.3", "v1.2", "v1.2.3-rc.1"])
def test_a_tag_that_is_not_the_version_is_refused(tmp_path: Path, tag: str) -> None:
    done = run(project(tmp_path, "1.2.3", CHANGELOG.format(version="1.2.3")), "version", tag)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"the tag is {tag}, and Cargo.toml has version 1.2.3" in done.stderr


@pytest.mark.parametrize(
    "heading", ["## [Unreleased]", "## [1.2.3]", "## 1.2.3 - 2026-12-01", "## [1.2.30] - 2026-12-01"]
)
def test_a_version_without_a_dated_section_is_refused(tmp_path: Path, heading: str) -> None:
    done = run(project(tmp_path, "1.2.3", f"# Changelog\n\n{heading}\n\n- Something.\n"), "version", "v1.2.3")
    assert done.returncode == 1 and "CHANGELOG.md has no section" in done.stderr


def test_the_notes_are_the_version_s_section(tmp_path: Path) -> None:
    folder = project(tmp_path, "1.2.3", CHANGELOG.format(version="1.2.3"))
    assert run(folder, "notes", "1.2.3").stdout.strip() == "### Fixed\n\n- The sun."
    assert run(folder, "notes", "0.0.1").stdout.strip() == "- The first."
    assert run(folder, "notes", "9.9.9").returncode == 1


def test_the_changelog_has_the_format_that_it_names() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\S*\] - \d{4}-\d{2}-\d{2}", heading) for heading in headings[1:])
    kinds = set(re.findall(r"^### (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.M))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_version_is_in_no_other_file() -> None:
    """Whatever prints the version reads it from Cargo.toml. Cargo.lock and openapi.yaml are generated."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], check=True, text=True, capture_output=True).stdout
    exempt = {"Cargo.toml", "Cargo.lock", "CHANGELOG.md", "openapi.yaml"}
    version = re.compile(rf'(version["\']?\s*[:=]\s*["\']?|weather-app[ /:]v?){re.escape(manifest_version())}\b')
    found = []
    for name in listed.split("\0"):
        path = ROOT / name
        if name in exempt or not path.is_file() or name.startswith("tests/fixtures"):
            continue
        text = path.read_bytes().decode(errors="replace")
        found += [f"{name}: {match[0]}" for match in version.finditer(text)]
    assert not found
