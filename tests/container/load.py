"""Simulated users: connections that each send one request after another, until standard input ends.

Usage: load.py PORT CONNECTIONS PAUSE_SECONDS PATH...

Each keeps its connection as a browser does, opens another when it is closed, and waits PATIENCE for an answer. At the
end it prints {"requests": N, "failures": [[seconds since the epoch, what], ...]}.
"""

import asyncio
import json
import sys
import time
from itertools import count

# How long a user waits for an answer, seconds.
PATIENCE = 5.0


class Users:
    def __init__(self, port: int, pause: float, paths: list[str]) -> None:
        self.port, self.pause, self.paths = port, pause, paths
        self.requests = 0
        self.failures: list[tuple[float, str]] = []
        self.gone = asyncio.Event()

    async def ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[int, bool]:
        """Send one request; return the status, and whether the connection stays open."""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: weather\r\nUser-Agent: load\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        if "transfer-encoding: chunked" in head:
            while size := int((await reader.readline()).split(b";")[0], 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        elif "content-length:" in head:
            await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        return status, "connection: close" not in head

    async def user(self, number: int) -> None:
        writer = None
        for turn in count(number):
            if self.gone.is_set():
                break
            try:
                async with asyncio.timeout(PATIENCE):
                    if writer is None:
                        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    path = self.paths[turn % len(self.paths)]
                    status, stays = await self.ask(reader, writer, path)
                problem = None if status in (200, 304) else f"{status} {path}"
            except TimeoutError:
                problem, stays = "no answer", False
            except (OSError, asyncio.IncompleteReadError) as error:
                problem, stays = type(error).__name__, False
            self.requests += 1
            if problem:
                self.failures.append((time.time(), problem))
            if not stays and writer:
                writer.close()
                writer = None
            await asyncio.sleep(self.pause)

    async def run(self, connections: int) -> None:
        users = [asyncio.create_task(self.user(number)) for number in range(connections)]
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        self.gone.set()
        await asyncio.gather(*users)


def main() -> None:
    users = Users(int(sys.argv[1]), float(sys.argv[3]), sys.argv[4:])
    asyncio.run(users.run(int(sys.argv[2])))
    print(json.dumps({"requests": users.requests, "failures": users.failures}))


if __name__ == "__main__":
    main()
