"""The log of SQLite is carried back by a thread, not by whoever commits."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from openrounds.ops import checkpoints
from openrounds.ops.checkpoints import Checkpoints, carry_back, waiting


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


def write(connection: sqlite3.Connection, times: int) -> None:
    for _ in range(times):
        connection.execute("INSERT INTO words VALUES (?)", ["x" * 5000])


def test_pages_in_the_log_are_counted_until_they_are_carried_back(database, writer):
    write(writer, 10)
    assert waiting(database) >= 20
    carry_back(database)
    assert waiting(database) == 0


def test_log_begins_anew_when_all_is_carried_back(database, writer):
    write(writer, 10)
    log = database.with_name("some.sqlite3-wal")
    size = log.stat().st_size
    carry_back(database)
    write(writer, 2)
    assert log.stat().st_size == size


def test_what_a_reader_still_needs_is_left_in_the_log_and_nobody_waits(database, writer):
    write(writer, 2)
    reader = sqlite3.connect(database, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM words").fetchone() == (2,)
    write(writer, 3)
    carry_back(database)
    assert waiting(database) > 0
    assert reader.execute("SELECT count(*) FROM words").fetchone() == (2,)
    reader.close()
    carry_back(database)
    assert waiting(database) == 0


def test_nothing_waits_where_there_is_no_log(tmp_path):
    assert waiting(tmp_path / "none.sqlite3") == 0


class Looks(threading.Event):
    """Lets the thread look that often."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_short_log_is_left_and_a_long_one_carried_back(database, writer, monkeypatch):
    monkeypatch.setattr(checkpoints, "ENOUGH", 20)
    write(writer, 5)
    Checkpoints(database, Looks(1)).run()
    assert 0 < waiting(database) < 20
    write(writer, 10)
    Checkpoints(database, Looks(1)).run()
    assert waiting(database) == 0


def test_a_database_that_cannot_be_opened_does_not_end_the_thread(database, writer, monkeypatch, caplog):
    monkeypatch.setattr(checkpoints, "ENOUGH", 1)
    monkeypatch.setattr(checkpoints, "carry_back", lambda _: sqlite3.connect(database / "nowhere"))
    write(writer, 1)
    looks = Looks(3)
    Checkpoints(database, looks).run()
    assert looks.left < 0 and "could not be carried back" in caplog.text
