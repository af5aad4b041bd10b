"""The files of a release that .github/release/build made for this machine's processor (RELEASE_FOLDER)."""

import json
import os
import platform
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from release import ROOT, manifest_version

pytestmark = pytest.mark.skipif("RELEASE_FOLDER" not in os.environ, reason="no release was built: RELEASE_FOLDER")
FILE = f"weather-app-linux-{platform.machine()}"
TARGET = f"{platform.machine()}-unknown-linux-gnu"


def program() -> Path:
    return Path(os.environ["RELEASE_FOLDER"]) / FILE


@cache
def components() -> dict[str, dict[str, object]]:
    listed = json.loads(program().with_name(f"{FILE}.cdx.json").read_text())
    # What actions/attest requires.
    assert listed["bomFormat"] == "CycloneDX" and listed["specVersion"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", listed["serialNumber"])
    return {component["purl"]: component for component in listed["components"]}


def linked() -> set[str]:
    """The crates whose code is in the program, by Cargo.lock: without build scripts, macros and tests."""
    tree = subprocess.run(
        ["cargo", "tree", "--locked", "--edges", "normal,no-proc-macro", "--target", TARGET, "--prefix", "none"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=True,
    ).stdout
    return {f"pkg:cargo/{name}@{version}" for name, version in re.findall(r"^(\S+) v(\S+)", tree, re.M)}


def test_the_components_name_every_crate_that_is_linked() -> None:
    named = {purl.split("?")[0] for purl in components()}
    missing = linked() - named - {f"pkg:cargo/weather-app@{manifest_version()}"}
    assert not missing, sorted(missing)
    print(f"{len(named)} components, {len(linked())} linked crates")


def test_the_components_are_those_of_the_lock_file() -> None:
    locked = set(re.findall(r'^name = "(.+)"\nversion = "(.+)"$', (ROOT / "Cargo.lock").read_text(), re.M))
    named = {tuple(purl.split("?")[0].removeprefix("pkg:cargo/").split("@")) for purl in components()}
    assert named <= locked


def test_the_program_starts_without_an_image_and_says_its_version() -> None:
    output = subprocess.run([program(), "--version"], text=True, capture_output=True, check=True, env={}).stdout
    assert output == f"weather-app {manifest_version()}\n"
    document = subprocess.run([program(), "openapi"], text=True, capture_output=True, check=True, env={}).stdout
    assert document == (ROOT / "openapi.yaml").read_text()


def test_the_program_names_no_folder_of_the_machine_that_built_it() -> None:
    content = program().read_bytes()
    assert not re.search(rb"/(usr/local/cargo/registry|build/src|home/|root/)", content)
