"""Pages of a list, by id: `max_id` older than, `since_id` newer than (newest page), `min_id` newer than (page just above)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

R = TypeVar("R")
GREATEST = (1 << 63) - 1


@dataclass(frozen=True)
class Paging:
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

    def newest_first(self, found: Sequence[R]) -> list[R]:
        """Every page is answered newest first, however it was read."""
        return list(reversed(found)) if self.min_id is not None else list(found)


def _bounded(cursor: int) -> int:
    return max(0, min(cursor, GREATEST))
