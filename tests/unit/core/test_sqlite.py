"""The line of SQLite's writers: whoever waits in it is never refused, and nobody leaves it closed behind him."""

import fcntl
import gc
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

WRITERS, EACH = 4, 40
ADD = "UPDATE counter SET n = n + 1"


@pytest.fixture(autouse=True)
def _allowed(django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def database(tmp_path):
    file = tmp_path / "some.sqlite3"
    with closing(sqlite3.connect(file)) as made:
        made.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE counter (n); INSERT INTO counter VALUES (0)"
        )
    return file


def connect(file, timeout=0):
    """A connection of our own engine; SQLite itself lets it wait for so many seconds."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": timeout, "init_command": "PRAGMA synchronous=OFF"}
    default = {"ENGINE": "openrounds.core.sqlite", "NAME": file, "OPTIONS": options}
    return ConnectionHandler({"default": default})["default"]


@contextmanager
def transaction(connection):
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    try:
        yield connection.cursor()
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.set_autocommit(True)


def line_of(file):
    return file.with_name(f"{file.name}-line")


def is_free(file):
    with line_of(file).open("ab") as line:
        try:
            fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def counted(file):
    with closing(sqlite3.connect(file)) as reader:
        return reader.execute("SELECT n FROM counter").fetchone()[0]


def add_in_transactions(connection, times=EACH):
    for _ in range(times):
        with transaction(connection) as cursor:
            cursor.execute(ADD)


def add_by_themselves(connection, times=EACH):
    for _ in range(times):
        connection.cursor().execute(ADD)


def add_beside_others(file, add, barrier):
    """All open it first and close it last: SQLite shuts others out for a moment when one is opened or closed."""
    with closing(connect(file, timeout=10)) as connection:
        connection.cursor().execute("SELECT n FROM counter").fetchall()
        connection.cursor().execute("PRAGMA busy_timeout=0")
        barrier.wait()
        try:
            add(connection)
        finally:
            barrier.wait()


@pytest.mark.parametrize("add", [add_in_transactions, add_by_themselves])
def test_nobody_is_refused_though_many_write_at_once(database, add):
    barrier = Barrier(WRITERS, timeout=60)
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(add_beside_others, [database] * WRITERS, [add] * WRITERS, [barrier] * WRITERS))
    assert counted(database) == WRITERS * EACH


@pytest.mark.parametrize("add", [add_in_transactions, add_by_themselves])
def test_writer_waits_for_who_came_before(database, add):
    def once():
        with closing(connect(database)) as connection:
            add(connection, times=1)

    with line_of(database).open("ab") as line, ThreadPoolExecutor(1) as pool:
        fcntl.flock(line, fcntl.LOCK_EX)
        waiting = pool.submit(once)
        while not waits_in(line):
            assert not waiting.done()
        assert counted(database) == 0
        fcntl.flock(line, fcntl.LOCK_UN)
    assert waiting.result() is None
    assert counted(database) == 1


def waits_in(line):
    """The kernel's own list (proc_locks(5)): an arrow for who waits, and the number of the file."""
    number = f":{os.fstat(line.fileno()).st_ino} "
    return any(
        "-> FLOCK" in lock and number in lock for lock in Path("/proc/locks").read_text("ascii").splitlines()
    )


def test_reader_does_not_wait(database):
    with closing(connect(database)) as writer, closing(connect(database)) as reader:
        with transaction(writer) as cursor:
            cursor.execute(ADD)
            assert reader.cursor().execute("SELECT n FROM counter").fetchone() == (0,)
        assert reader.cursor().execute("SELECT n FROM counter").fetchone() == (1,)


HOLD = """
import django, sys
from django.conf import settings
django.setup() if settings.configured else settings.configure()
sys.path.insert(0, {tests!r})
from test_sqlite import ADD, connect, transaction
with transaction(connect({file!r})) as cursor:
    cursor.execute(ADD)
    print("in turn", flush=True)
    sys.stdin.read()
"""


def test_writer_who_is_killed_leaves_the_line(database):
    program = HOLD.format(tests=__file__.rpartition("/")[0], file=str(database))
    holder = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"in turn\n"
    assert not is_free(database)
    holder.kill()
    holder.communicate()
    with closing(connect(database)) as connection:
        add_by_themselves(connection)
    assert counted(database) == EACH


def test_turn_is_over_after_an_error(database):
    with closing(connect(database)) as connection:
        with pytest.raises(OperationalError), transaction(connection) as cursor:
            cursor.execute("UPDATE nowhere SET n = 1")
        assert is_free(database)
        with pytest.raises(OperationalError):
            connection.cursor().execute("UPDATE nowhere SET n = 1")
        assert is_free(database)


def test_turn_is_over_when_another_program_has_the_database(database):
    with closing(sqlite3.connect(database)) as other, closing(connect(database)) as connection:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        assert is_free(database)


@pytest.mark.filterwarnings("ignore:unclosed file")
def test_turn_is_over_when_the_connection_is_closed_or_forgotten(database):
    connection = connect(database)
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert not is_free(database)
    connection.close()
    assert is_free(database)
    forgotten = connect(database)
    forgotten.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert not is_free(database)
    del forgotten
    gc.collect()
    assert is_free(database)


def test_line_that_cannot_be_made_is_an_error_of_the_database(database):
    line_of(database).mkdir()
    with closing(connect(database)) as connection, pytest.raises(OperationalError, match="line"):
        connection.cursor().execute(ADD)
