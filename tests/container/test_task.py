"""One task, run as the planned task definition says."""

import http.client
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import Task, TaskDefinition, call, inspect, run_flags

ADDRESS = "127.0.0.10"
KEY = "c0ffee5eedc0ffee5eedc0ffee5eed00"


@pytest.fixture
def task(image: str, definition: TaskDefinition, provider: dict[str, str]) -> Iterator[Task]:
    task = Task(
        "weather-task-alone",
        image,
        definition,
        ADDRESS,
        provider | {"OPENWEATHERMAP_API_KEY": KEY, "OPENWEATHERMAP_URL": "http://127.0.0.1:9"},
    )
    give_up = time.monotonic() + 20
    while not task.healthy():
        assert time.monotonic() < give_up and task.running, task.logs()
    yield task
    task.remove()


def get(path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(ADDRESS, 5000, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}


def test_it_answers_with_the_settings_it_was_given(task: Task) -> None:
    assert get("/health") == (200, "OK")
    code, body = get("/api/weather?city=London")
    assert code == 200 and '"met-norway"' in body, body


def test_it_runs_as_10001_without_capabilities(task: Task) -> None:
    now = status(task.pid)
    assert now["Uid"].split() == ["10001"] * 4 and now["Gid"].split() == ["10001"] * 4
    assert {now[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}


def test_its_root_is_read_only(task: Task) -> None:
    mounts = [line.split() for line in Path(f"/proc/{task.pid}/mountinfo").read_text().splitlines()]
    (root,) = [mount for mount in mounts if mount[4] == "/"]
    assert "ro" in root[5].split(",")


def test_it_has_a_quarter_of_a_processor_and_half_a_gigabyte(task: Task, definition: TaskDefinition) -> None:
    assert (definition.cpu, definition.memory) == (256, 512)
    limits = inspect("container", task.name)["HostConfig"]
    shares = limits["NanoCpus"] / 1e9 if limits.get("NanoCpus") else limits["CpuQuota"] / limits["CpuPeriod"]
    assert (limits["Memory"], shares) == (512 * 2**20, 0.25)
    peak = int(status(task.pid)["VmHWM"].split()[0]) / 1024
    print(f"peak of {peak:.0f} MiB")
    assert peak < definition.memory / 2


def test_it_stops_on_sigterm_within_its_stop_timeout(task: Task, definition: TaskDefinition) -> None:
    began = time.monotonic()
    assert task.stop().wait() == 0
    took = time.monotonic() - began
    print(f"{took:.1f} s")
    assert task.exit_code == 0
    assert took < definition.stop_timeout


def test_its_log_is_lines_of_json_without_the_key(task: Task) -> None:
    get("/api/weather?city=Paris")
    lines = task.logs().strip().splitlines()
    assert lines and all(line.startswith("{") and line.endswith("}") for line in lines), lines[:3]
    assert KEY not in task.logs()


def test_a_bad_setting_ends_it_with_64_and_one_sentence(image: str) -> None:
    done = call(
        "run",
        "--rm",
        "--network",
        "host",
        "--no-healthcheck",
        *run_flags(),
        "--env",
        "FRESH_FOR=soon",
        image,
        check=False,
    )
    assert done.returncode == 64
    assert "FRESH_FOR" in done.stderr and len(done.stderr.strip().splitlines()) == 1
