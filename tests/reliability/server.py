"""A real server, `openrounds serve`, on a data directory and a database of its own, with its process tree within reach."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import requests

COMMAND = str(Path(sys.executable).with_name("openrounds"))
PATIENCE = 180.0


class Database:
    """Plain SQL beside the server; placeholders are `%s`."""

    def __init__(self, data: Path) -> None:
        self._file = data / "openrounds.sqlite3"
        self.url = ""
        if given := os.environ.get("DATABASE_URL"):
            name = f"reliability_{uuid4().hex[:12]}"
            with psycopg.connect(given, autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            self.url = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))

    def rows(self, sql: str, params: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement, committed at once; its rows if it has any."""
        if self.url:
            with psycopg.connect(self.url, autocommit=True) as connection:
                found = connection.execute(sql, params)
                return found.fetchall() if found.description else []
        with contextlib.closing(sqlite3.connect(self._file, timeout=30)) as connection, connection:
            return connection.execute(sql.replace("%s", "?"), params).fetchall()

    def one(self, sql: str, params: tuple[Any, ...] = ()) -> Any:
        return self.rows(sql, params)[0][0]


class Server:
    """Started with `with`; the people are `team`, `person0001`, …"""

    program: ClassVar[list[str]] = [COMMAND]

    def __init__(self, data: Path, people: int) -> None:
        self.data, self.log = data, data / "server.log"
        self.database = Database(data)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        tokens = data / "tokens.json"
        self.run("dev", "people", "--count", str(people), "--tokens", str(tokens))
        self.tokens: dict[str, str] = {p["acct"]: p["token"] for p in json.loads(tokens.read_text())}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("OPENROUNDS_", "DJANGO_")) and name != "DATABASE_URL"
        }
        more = {"DATABASE_URL": self.database.url} if self.database.url else {}
        # Homes are not trimmed, so that one from which something is missing is known.
        return (
            kept
            | more
            | {
                "OPENROUNDS_DATA": str(self.data),
                "OPENROUNDS_RATE_LIMITS": "off",
                "OPENROUNDS_FEED_LENGTH": "1000000",
            }
        )

    def run(self, *arguments: str) -> None:
        subprocess.run([COMMAND, *arguments], env=self.environment, check=True, capture_output=True)

    def __enter__(self) -> "Server":
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.program, "serve", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        wait_until(self.answers)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def answers(self) -> bool:
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/health", timeout=5).status_code == 200
        return False

    # ------------------------------------------------------------------------------------------------------ the tree
    def web_workers(self) -> list[int]:
        """The processes that answer requests."""
        return children_of(self.child("web"))

    def job_worker(self) -> int:
        return self.child("job worker")

    def streaming(self) -> int:
        return self.child("streaming")

    def child(self, name: str) -> int:
        """The supervisor's child of that name; of "web", once it has workers."""
        assert self.process
        pids: list[int] = []

        def there() -> bool:
            pids[:] = [pid for pid in children_of(self.process.pid) if name_of(pid) == name]
            return bool(pids) and (name != "web" or bool(children_of(pids[0])))

        wait_until(there)
        return pids[0]

    # ---------------------------------------------------------------------------------------------------- the people
    def post(self, acct: str, text: str, key: str, timeout: float = 30) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.tokens[acct]}", "Idempotency-Key": key}
        return requests.post(
            f"{self.url}/api/v1/statuses", json={"status": text}, headers=headers, timeout=timeout
        )

    def streams(self) -> str:
        """Where the instance document says that streams are; a WebSocket's URL."""
        document = requests.get(f"{self.url}/api/v2/instance", timeout=30).json()
        return str(document["configuration"]["urls"]["streaming"])

    def post_until_taken(self, acct: str, text: str, key: str) -> str:
        """What a client does: the same request again until it is answered. The id of the post."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                answer = self.post(acct, text, key)
                if answer.status_code == 200:
                    return str(answer.json()["id"])
                assert answer.status_code in {502, 503}, answer.text
            time.sleep(0.05)
        raise TimeoutError(self.log.read_text()[-2000:])

    def follow_everyone(self, acct: str) -> None:
        """Everybody follows that account."""
        self.database.rows(
            "INSERT INTO accounts_follow (id, follower_id, followee_id, show_boosts, notify, created_at) "
            "SELECT a.id, a.id, t.id, %s, %s, t.created_at FROM accounts_account a JOIN accounts_account t ON t.username = %s "
            "WHERE a.id <> t.id",
            (True, False, acct),
        )

    def hurry(self, jobs: str) -> None:
        """What waits for its hour and is called like that is due now."""
        self.database.rows(
            "UPDATE jobs_job SET run_at = %s WHERE handler LIKE %s AND lease IS NULL AND parked_at IS NULL",
            ("2000-01-01 00:00:00+00", jobs),
        )

    def drain(self) -> None:
        """Waits until the queue holds nothing that is due, nor what was put off to be tried again."""
        due = "SELECT COUNT(*) FROM jobs_job WHERE parked_at IS NULL AND handler NOT LIKE %s AND run_at < %s"
        soon = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S+00")
        wait_until(lambda: self.database.one(due, ("%_jobs.fetch%", soon)) == 0)


def tree_of(pid: int) -> set[int]:
    """The process and all below it."""
    return {pid}.union(*(tree_of(child) for child in children_of(pid)))


def alive(pids: set[int]) -> set[int]:
    """Those that still run; one that ended and was not waited for does not."""
    return {pid for pid in pids if state_of(pid) not in {"", "Z"}}


def state_of(pid: int) -> str:
    """One letter (proc(5)), "" when there is no such process."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def is_free(port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def children_of(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def name_of(pid: int) -> str:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(data: Path, people: int) -> Iterator[Server]:
    with Server(data, people) as server:
        yield server
