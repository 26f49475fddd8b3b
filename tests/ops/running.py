"""A real `openrounds serve` on a free port, watched from outside."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OPENROUNDS = Path(sys.executable).parent / "openrounds"
PATIENCE = 900.0  # s; the demo is made in half a minute, and in ten where many tests share two cores


@dataclass
class Server:
    process: "subprocess.Popen[bytes]"
    port: int
    data: Path
    log: Path

    def get(self, path: str, token: str = "") -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, {}

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return self.get("/api/v1/instance")[0] == 200
        return False

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)


def environment() -> dict[str, str]:
    """What the developer has set changes nothing, and every server has an SQLite database of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENROUNDS_")}
    inherited.pop("DATABASE_URL", None)
    return inherited


def run(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`openrounds ARGUMENT… --data DIR` in a process of its own."""
    command = [OPENROUNDS, *arguments, "--data", data]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)


@contextlib.contextmanager
def serving(folder: Path, command: str = "serve", *more: str) -> Iterator[Server]:
    data, port, log = folder / "data", free_port(), folder / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [OPENROUNDS, command, "--data", data, "--port", str(port), *more],
            env=environment(),
            stdout=out,
            stderr=out,
        )
    server = Server(process, port, data, log)
    try:
        wait_until(lambda: server.answers() or process.poll() is not None, PATIENCE)
        assert process.poll() is None, log.read_text()
        yield server
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    """The processes below that one, children first."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *descendants(int(child))]
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
