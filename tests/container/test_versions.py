"""Two versions side by side, for as long as a deploy takes: a page in a browser is one or the other, never a mix."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import Load
from engine import call
from fargate import Service
from next_version import build_next_version, tag_of_next

VISITORS = 3

# Long enough for a busy machine's browser to load pages while both versions serve.
OVERLAP_SECONDS = 40
BROWSER = Path(__file__).resolve().parents[1] / "browser"


@dataclass
class Visits:
    loads: list[dict[str, Any]] = field(default_factory=list)
    open_page: dict[str, Any] = field(default_factory=dict)

    @property
    def documents(self) -> set[str]:
        return {load["document"] for load in self.loads}

    @property
    def failures(self) -> list[Any]:
        return [*(load for load in self.loads if load["isBroken"]), *self.open_page["failures"]]

    def __str__(self) -> str:
        again = sum(load["reloads"] for load in self.loads)
        refused = sum(len(load["refused"]) for load in self.loads)
        return (
            f"{len(self.loads)} loads of {len(self.documents)} versions, {again} of them loaded again after {refused} "
            f"refused files; {self.open_page['requests']} requests of an open page, which was loaded again "
            f"{self.open_page['reloads']} times; {len(self.failures)} failed"
        )


@pytest.fixture(scope="module")
def next_image(image: str) -> Iterator[str]:
    made = tag_of_next(image)
    if call("image", "inspect", made, check=False).returncode:
        build_next_version(image)
    yield made
    call("rmi", "--force", made, check=False)


@pytest.fixture
def visited(service: Service) -> Callable[[], Any]:
    @contextmanager
    def visitors() -> Iterator[Visits]:
        visits = Visits()
        command = [
            "node",
            Path(__file__).with_name("visitors.js"),
            f"http://127.0.0.1:{service.balancer.port}",
            VISITORS,
        ]
        process = subprocess.Popen(
            [*map(str, command)], cwd=BROWSER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield visits
        seen = json.loads(process.communicate("")[0])
        visits.loads, visits.open_page = seen["loads"], seen["openPage"]
        print(visits)

    return visitors


def test_a_deploy_of_another_page_and_its_rollback_break_no_page(
    service: Service, image: str, next_image: str, visited: Callable[[], Any], under_load: Callable[..., Any]
) -> None:
    load: Load
    with under_load() as load, visited() as visits:
        for version in (next_image, image):
            for task in service.deploy(version, overlap_seconds=OVERLAP_SECONDS):
                task.remove()
    assert load.failures == []
    assert visits.failures == []
    # No page has to reload itself as long as no task stops: a visitor stays with one version.
    for began, ended in service.overlaps[1:]:
        meanwhile = [v for v in visits.loads if began < v["at"] and v["until"] < ended]
        assert meanwhile and all(v["refused"] == [] and v["reloads"] == 0 for v in meanwhile), meanwhile
    assert len(visits.documents) == 2, visits.documents
    assert visits.open_page["reloads"] >= 2  # it requests from each version what only the other has
