"""The servers that are measured, each pinned to one processor, and the client on another. On loopback only."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RELEASE = ROOT / "target/release"
UPSTREAM = ROOT / "tests/upstream.py"
REPORT = ROOT / "benches/report.lua"

SERVER_CPUS, CLIENT_CPU = "0", "1"


class Process:
    """A process that is killed at the end of its `with` block."""

    def __init__(self, *command, cpus=None, tool=(), **options):
        pinned = ["taskset", "--cpu-list", cpus] if cpus else []
        self.process = subprocess.Popen([*pinned, *tool, *map(str, command)], text=True, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def memory(self, key="VmRSS"):
        """Resident memory in MB (10^6 bytes)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(key)) * 1024 / 1e6

    def cpu_seconds(self):
        """Processor time since it started."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Upstream(Process):
    """OpenWeatherMap, simulated with recorded answers."""

    def __init__(self):
        super().__init__(sys.executable, UPSTREAM, cpus=CLIENT_CPU, stdout=subprocess.PIPE)
        self.url = self.process.stdout.readline().strip()


class WeatherApp(Process):
    """The release program as an operator starts it, except for the upstream and the limits on requests to it."""

    def __init__(self, upstream, cpus=SERVER_CPUS, tool=(), **settings):
        began = time.monotonic()
        environment = {
            "LISTEN": "127.0.0.1:0", "LOG_FORMAT": "json", "PROVIDERS": "openweathermap",
            "OPENWEATHERMAP_API_KEY": "none", "OPENWEATHERMAP_URL": upstream.url, "FRESH_FOR": "1h",
            "OPENWEATHERMAP_PER_MINUTE": "1000000", "MISSES_PER_MINUTE": "0", **settings,
        }
        super().__init__(RELEASE / "weather-app", cpus=cpus, tool=tool, env=os.environ | environment, stderr=subprocess.PIPE)
        self.address = next(fields["address"] for line in self.process.stderr
                            if "address" in (fields := json.loads(line)) and fields["message"] == "serving")
        wait_until_healthy(self.address)
        self.start_seconds = time.monotonic() - began


class Baseline(Process):
    """A reference server, which only repeats an answer: with bare hyper, or as a bare poem handler."""

    def __init__(self, library, answer, cpus=SERVER_CPUS, tool=()):
        began = time.monotonic()
        file = RELEASE / f"baseline-{library}.http"
        file.write_bytes(answer)
        baseline = RELEASE / "examples/baseline"
        super().__init__(baseline, library, "127.0.0.1:0", file, cpus=cpus, tool=tool, stdout=subprocess.PIPE)
        self.address = self.process.stdout.readline().strip()
        wait_until_healthy(self.address)
        self.start_seconds = time.monotonic() - began


def connect(address):
    host, port = address.rsplit(":", 1)
    return http.client.HTTPConnection(host, int(port), timeout=10)


def wait_until_healthy(address):
    while True:
        try:
            connection = connect(address)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.0005)


def wire(address, path):
    """An answer as it comes over the wire, head and body."""
    connection = connect(address)
    connection.request("GET", path, headers={"Accept-Encoding": "identity"})
    response = connection.getresponse()
    assert response.status == 200, f"{path}: {response.status}"
    head = "".join(f"{name}: {value}\r\n" for name, value in response.getheaders())
    return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + response.read()


def wrk(address, path, seconds, connections=32, cpu=CLIENT_CPU, threads=1, script=REPORT, arguments=()):
    """wrk's figures for an address: requests per second and latencies in microseconds. Every answer must be a 2xx."""
    command = ["taskset", "--cpu-list", cpu, "wrk", "--threads", threads, "--connections", connections,
               "--duration", f"{seconds}s", "--timeout", "10s", "--latency", "--script", script, f"http://{address}{path}",
               "--", *arguments]
    output = subprocess.run(map(str, command), check=True, capture_output=True, text=True).stdout
    figures = json.loads(output.splitlines()[-1])
    assert figures["not_2xx"] == 0 and figures["broken"] == 0, f"{path}: {figures}"
    return figures | {"rate": figures["requests"] / figures["seconds"]}


def spread(values, form="{:.2f}"):
    """Median, least and most."""
    figures = statistics.median(values), min(values), max(values)
    return "{} ({} to {})".format(*map(form.format, figures))
