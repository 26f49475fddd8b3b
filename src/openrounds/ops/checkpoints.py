"""Carries SQLite's log back into the database, so that nobody's request has to.

Left to itself SQLite does that in the commit which makes the log long enough, and waits for the disk: a tenth of a second for
whoever made that commit, and for all who read his post. Here a thread does it, while others go on reading and writing.
"""

import logging
import sqlite3
import struct
import threading
from contextlib import closing
from pathlib import Path

logger = logging.getLogger(__name__)
BETWEEN_LOOKS = 0.25  # seconds
ENOUGH = 2_000  # pages; readers search the log by tables of 4,096
MOST_PASSES = 3
# https://www.sqlite.org/walformat.html, "The WAL-Index File Format": pages in the log, and how many of them are carried back.
_WRITTEN, _CARRIED = 16, 96
_NUMBER = struct.Struct("=I")


def waiting(database: Path) -> int:
    """How many pages are in the log alone."""
    try:
        with database.with_name(f"{database.name}-shm").open("rb") as index:
            head = index.read(_CARRIED + _NUMBER.size)
    except FileNotFoundError:
        return 0
    if len(head) < _CARRIED + _NUMBER.size:
        return 0
    written, carried = (_NUMBER.unpack_from(head, place)[0] for place in (_WRITTEN, _CARRIED))
    return max(0, int(written) - int(carried))


def carry_back(database: Path) -> None:
    """Once more for what others wrote meanwhile: the log begins anew only when nothing in it is left to carry."""
    with closing(sqlite3.connect(database)) as connection:
        for _ in range(MOST_PASSES):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            if not waiting(database):
                return


class Checkpoints(threading.Thread):
    """Looks at the log now and then until `stop` is set."""

    def __init__(self, database: Path, stop: threading.Event) -> None:
        super().__init__(name="checkpoints", daemon=True)
        self._database, self._stop_asked = database, stop

    def run(self) -> None:
        while not self._stop_asked.wait(BETWEEN_LOOKS):
            try:
                if waiting(self._database) >= ENOUGH:
                    carry_back(self._database)
            except (OSError, sqlite3.Error):
                logger.exception("the log of the database could not be carried back; trying again")
                self._stop_asked.wait(10)
