"""What the image is, and what it is not."""

import io
import json
import os
import re
import struct
import subprocess
import tarfile
import zlib
from functools import cache
from pathlib import Path

from engine import call, engine, inspect

ROOT = Path(__file__).resolve().parents[2]
LARGEST_MEGABYTES = 32
PT_INTERP = 3  # the segment of a program that names a dynamic loader


@cache
def files(image: str) -> dict[str, bytes]:
    """Every file in every layer, and the image's own metadata."""
    saved = subprocess.run([*engine(), "save", image], check=True, capture_output=True).stdout
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(saved)) as archive:
        for member in archive:
            stored = archive.extractfile(member) if member.isfile() else None
            if not stored:
                continue
            content = stored.read()
            try:
                with tarfile.open(fileobj=io.BytesIO(content)) as layer:
                    for entry in layer:
                        inner = layer.extractfile(entry) if entry.isfile() else None
                        if inner:
                            found[f"/{entry.name.lstrip('/')}"] = inner.read()
            except tarfile.ReadError:
                found[f"image:{member.name}"] = content
    return found


def test_it_is_small(image: str) -> None:
    size = inspect("image", image)["Size"] / 1e6
    print(f"{size:.1f} MB")
    assert size <= LARGEST_MEGABYTES


def test_it_holds_the_program_and_the_certificates_and_nothing_else(image: str) -> None:
    inside = {name for name in files(image) if name.startswith("/")}
    assert inside == {"/weather-app", "/etc/ssl/certs/ca-certificates.crt"}
    assert files(image)["/etc/ssl/certs/ca-certificates.crt"].count(b"BEGIN CERTIFICATE") > 100


def test_the_program_is_static(image: str) -> None:
    program = files(image)["/weather-app"]
    assert program[:5] == b"\x7fELF\x02"
    (offset,) = struct.unpack_from("<Q", program, 32)
    size, number = struct.unpack_from("<HH", program, 54)
    kinds = [struct.unpack_from("<I", program, offset + size * i)[0] for i in range(number)]
    assert kinds and PT_INTERP not in kinds


def section(program: bytes, name: bytes) -> bytes:
    """The content of a section of a 64-bit ELF file."""
    (table,) = struct.unpack_from("<Q", program, 40)
    size, number, names = struct.unpack_from("<HHH", program, 58)
    headers = [struct.unpack_from("<IIQQQQ", program, table + size * i) for i in range(number)]
    for name_at, _, _, _, offset, length in headers:
        if program[headers[names][4] + name_at :].startswith(name + b"\0"):
            return program[offset : offset + length]
    raise KeyError(name)


def test_a_scanner_can_read_what_it_depends_on(image: str) -> None:
    listed = json.loads(zlib.decompress(section(files(image)["/weather-app"], b".dep-v0")))["packages"]
    locked = set(re.findall(r'^name = "(.+)"\nversion = "(.+)"$', (ROOT / "Cargo.lock").read_text(), re.M))
    named = {(package["name"], package["version"]) for package in listed}
    assert {"weather-app", "rustls", "tokio"} <= {name for name, _ in named}
    assert named <= locked


def test_it_says_how_it_is_run(image: str) -> None:
    config = inspect("image", image)["Config"]
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["/weather-app"]
    assert list(config["ExposedPorts"]) == ["5000/tcp"]
    assert config["Labels"]["org.opencontainers.image.title"] == "weather-app"


def test_it_says_which_commit_it_was_built_from(image: str) -> None:
    revision = inspect("image", image)["Config"]["Labels"]["org.opencontainers.image.revision"]
    built = os.environ.get("REVISION")
    if built:
        assert revision == built
    else:
        assert re.fullmatch("[0-9a-f]{40}", revision)


def test_its_health_check_needs_no_shell(image: str) -> None:
    described = inspect("image", image)
    check = described.get("Healthcheck") or described["Config"].get("Healthcheck")
    assert check["Test"] == ["CMD", "/weather-app", "healthcheck"]


def test_a_key_in_the_builder_s_environment_is_in_no_layer(image: str) -> None:
    key = os.environ["OPENWEATHERMAP_API_KEY"].encode()
    assert not [name for name, content in files(image).items() if key in content]
    assert key.decode() not in call("history", "--no-trunc", image).stdout
    assert key.decode() not in json.dumps(inspect("image", image))


def test_nothing_ties_it_to_one_processor() -> None:
    text = (ROOT / "Dockerfile").read_text().lower()
    assert not [name for name in ("amd64", "x86", "arm64", "aarch64") if name in text]
