"""The image, the plan of the service that would run it, and a weather provider on loopback."""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "deploy"))

from balancer import Balancer  # noqa: E402
from engine import TaskDefinition  # noqa: E402
from fargate import Service  # noqa: E402
from stand_in_aws import running  # noqa: E402

# The users of a load test: how many connections, and the pause of each between two requests.
CONNECTIONS = 60
PAUSE_SECONDS = 0.1
PATHS = ["/api/weather?city=London", "/api/weather?city=Paris", "/api/places?q=lon", "/health", "/"]

RECORDING = ROOT / "tests/fixtures/met-norway/london-complete-2020-with-headers.json"


@pytest.fixture(scope="session")
def image() -> str:
    """The image under test, built by tests/container/run."""
    return os.environ["IMAGE"]


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A plan of the service stack in an empty account, as `terraform show -json` prints it."""
    folder = tmp_path_factory.mktemp("plan")
    with running(folder / "aws.log") as endpoint:
        environment = os.environ | {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": "eu-west-2",
            "TF_DATA_DIR": str(folder / "data"),
            "TF_CLI_ARGS": "-no-color",
        }

        def terraform(*arguments: str) -> str:
            command = ["terraform", f"-chdir={folder / 'service'}", *arguments]
            done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
            return done.stdout

        # Links, so that the test can put its own backend beside the stack's files.
        (folder / "service").mkdir()
        for path in (ROOT / "terraform/service").iterdir():
            if path.suffix == ".tf" or path.name in ("firewall", ".terraform.lock.hcl"):
                (folder / "service" / path.name).symlink_to(path)
        (folder / "service/backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
        terraform("init", "-input=false")
        terraform(
            "plan",
            "-input=false",
            "-out=plan",
            "-var=image=123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app:0123abc",
            "-var=met_norway_contact=ops@example.org",
            "-var=execution_role_arn=arn:aws:iam::123456789012:role/weather-app-ecs-execution",
            "-var=task_role_arn=arn:aws:iam::123456789012:role/weather-app-ecs-task",
        )
        shown: dict[str, Any] = json.loads(terraform("show", "-json", "plan"))
        return shown


@pytest.fixture(scope="session")
def definition(plan: dict[str, Any]) -> TaskDefinition:
    return TaskDefinition.from_plan(plan)


def from_this_hour(recording: str) -> bytes:
    """A recorded forecast with its times moved, so that it begins this hour."""
    stamps = sorted(set(re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", recording)))
    series = json.loads(recording)["properties"]["timeseries"]
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    shift = hour - datetime.fromisoformat(series[0]["time"])
    for stamp in stamps:
        moved = datetime.fromisoformat(stamp) + shift
        recording = recording.replace(f'"{stamp}"', f'"{moved:%Y-%m-%dT%H:%M:%S}+moved"')
    return recording.replace("+moved", "Z").encode()


@pytest.fixture(scope="session")
def provider() -> Iterator[dict[str, str]]:
    """MET Norway on loopback. Yields the environment variables that point a task to it."""
    body = from_this_hour(json.dumps(json.loads(RECORDING.read_text())["data"]))

    class Forecast(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            now = datetime.now(UTC)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Last-Modified", f"{now:%a, %d %b %Y %H:%M:%S GMT}")
            self.send_header("Expires", f"{now + timedelta(minutes=30):%a, %d %b %Y %H:%M:%S GMT}")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forecast)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {"MET_NORWAY_URL": f"http://127.0.0.1:{server.server_port}"}
    server.shutdown()


@dataclass
class Load:
    requests: int = 0
    failures: list[tuple[float, str]] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = sorted({what for _, what in self.failures})
        return f"{self.requests} requests, {len(self.failures)} failed {kinds or ''}"


@pytest.fixture
def service(
    image: str, definition: TaskDefinition, provider: dict[str, str], plan: dict[str, Any], tmp_path: Path
) -> Iterator[Service]:
    balancer = Balancer(tmp_path, plan)
    service = Service(balancer, definition, provider)
    service.deploy(image)
    yield service
    service.stopped.set()
    service.close()
    balancer.close()


@pytest.fixture
def under_load(service: Service) -> Callable[[], Any]:
    @contextmanager
    def users() -> Iterator[Load]:
        load = Load()
        command = [
            sys.executable,
            Path(__file__).with_name("load.py"),
            service.balancer.port,
            CONNECTIONS,
            PAUSE_SECONDS,
        ]
        process = subprocess.Popen(
            [*map(str, command), *PATHS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        time.sleep(3)  # traffic before the event under test, and below, after it
        yield load
        time.sleep(3)
        seen = json.loads(process.communicate("")[0])
        load.requests, load.failures = seen["requests"], seen["failures"]
        print(load)
        assert load.requests > 10 * CONNECTIONS, "hardly any load"

    return users
