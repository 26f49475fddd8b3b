"""Pages of a list, by id: `max_id` older than, `since_id` newer than (newest page), `min_id` newer than (page just above)."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

R = TypeVar("R")
GREATEST = (1 << 63) - 1
_DAY = 24 * 60 * 60 * 1000 << 16  # between the ids of one moment and of the same a day later
_WIDTHS = (_DAY, 8 * _DAY, 64 * _DAY)


class Paging(Struct, frozen=True):
    """Where a page starts and how long it is. Cursors are exclusive."""

    limit: int
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None

    def where(self, column: str) -> tuple[str, list[int]]:
        """The SQL condition and its parameters; `AND` included, "" when there is no cursor."""
        sql, values = "", []
        if self.max_id is not None:
            sql += f" AND {column} < %s"
            values.append(_bounded(self.max_id))
        lower = self.min_id if self.min_id is not None else self.since_id
        if lower is not None:
            sql += f" AND {column} > %s"
            values.append(_bounded(lower))
        return sql, values

    def order(self, column: str) -> str:
        """`ORDER BY … LIMIT …`: the page just above `min_id` is read upwards."""
        return f" ORDER BY {column} {'ASC' if self.min_id is not None else 'DESC'} LIMIT {int(self.limit)}"

    def widening(self, newest: int) -> Iterator["Paging"]:
        """The same page, looked for within a day of its start, then within longer, at last everywhere. The first that is full
        is the page. `newest`: an id that no row exceeds by much."""
        for width in _WIDTHS:
            if self.min_id is not None:
                highest = _bounded(self.min_id) + width
                yield replace(self, max_id=highest if self.max_id is None else min(highest, self.max_id))
            else:
                lowest = min(newest, GREATEST if self.max_id is None else self.max_id) - width
                yield replace(self, since_id=max(lowest, self.since_id or 0))
        yield self

    def newest_first(self, found: Sequence[R]) -> list[R]:
        """Every page is answered newest first, however it was read."""
        return list(reversed(found)) if self.min_id is not None else list(found)


def _bounded(cursor: int) -> int:
    return max(0, min(cursor, GREATEST))
