"""What ECS does with the tasks of a service, as far as it affects whether requests are lost."""

import http.client
import threading
import time
from dataclasses import dataclass, field

from balancer import ADDRESSES, Balancer
from engine import Task, TaskDefinition

# ECS gives up a deployment after this many tasks that did not become healthy, for a service of two.
FAILURES_BEFORE_ROLLBACK = 3

# How often the agent checks whether its containers are still running.
AGENT_SECONDS = 1.0


class NeverHealthy(Exception):
    """The deployment was abandoned, and the service continues with the tasks it had."""


@dataclass
class Event:
    """When a task was found dead or unhealthy and taken away."""

    task: str
    why: str
    at: float


@dataclass
class Service:
    balancer: Balancer
    definition: TaskDefinition
    environment: dict[str, str]
    tasks: list[Task] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    started: int = 0
    overlaps: list[tuple[float, float]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def start_task(self, image: str) -> Task:
        address = ADDRESSES[self.started % len(ADDRESSES)]
        self.started += 1
        return Task(f"weather-task-{self.started}", image, self.definition, address, self.environment)

    def serves(self, task: Task) -> bool:
        """Request the target group's health path as the load balancer would."""
        check = self.balancer.check
        try:
            connection = http.client.HTTPConnection(task.address, 5000, timeout=check["timeout"])
            connection.request("GET", check["path"])
            return connection.getresponse().status == int(check["matcher"])
        except OSError:
            return False

    def become_healthy(self, tasks: list[Task]) -> list[Task]:
        """Register each task once it is healthy; return the healthy ones after the time that a new task is given."""
        check = self.definition.health_check
        give_up = time.monotonic() + check["startPeriod"] + check["retries"] * check["interval"]
        waiting, healthy = list(tasks), []
        while waiting and time.monotonic() < give_up:
            for task in list(waiting):
                if not task.running:
                    waiting.remove(task)
                elif self.serves(task) and task.healthy():
                    waiting.remove(task)
                    healthy.append(task)
                    self.balancer.register(task.address)
            time.sleep(0.2)
        return healthy

    def deploy(self, image: str, count: int = 2, overlap_seconds: float = 0) -> list[Task]:
        """Start new tasks beside the old ones, and stop the old ones once the new ones are healthy (100 and 200 %).

        Both serve for `overlap_seconds`; with ECS it is minutes. Returns the old tasks, stopped.
        """
        new: list[Task] = []
        failures = 0
        while len(new) < count:
            batch = [self.start_task(image) for _ in range(count - len(new))]
            healthy = self.become_healthy(batch)
            new += healthy
            failures += len(batch) - len(healthy)
            for task in batch:
                if task not in healthy:
                    task.remove()
            if failures >= FAILURES_BEFORE_ROLLBACK:
                for task in new:
                    self.take_away(task, "rolled back")
                raise NeverHealthy
        began = time.time()
        time.sleep(overlap_seconds)
        self.overlaps.append((began, time.time()))
        old, self.tasks = self.tasks, new
        # ECS notifies the load balancer and the task at about the same time; the hardest case is exactly the same time.
        stops = []
        for task in old:
            self.balancer.deregister(task.address)
            stops.append(task.stop())
        for stop in stops:
            stop.wait()
        return old

    def take_away(self, task: Task, why: str) -> None:
        self.balancer.deregister(task.address)
        self.events.append(Event(task.name, why, time.time()))
        task.remove()

    def run_agent(self, image: str) -> None:
        """Replace tasks that died or fail their container health check, until told to stop."""
        check = self.definition.health_check
        misses: dict[str, int] = {}
        checked = time.monotonic()
        while not self.stopped.is_set():
            due = time.monotonic() - checked >= check["interval"]
            checked = time.monotonic() if due else checked
            for task in list(self.tasks):
                if not task.running:
                    why = "died"
                elif due and not task.healthy():
                    misses[task.name] = misses.get(task.name, 0) + 1
                    why = "unhealthy" if misses[task.name] >= check["retries"] else ""
                else:
                    why = ""
                    misses.update({task.name: 0} if due else {})
                if why:
                    self.tasks.remove(task)
                    self.take_away(task, why)
                    replacement = self.start_task(image)
                    self.become_healthy([replacement])
                    self.tasks.append(replacement)
            self.stopped.wait(AGENT_SECONDS)

    def close(self) -> None:
        for task in self.tasks:
            task.remove()
