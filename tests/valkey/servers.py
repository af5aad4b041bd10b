"""Servers that instances share: one, a cluster, one with TLS, and one behind a slow connection. On loopback only."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

STARTS_WITHIN = 20.0
NODE_TIMEOUT_MS = 1000
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, within=STARTS_WITHIN):
    until = time.monotonic() + within
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    return met


class Server:
    """One redis-server, which stores nothing on disk."""

    def __init__(self, folder, *options, password=None, tls=None, port=None):
        self.port, self.password, self.tls = port or free_port(), password, tls
        self.folder = pathlib.Path(folder) / f"server-{self.port}"
        self.folder.mkdir(exist_ok=True)
        listen = ["--port", str(self.port)]
        if tls:
            listen = ["--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no", "--tls-cert-file",
                      str(tls / "server.pem"), "--tls-key-file", str(tls / "server.key"), "--tls-ca-cert-file",
                      str(tls / "ca.pem")]
        secret = ["--requirepass", password] if password else []
        self.command = ["redis-server", *listen, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir",
                        str(self.folder), *secret, *options]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, **QUIET)
        if not wait_for(lambda: self.cli("PING").strip() == "PONG"):
            raise AssertionError(f"redis-server does not start on {self.port}")

    @property
    def url(self):
        credentials = f":{self.password}@" if self.password else ""
        return f"{'valkeys' if self.tls else 'valkey'}://{credentials}{'localhost' if self.tls else '127.0.0.1'}:{self.port}"

    def cli(self, *command):
        secret = {"REDISCLI_AUTH": self.password} if self.password else {}
        tls = ["--tls", "--cacert", str(self.tls / "ca.pem")] if self.tls else []
        done = subprocess.run(["redis-cli", "-p", str(self.port), *tls, *map(str, command)], capture_output=True,
                               text=True, env={**os.environ, **secret}, check=False, timeout=STARTS_WITHIN)
        return done.stdout

    def calls(self):
        """How often each command was called, including calls by scripts."""
        lines = [line.split(":", 1) for line in self.cli("INFO", "commandstats").splitlines() if ":" in line]
        return {name.removeprefix("cmdstat_"): int(rest.split(",")[0].removeprefix("calls=")) for name, rest in lines
                if name.startswith("cmdstat_")}

    def keys(self, pattern):
        return self.cli("--scan", "--pattern", pattern).split()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


class Cluster:
    """Three primaries with a replica each."""

    def __init__(self, folder):
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", str(NODE_TIMEOUT_MS))
        self.servers = [Server(folder, *options, "--cluster-port", str(free_port())) for _ in range(6)]
        nodes = [f"127.0.0.1:{server.port}" for server in self.servers]
        subprocess.run(["redis-cli", "--cluster", "create", *nodes, "--cluster-replicas", "1", "--cluster-yes"],
                       check=True, **QUIET)
        if not wait_for(lambda: all("cluster_state:ok" in server.cli("CLUSTER", "INFO") for server in self.servers)):
            raise AssertionError("the cluster does not form")
        # The replicas must have the data of their primaries before a primary can be lost.
        wait_for(lambda: sum("master_link_status:up" in server.cli("INFO", "replication") for server in self.servers) == 3)

    @property
    def url(self):
        return self.servers[0].url

    def primaries(self):
        alive = [server for server in self.servers if server.process.poll() is None]
        return [server for server in alive if server.cli("ROLE").startswith("master")]

    def keys(self, pattern):
        return [key for server in self.primaries() for key in server.keys(pattern)]

    def calls(self):
        total = {}
        for server in self.servers:
            for name, count in server.calls().items():
                total[name] = total.get(name, 0) + count
        return total

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.thaw()
            server.kill()


class SlowConnection:
    """Passes on a server's output after a delay."""

    def __init__(self, port):
        self.target, self.delay = port, 0.0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"valkey://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                threading.Thread(target=self.pump, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self.pump, args=(server, client, True), daemon=True).start()

    def pump(self, source, target, is_slow):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_slow:
                    time.sleep(self.delay)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def certificates(folder):
    """A certificate for localhost and the authority that signed it."""
    folder = pathlib.Path(folder) / "certificates"
    folder.mkdir()
    run = lambda *command: subprocess.run(command, cwd=folder, check=True, **QUIET)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=A test's authority")
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "server.key",
        "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    run("openssl", "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2", "-extfile",
        "names", "-out", "server.pem")
    return folder
