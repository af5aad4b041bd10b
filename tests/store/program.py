"""The program under test, and the upstream that it sends requests to, on loopback only."""

import http.client
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
import recordings

PROGRAM = os.environ.get("PROGRAM", str(ROOT / "target/debug/weather-app"))
STARTS_WITHIN = 30.0
ANSWERS_WITHIN = 30.0


class Upstream:
    """Simulates OpenWeatherMap for any point on Earth, records each request with its time, and can be down or slow."""

    def __init__(self):
        self.requests, self.answered, self.status, self.delay, self.headers = 0, 0, 200, 0.0, {}
        self.received = []  # when, and for which path and query
        self.answers = {
            "/data/2.5/weather": recordings.current("london-by-lat-lon-2020.json"),
            "/data/2.5/forecast": recordings.forecast("london-5day-3h-2025.json"),
        }
        lock, upstream = threading.Lock(), self

        class Answer(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # A long body takes several writes, and the last would wait 40 ms for an acknowledgement of the first.
            disable_nagle_algorithm = True

            def do_GET(self):
                with lock:
                    upstream.requests += 1
                    upstream.received.append((time.monotonic(), self.path))
                time.sleep(upstream.delay)
                body = upstream.answers.get(self.path.split("?")[0], b"[]")
                self.send_response(upstream.status)
                for name, value in upstream.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                with lock:
                    upstream.answered += 1

            def log_message(self, *_):
                """Logs nothing, so that only the output of the test is shown."""

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128

            def handle_error(self, *_):
                """Ignores connections that break: the tests kill the program."""

        server = Server(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()


class Program:
    """One process of the program."""

    def __init__(self, upstream_url, data_dir=None, key="k", **settings):
        environment = {
            "PATH": os.environ["PATH"],
            "LISTEN": "127.0.0.1:0",
            "METRICS_LISTEN": "127.0.0.1:0",
            "PROVIDERS": "openweathermap",
            "OPENWEATHERMAP_API_KEY": key,
            "OPENWEATHERMAP_URL": upstream_url,
            "OPENWEATHERMAP_PER_MINUTE": "1000000",
            "MISSES_PER_MINUTE": "0",
            "DRAIN_DELAY": "0s",
            "UPSTREAM_TIMEOUT": "20s",
            "LOG_FORMAT": "json",
            **({"DATA_DIR": str(data_dir)} if data_dir else {}),
            **settings,
        }
        began = time.monotonic()
        self.process = subprocess.Popen([PROGRAM], env=environment, stderr=subprocess.PIPE)
        self.log, self.ports, serves = [], {}, threading.Event()

        def read():
            for line in self.process.stderr:
                line = json.loads(line)
                self.log.append(line)
                if line["message"] in ("serving", "serving metrics"):
                    self.ports[line["message"]] = int(re.search(r"\d+$", line["address"])[0])
                if line["message"] == "serving":
                    self.started_in = time.monotonic() - began
                    serves.set()

        self.reader = threading.Thread(target=read, daemon=True)
        self.reader.start()
        if not serves.wait(STARTS_WITHIN):
            self.kill()
            raise AssertionError(f"it does not start: {self.log}")

    def get(self, path):
        """The status and the JSON of an answer."""
        status, body = self.read("serving", path)
        return status, json.loads(body)

    def weather(self, place, kind="weather"):
        latitude, longitude = place
        return self.get(f"/api/{kind}?lat={latitude}&lon={longitude}")

    def store(self):
        return self.get("/api/status")[1]["store"]

    def metric(self, series):
        """A metric's value, summed over its labels where none are given."""
        lines = self.read("serving metrics", "/metrics")[1].decode().splitlines()
        values = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
        return sum(float(value) for name, value in values if name == series or name.split("{")[0] == series)

    def read(self, server, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[server], timeout=ANSWERS_WITHIN)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def lines_about_store(self):
        return [line["message"] for line in self.log if " store " in line["message"]]

    def kill(self):
        """Kills it, without a chance to shut down."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Stops it as systemd or a container engine does; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(ANSWERS_WITHIN)
        finally:
            self.process.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
