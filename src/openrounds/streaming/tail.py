"""Reads the outbox as it grows: every row once, also those that PostgreSQL shows late."""

import time

from openrounds.core import db

BATCH = 200
# A transaction that took its numbers and has not ended yet leaves a gap, as does one that was rolled back.
GAP_WATCHED = 60.0
MOST_GAPS = 5_000


class Tail:
    """Only for one thread. What was there before it was made is not read."""

    def __init__(self) -> None:
        newest = db.row("SELECT MAX(id) FROM jobs_happening")
        self._last: int = (newest and newest[0]) or 0
        self._gaps: dict[int, float] = {}

    def read(self) -> list[tuple[str, str]]:
        """Kind and payload of what is new, in order; at most `BATCH` and what filled a gap."""
        late = self._read_late() if self._gaps else []
        sql = "SELECT id, kind, payload FROM jobs_happening WHERE id > %s ORDER BY id LIMIT %s"
        found = db.rows(sql, [self._last, BATCH])
        if found:
            self._note_gaps({row[0] for row in found})
            self._last = found[-1][0]
        return [(kind, payload) for _, kind, payload in (*late, *found)]

    def _read_late(self) -> list[db.Row]:
        patience = time.monotonic() - GAP_WATCHED
        self._gaps = {number: since for number, since in self._gaps.items() if since > patience}
        condition, numbers = db.among("id", self._gaps)
        found = db.rows(
            f"SELECT id, kind, payload FROM jobs_happening WHERE {condition} ORDER BY id", [numbers]
        )
        for number, *_ in found:
            del self._gaps[number]
        return found

    def _note_gaps(self, found: set[int]) -> None:
        newest = max(found)
        since = time.monotonic()
        for number in range(max(self._last + 1, newest - MOST_GAPS), newest):
            if number not in found:
                self._gaps[number] = since
        for oldest in list(self._gaps)[:-MOST_GAPS]:
            del self._gaps[oldest]
