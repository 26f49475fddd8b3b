"""A Redis (or Valkey) of the test's own, which it can kill and freeze under several machines."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import redis

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")


class Broker:
    """Always at the same `url`."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(PROGRAM), "--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")

    def send(self, number: signal.Signals) -> None:
        assert self._process
        os.kill(self._process.pid, number)
        if number == signal.SIGKILL:
            self._process.wait()

    def listeners(self) -> int:
        """How many machines hear the rings."""
        with suppress(redis.RedisError), redis.Redis.from_url(self.url, socket_timeout=1) as client:
            return int(client.pubsub_numsub("openrounds:bus")[0][1])
        return 0


@contextmanager
def running() -> Iterator[Broker]:
    broker = Broker()
    broker.start()
    try:
        yield broker
    finally:
        broker.send(signal.SIGKILL)
