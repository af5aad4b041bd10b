"""Docker or podman, which run a container exactly as a task definition says."""

import json
import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def engine() -> list[str]:
    """The container engine's command, possibly with options."""
    return shlex.split(os.environ["CONTAINER_ENGINE"])


def run_flags() -> list[str]:
    """Flags for `run` that this machine needs in addition to those of the task definition."""
    return shlex.split(os.environ.get("CONTAINER_RUN_FLAGS", ""))


def call(*arguments: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
    options = {"capture_output": True, "text": True} | options
    done = subprocess.run([*engine(), *arguments], check=False, **options)
    if check and done.returncode:
        raise AssertionError(f"{shlex.join(done.args)}: {done.stderr or done.stdout}")
    return done


def build(tag: str, source: Path) -> None:
    """Builds an image in the format of tests/container/run, so that its layers can be reused."""
    is_podman = any("podman" in word for word in engine())
    call("build", *(("--format", "docker") if is_podman else ()), "--tag", tag, str(source))


def inspect(kind: str, name: str) -> Any:
    return json.loads(call(kind, "inspect", name).stdout)[0]


@dataclass
class TaskDefinition:
    """What a container is given, read from a plan of the service stack."""

    cpu: int
    memory: int
    container: dict[str, Any]

    @classmethod
    def from_plan(cls, plan: dict[str, Any]) -> "TaskDefinition":
        resources = plan["planned_values"]["root_module"]["resources"]
        values = next(r["values"] for r in resources if r["address"] == "aws_ecs_task_definition.app")
        return cls(int(values["cpu"]), int(values["memory"]), json.loads(values["container_definitions"])[0])

    @property
    def health_check(self) -> dict[str, Any]:
        check: dict[str, Any] = self.container["healthCheck"]
        return check

    @property
    def stop_timeout(self) -> int:
        return int(self.container["stopTimeout"])

    def flags(self) -> list[str]:
        """The definition as flags of `docker run`."""
        container = self.container
        flags = ["--user", container["user"], "--memory", f"{self.memory}m", "--cpus", str(self.cpu / 1024)]
        if container["readonlyRootFilesystem"]:
            flags.append("--read-only")
        for capability in container["linuxParameters"]["capabilities"]["drop"]:
            flags += ["--cap-drop", capability]
        for variable in container["environment"]:
            flags += ["--env", f"{variable['name']}={variable['value']}"]
        return flags


class Task:
    """One container. Like each task in its network, it has its own address."""

    def __init__(
        self,
        name: str,
        image: str,
        definition: TaskDefinition,
        address: str,
        environment: dict[str, str],
        flags: tuple[str, ...] = (),
    ) -> None:
        self.name, self.address, self.definition = name, address, definition
        # What a test must set differently from the plan: the address to listen on, because several tasks share one
        # machine, and the source of the weather.
        others = [f"--env={key}={value}" for key, value in ({"LISTEN": f"{address}:5000"} | environment).items()]
        call("rm", "--force", name, check=False)
        # ECS uses only the task definition's health check, not the image's.
        machine = ["--network", "host", "--no-healthcheck", *run_flags()]
        call("run", "--detach", "--name", name, *machine, *definition.flags(), *flags, *others, image)

    @property
    def pid(self) -> int:
        return int(inspect("container", self.name)["State"]["Pid"])

    @property
    def running(self) -> bool:
        return bool(inspect("container", self.name)["State"]["Running"])

    @property
    def exit_code(self) -> int:
        return int(inspect("container", self.name)["State"]["ExitCode"])

    def healthy(self) -> bool:
        """Run the task definition's health check once, with its own command and timeout."""
        kind, *command = self.definition.health_check["command"]
        assert kind == "CMD"
        check = subprocess.Popen(
            [*engine(), "exec", self.name, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return check.wait(self.definition.health_check["timeout"]) == 0
        except subprocess.TimeoutExpired:
            check.kill()
            check.wait()
            return False

    def stop(self) -> subprocess.Popen[bytes]:
        """SIGTERM now, SIGKILL after the stop timeout; do not wait for either."""
        return subprocess.Popen(
            [*engine(), "stop", "-t", str(self.definition.stop_timeout), self.name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def signal(self, name: str, check: bool = True) -> None:
        call("kill", "--signal", name, self.name, check=check)

    def logs(self) -> str:
        done = call("logs", self.name, check=False)
        return done.stdout + done.stderr

    def remove(self) -> None:
        self.signal("KILL", check=False)
        call("rm", "--force", self.name, check=False)
