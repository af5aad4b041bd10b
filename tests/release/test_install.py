"""README's install line, against a server on loopback that stands for GitHub's releases."""

import hashlib
import os
import platform
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from release import ROOT

README = (ROOT / "README.md").read_text()
RELEASES = "https://github.com/owner/weather-app/releases/latest/download"
FILE = f"weather-app-linux-{platform.machine()}"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def published(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder with a release's files, and its address."""
    folder = tmp_path / "download"
    folder.mkdir()
    built = Path(os.environ["RELEASE_FOLDER"]) / FILE if "RELEASE_FOLDER" in os.environ else None
    program = built.read_bytes() if built else b"#!/bin/sh\necho weather-app\n"
    for name, content in {FILE: program, f"{FILE}.cdx.json": b"{}", "weather-app-linux-other": b"other"}.items():
        (folder / name).write_bytes(content)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(lines))
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Quiet(*a, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def install(tmp_path: Path, address: str) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run the line as it is, except for the address and the folder that it installs into."""
    (line,) = [line for line in README.splitlines() if RELEASES in line and "install" in line]
    target = tmp_path / "installed"
    line = line.replace(RELEASES, address).replace("sudo ", "").replace("/usr/local/bin/weather-app", str(target))
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    here = tmp_path / "here"
    here.mkdir()
    return subprocess.run(["bash", "-c", line], cwd=here, env=environment, text=True, capture_output=True), target


def test_the_line_installs_the_program(tmp_path: Path, published: tuple[Path, str]) -> None:
    folder, address = published
    done, target = install(tmp_path, address)
    assert done.returncode == 0 and f"{FILE}: OK" in done.stdout, done.stderr
    assert target.read_bytes() == (folder / FILE).read_bytes() and os.access(target, os.X_OK)
    output = subprocess.run([target, "--version"], text=True, capture_output=True, check=True).stdout
    assert output.startswith("weather-app")


def test_a_program_that_is_not_the_released_one_is_not_installed(tmp_path: Path, published: tuple[Path, str]) -> None:
    folder, address = published
    (folder / FILE).write_bytes(b"#!/bin/sh\necho something else\n")
    done, target = install(tmp_path, address)
    assert done.returncode != 0 and not target.exists()


@pytest.mark.parametrize("missing", [FILE, "SHA256SUMS"])
def test_nothing_is_installed_if_a_file_is_missing(tmp_path: Path, published: tuple[Path, str], missing: str) -> None:
    folder, address = published
    (folder / missing).unlink()
    done, target = install(tmp_path, address)
    assert done.returncode != 0 and not target.exists()


def test_nothing_is_installed_if_the_checksums_do_not_name_the_program(
    tmp_path: Path, published: tuple[Path, str]
) -> None:
    folder, address = published
    sums = [line for line in (folder / "SHA256SUMS").read_text().splitlines(True) if not line.endswith(f" {FILE}\n")]
    (folder / "SHA256SUMS").write_text("".join(sums))
    done, target = install(tmp_path, address)
    assert done.returncode != 0 and not target.exists()


def test_the_account_that_publishes_is_named_in_two_marked_places() -> None:
    compose = (ROOT / "compose.yaml").read_text()
    section = README.split("## Running in production", 1)[1].split("### Data", 1)[0]
    assert "OWNER: replace `owner`" in section and "OWNER: replace `owner`" in compose
    assert len(re.findall(r"\bowner/weather-app", README)) == len(re.findall(r"\bowner/weather-app", section))
    (image,) = re.findall(r"^\s+image: (ghcr\S+)$", compose, re.M)
    assert image == "ghcr.io/owner/weather-app:${VERSION:-latest}"


def test_what_the_workflow_publishes_is_what_readme_downloads() -> None:
    workflow = (ROOT / ".github/workflows/release.yml").read_text()
    built = (ROOT / ".github/release/build").read_text()
    assert "weather-app-linux-$(uname -m)" in built and "weather-app-linux-$(uname -m)" in README
    assert "sha256sum -- * >../SHA256SUMS" in workflow and "release/*" in workflow
