"""Two tasks behind a load balancer, under load: what a deploy and a fault cost the users."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from engine import TaskDefinition, call
from fargate import AGENT_SECONDS, NeverHealthy, Service
from load import PATIENCE


@pytest.fixture
def ecs_replaces_tasks(service: Service, image: str) -> Iterator[None]:
    """ECS replaces tasks that die or hang."""
    thread = threading.Thread(target=service.run_agent, args=(image,))
    thread.start()
    yield
    service.stopped.set()
    thread.join()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.1)


def test_a_rolling_deploy_loses_no_request(service: Service, image: str, under_load: Callable[[], Any]) -> None:
    with under_load() as load:
        old = service.deploy(image)
    assert [task.exit_code for task in old] == [0, 0]
    assert load.failures == []
    for task in old:
        task.remove()


def test_an_image_that_never_becomes_healthy_is_rolled_back_without_a_lost_request(
    service: Service, image: str, under_load: Callable[[], Any], tmp_path: Path
) -> None:
    # It runs, but listens on an address that nothing connects to.
    (tmp_path / "Dockerfile").write_text(f'FROM {image}\nENTRYPOINT ["/weather-app", "--listen", "127.0.0.1:0"]\n')
    bad = f"{image}-unhealthy"
    call("build", "--tag", bad, str(tmp_path))
    good = list(service.tasks)
    with under_load() as load, pytest.raises(NeverHealthy):
        service.deploy(bad)
    call("rmi", bad)
    assert service.tasks == good and all(task.running for task in good)
    assert load.failures == []


def test_a_killed_task_fails_only_requests_sent_to_it_until_it_is_deregistered(
    service: Service, ecs_replaces_tasks: None, under_load: Callable[[], Any]
) -> None:
    with under_load() as load:
        killed = time.time()
        service.tasks[0].signal("KILL")
        wait_for(lambda: bool(service.events), 20)
        wait_for(lambda: len(service.tasks) == 2, 60)
    (event,) = service.events
    assert event.why == "died"
    window = event.at - killed
    print(f"deregistered after {window:.1f} s (the agent checks every {AGENT_SECONDS:.0f} s)")
    assert window < 10
    late = [failure for failure in load.failures if not killed <= failure[0] <= event.at + 1]
    assert late == []


def test_a_frozen_task_fails_only_requests_sent_to_it_until_its_health_check_has_failed_three_times(
    service: Service, ecs_replaces_tasks: None, definition: TaskDefinition, under_load: Callable[[], Any]
) -> None:
    check = definition.health_check
    bound = check["retries"] * (check["interval"] + check["timeout"]) + AGENT_SECONDS * 5
    with under_load() as load:
        frozen = time.time()
        os.kill(service.tasks[0].pid, signal.SIGSTOP)
        wait_for(lambda: bool(service.events), bound + 10)
        wait_for(lambda: len(service.tasks) == 2, 60)
    (event,) = service.events
    assert event.why == "unhealthy"
    window = event.at - frozen
    print(f"deregistered after {window:.1f} s of at most {bound:.0f} s")
    assert window <= bound
    late = [failure for failure in load.failures if not frozen <= failure[0] <= event.at + PATIENCE + 1]
    assert late == []
