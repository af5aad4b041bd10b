"""HAProxy in the place of AWS's load balancer, with the numbers of the planned target group."""

import socket
import subprocess
import time
from pathlib import Path
from typing import Any

# Addresses that tasks may get, one server each. Linux answers on all of 127.0.0.0/8.
ADDRESSES = [f"127.0.0.{number}" for number in range(11, 31)]

# Like AWS's: requests without its cookie are distributed anew each time, those with it go to the same task while it is
# registered; connections to the tasks are kept open and shared by all users; a request that fails is not retried. Ten
# seconds is how long an ALB waits for a task to accept a connection.
CONFIGURATION = """
global
  stats socket {socket} mode 600 level admin
  maxconn 2000

defaults
  mode http
  timeout connect 10s
  timeout client {idle}s
  timeout server {idle}s
  retries 0
  http-reuse always

frontend public
  bind 127.0.0.1:{port}
  option forwardfor
  default_backend app

backend app
  balance roundrobin
{stickiness}
  option httpchk
  http-check send meth GET uri {path}
  http-check expect status {status}
  timeout check {timeout}s
  default-server inter {interval}s fall {fall} rise {rise}
{servers}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Balancer:
    def __init__(self, folder: Path, plan: dict[str, Any]) -> None:
        resources = {r["address"]: r["values"] for r in plan["planned_values"]["root_module"]["resources"]}
        group, lb = resources["aws_lb_target_group.app"], resources["aws_lb.main"]
        self.check = group["health_check"][0]
        self.deregistration_delay = int(group["deregistration_delay"])
        self.port = free_port()
        self.socket = folder / "haproxy.sock"
        servers = [f"  server {a} {a}:{group['port']} cookie {a} check disabled" for a in ADDRESSES]
        sticky = [s for s in group["stickiness"] if s["enabled"] and s["type"] == "lb_cookie"]
        stickiness = f"  cookie AWSALB insert maxlife {sticky[0]['cookie_duration']}s" if sticky else ""
        (folder / "haproxy.cfg").write_text(
            CONFIGURATION.format(
                socket=self.socket,
                port=self.port,
                idle=lb["idle_timeout"],
                path=self.check["path"],
                status=self.check["matcher"],
                timeout=self.check["timeout"],
                interval=self.check["interval"],
                fall=self.check["unhealthy_threshold"],
                rise=self.check["healthy_threshold"],
                stickiness=stickiness,
                servers="\n".join(servers),
            )
        )
        self.log = (folder / "haproxy.log").open("w")
        self.process = subprocess.Popen(
            ["haproxy", "-db", "-f", folder / "haproxy.cfg"], stdout=self.log, stderr=subprocess.STDOUT
        )
        give_up = time.monotonic() + 10
        while not self.socket.exists():
            assert self.process.poll() is None and time.monotonic() < give_up, (folder / "haproxy.log").read_text()
            time.sleep(0.05)

    def command(self, text: str) -> str:
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(str(self.socket))
            admin.sendall(f"{text}\n".encode())
            admin.shutdown(socket.SHUT_WR)
            answer = b""
            while part := admin.recv(65536):
                answer += part
        return answer.decode()

    def register(self, address: str) -> None:
        """Send requests to a task that has answered healthily once, which is all that an ALB requires of a new task."""
        self.command(f"set server app/{address} state ready")

    def deregister(self, address: str) -> None:
        """Send it no new requests; those with its cookie go to another task. Open requests continue."""
        self.command(f"set server app/{address} state maint")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.log.close()
