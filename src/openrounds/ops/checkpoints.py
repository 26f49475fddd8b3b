"""Carries SQLite's log back into the database, so that nobody's request has to.

Left to itself SQLite does that in the commit which makes the log long enough, and waits for the disk: a tenth of a second for
whoever made that commit, and for all who read his post. Here a thread does it, while others go on reading and writing.

Nothing here may open the log or its index: whoever closes a file gives up all locks that his process has on it
(https://www.sqlite.org/howtocorrupt.html, 2.2), and the job worker's transactions hold theirs there.
"""

import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

logger = logging.getLogger(__name__)
BETWEEN_LOOKS = 2.0  # seconds; some thousand pages on a busy server
MOST_PASSES = 3


def carry_back(database: Path) -> bool:
    """Whether all is carried back. Once more for what others wrote meanwhile: the log begins anew only when nothing in it is
    left to carry."""
    with closing(sqlite3.connect(database)) as connection:
        for _ in range(MOST_PASSES):
            _, written, carried = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if written == carried:
                return True
    return False


class Checkpoints(threading.Thread):
    """Looks at the log now and then until `stop` is set."""

    def __init__(self, database: Path, stop: threading.Event) -> None:
        super().__init__(name="checkpoints", daemon=True)
        self._database, self._stop_asked = database, stop
        self._log = database.with_name(f"{database.name}-wal")
        self._seen = 0

    def run(self) -> None:
        while not self._stop_asked.wait(BETWEEN_LOOKS):
            try:
                self._look()
            except (OSError, sqlite3.Error):
                logger.exception("the log of the database could not be carried back; trying again")

    def _look(self) -> None:
        """When it was written to since everything in it was carried back."""
        changed = self._log.stat().st_mtime_ns if self._log.exists() else 0
        if changed != self._seen and carry_back(self._database):
            self._seen = changed
