"""What is fetched from elsewhere is pinned, and Renovate finds every pin."""

import json
import re

from release import ROOT

RENOVATE = json.loads((ROOT / "renovate.json").read_text())


def test_each_of_renovates_own_patterns_finds_its_pin() -> None:
    files = [path for path in ROOT.rglob("*") if path.is_file() and "target" not in path.parts]
    for manager in RENOVATE["customManagers"]:
        for pattern in manager["managerFilePatterns"]:
            named = [path for path in files if re.search(pattern.strip("/"), str(path.relative_to(ROOT)))]
            assert named, pattern
            wanted = [re.sub(r"\(\?<(\w+)>", r"(?P<\1>", text) for text in manager["matchStrings"]]
            found = [match for path in named for text in wanted for match in re.finditer(text, path.read_text(), re.M)]
            assert found, (manager["description"], pattern)


def test_releases_are_built_in_the_dockerfile_s_image_by_its_digest() -> None:
    pinned = (ROOT / ".github/release/base-image").read_text().strip()
    tag, _, digest = pinned.partition("@")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.M)
    assert images == [tag, "scratch"]


def test_crates_are_built_as_they_are_locked() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    builds = re.findall(r"cargo (?:auditable )?(?:build|install)\b.*", dockerfile)
    assert len(builds) == 3 and all("--locked" in line for line in builds)


def test_an_empty_program_is_not_taken_for_the_real_one() -> None:
    """Cargo decides by file times whether to build again, and the dependencies are built with an empty program."""
    (last,) = re.findall(r"^COPY \. \.\n((?:.*\\\n)+.*)$", (ROOT / "Dockerfile").read_text(), re.M)
    steps = [step.strip() for step in re.sub(r"\\\n", "", last).split("&&")]
    built = next(number for number, step in enumerate(steps) if step.startswith("cargo auditable build"))
    assert any(step.startswith("touch src/main.rs src/lib.rs") for step in steps[:built])
    assert any("--version" in step for step in steps[built:])


def test_one_version_of_a_tool_in_all_files() -> None:
    texts = [
        path.read_text()
        for path in [ROOT / "Dockerfile", *(ROOT / ".github").rglob("*")]
        if path.is_file() and path.suffix != ".png"
    ]
    for pattern in (
        r"cargo install --locked (\S+?)@([0-9.]+)",
        r"(terraform_version): (\S+)",
        r"uses: ([\w/-]+)@(\S+)",
    ):
        versions: dict[str, set[str]] = {}
        for text in texts:
            for name, version in re.findall(pattern, text):
                versions.setdefault(name, set()).add(version.rstrip("."))
        assert versions and all(len(found) == 1 for found in versions.values()), versions
