"""The program resolves its providers' names in an image without a library for looking names up."""

import http.client
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine import Task, TaskDefinition

ADDRESS = "127.0.0.10"
NAME = "weather.test"
TYPE_A = 1


class NameServer:
    """Knows one name, and answers unless `silent` is set."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.silent = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self.socket.bind(("127.0.0.153", 53))  # resolv.conf can name no other port
        except OSError as error:
            pytest.skip(f"a name server cannot listen here: {error}")
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            question, asker = self.socket.recvfrom(512)
            labels, at = [], 12
            while length := question[at]:
                labels.append(question[at + 1 : at + 1 + length].decode())
                at += 1 + length
            self.queries.append(".".join(labels))
            if self.silent:
                continue
            (kind,) = struct.unpack_from("!H", question, at + 1)
            # A pointer to the question's name, type A, class IN, for a minute, four bytes.
            answer = struct.pack("!HHHIH4B", 0xC00C, TYPE_A, 1, 60, 4, 127, 0, 0, 1) if kind == TYPE_A else b""
            flags = 0x8180 if self.queries[-1] == NAME else 0x8183  # no such name
            head = question[:2] + struct.pack("!HHHHH", flags, 1, 1 if answer else 0, 0, 0)
            self.socket.sendto(head + question[12 : at + 5] + answer, asker)


@pytest.fixture(scope="module")
def name_server() -> NameServer:
    return NameServer()


@pytest.fixture
def task(
    image: str, definition: TaskDefinition, provider: dict[str, str], name_server: NameServer, tmp_path: Path
) -> Iterator[Task]:
    name_server.silent = False
    name_server.queries.clear()
    settings = tmp_path / "resolv.conf"
    settings.write_text("nameserver 127.0.0.153\noptions timeout:30 attempts:3\n")  # longer than the stop timeout
    settings.chmod(0o644)
    by_name = {key: url.replace("127.0.0.1", NAME) for key, url in provider.items()}
    mount = ("--volume", f"{settings}:/etc/resolv.conf:ro")
    task = Task("weather-task-names", image, definition, ADDRESS, by_name, mount)
    give_up = time.monotonic() + 20
    while not task.healthy():
        assert time.monotonic() < give_up and task.running, task.logs()
    yield task
    task.remove()


def ask() -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection(ADDRESS, 5000, timeout=10)
    connection.request("GET", "/api/weather?city=London")
    answer = connection.getresponse()
    body: dict[str, object] = json.loads(answer.read())
    return answer.status, body


def test_a_provider_is_found_by_its_name(task: Task, name_server: NameServer) -> None:
    status, body = ask()
    assert status == 200, body
    assert NAME in name_server.queries


def test_a_silent_name_server_fails_a_request_and_does_not_delay_the_stop(task: Task, name_server: NameServer) -> None:
    name_server.silent = True
    status, body = ask()
    assert (status, body["code"]) == (503, "upstream-unavailable"), body
    assert NAME in name_server.queries
    assert task.stop().wait() == 0
    assert task.exit_code == 0  # a program that outlasts the stop timeout is killed
