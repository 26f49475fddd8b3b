"""The log of SQLite is carried back by a thread, not by whoever commits."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from openrounds.ops import checkpoints
from openrounds.ops.checkpoints import Checkpoints, carry_back


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "some.sqlite3"


@pytest.fixture
def writer(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    connection.execute("CREATE TABLE words (word TEXT)")
    yield connection
    connection.close()


@pytest.fixture
def calls(monkeypatch) -> list[Path]:
    """How often the log is carried back."""
    made: list[Path] = []

    def counted(database: Path) -> bool:
        made.append(database)
        return carry_back(database)

    monkeypatch.setattr(checkpoints, "carry_back", counted)
    return made


def write(connection: sqlite3.Connection, times: int) -> None:
    for _ in range(times):
        connection.execute("INSERT INTO words VALUES (?)", ["x" * 5000])


class Looks(threading.Event):
    """Lets the thread look that often, something being done before each."""

    def __init__(self, *before: object) -> None:
        super().__init__()
        self.before = list(before)

    def wait(self, timeout: float | None = None) -> bool:
        if not self.before:
            return True
        if callable(deed := self.before.pop(0)):
            deed()
        return False


def test_log_begins_anew_when_all_is_carried_back(database, writer):
    write(writer, 10)
    log = database.with_name("some.sqlite3-wal")
    size = log.stat().st_size
    assert carry_back(database)
    write(writer, 2)
    assert log.stat().st_size == size


def test_what_a_reader_still_needs_is_left_in_the_log_and_nobody_waits(database, writer):
    write(writer, 2)
    reader = sqlite3.connect(database, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM words").fetchone() == (2,)
    write(writer, 3)
    assert not carry_back(database)
    assert reader.execute("SELECT count(*) FROM words").fetchone() == (2,)
    reader.close()
    assert carry_back(database)


def test_a_log_that_nobody_wrote_to_is_left_alone(database, writer, calls):
    write(writer, 5)
    Checkpoints(database, Looks(None, None, lambda: write(writer, 1), None)).run()
    assert len(calls) == 2


def test_locks_of_this_process_outlast_a_look(database, writer):
    """Closing the log or its index would give them up, and two could write at once."""
    write(writer, 5)
    writer.execute("BEGIN IMMEDIATE")
    Checkpoints(database, Looks(None)).run()
    other = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    tried = subprocess.run(
        [sys.executable, "-c", other, database], capture_output=True, text=True, check=False
    )
    assert "database is locked" in tried.stderr


def test_a_database_that_cannot_be_opened_does_not_end_the_thread(database, writer, monkeypatch, caplog):
    monkeypatch.setattr(checkpoints, "carry_back", lambda _: sqlite3.connect(database / "nowhere"))
    write(writer, 1)
    looks = Looks(None, None, None)
    Checkpoints(database, looks).run()
    assert not looks.before and caplog.text.count("could not be carried back") == 3
