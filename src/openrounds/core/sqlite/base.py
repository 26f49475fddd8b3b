"""Django's backend for SQLite, whose writers wait in line (`docs/decisions/0014-writers-in-line.md`).

SQLite itself has a writer that finds another at work sleep and look again, after up to a tenth of a second, by which time a
third has begun: whoever is unlucky waits long while the database is free. The kernel wakes who waits for a lock as soon as it
is given up, and gives it up for a process that dies.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

_WRITING = ("INSERT", "UPDATE", "DELETE")


class DatabaseWrapper(base.DatabaseWrapper):
    """Transactions begin as writers (`transaction_mode`), so each takes its turn, and so does a statement that writes by
    itself. SQLite's own lock still rules: who comes past the line (another program) is waited for as ever."""

    # A file of its own: whoever closes the database's file gives up all locks that the process has on it. It is closed, and
    # the lock given up, with this object, should its thread end without a word.
    _line: FileIO | None = None
    _in_turn = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """What is done inside is done by one writer at a time."""
        if self._in_turn or self.in_atomic_block:
            yield
            return
        self._take_turn()
        try:
            yield
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        if not self.is_in_memory_db():
            try:
                fcntl.flock(self._opened(), fcntl.LOCK_EX)
            except OSError as error:
                raise OperationalError(f"no line for writers: {error}") from error
        self._in_turn = True

    def _opened(self) -> FileIO:
        if self._line is None:
            database = Path(self.settings_dict["NAME"])
            self._line = FileIO(database.with_name(f"{database.name}-line"), "a")
        return self._line

    def _end_turn(self) -> None:
        if self._in_turn and self._line is not None:
            fcntl.flock(self._line, fcntl.LOCK_UN)
        self._in_turn = False

    def _leave_line(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line, self._in_turn = None, False

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._end_turn()
            raise

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self._end_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._end_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._leave_line()

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002  # Django's signature
        made = self.connection.cursor(factory=Cursor)
        made.wrapper = self
        return made


class Cursor(base.SQLiteCursorWrapper):
    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if query.startswith(_WRITING):
            with self.wrapper.turn():
                return super().execute(query, params)
        return super().execute(query, params)
