"""A real server on a free loopback port, with a data directory and a database of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

OPENROUNDS = Path(sys.executable).parent / "openrounds"


@dataclass(frozen=True)
class Live:
    base: str
    data: Path
    environment: dict[str, str]

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    def run(self, *arguments: str) -> str:
        """What `openrounds ARGUMENT... --data …` prints."""
        done = subprocess.run(
            [OPENROUNDS, *arguments, "--data", self.data],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"openrounds {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()


@contextlib.contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Live]:
    """`settings` are environment variables; rate limits are off unless they say otherwise."""
    with own_database() as database:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("OPENROUNDS_")}
        data = folder / "data"
        environment = (
            inherited | database | {"OPENROUNDS_RATE_LIMITS": "off", "OPENROUNDS_DATA": str(data)} | settings
        )
        live = Live(f"http://127.0.0.1:{free_port()}", data, environment)
        with (folder / "server.log").open("wb") as log:
            server = subprocess.Popen(
                [OPENROUNDS, "serve", "--data", data, "--port", live.host.partition(":")[2]],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(live.base, server, folder / "server.log")
            yield live
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(20) == 0, "the server did not stop cleanly"


@contextlib.contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """On PostgreSQL a database that nobody else uses; on SQLite the one in the data directory."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield {}
        return
    name = f"live_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        try:
            yield {"DATABASE_URL": url.rpartition("/")[0] + f"/{name}"}
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(base: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(f"{base}/api/v1/instance", timeout=5),
        ):
            return
        assert server.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())
