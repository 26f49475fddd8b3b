"""Plain SQL where the ORM would be in the way: the hot reads and the set-at-a-time writes.

Every statement here runs on SQLite and PostgreSQL alike; placeholders are `%s`.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.db import connection, models

from openrounds.core.ids import IdClock

Row = tuple[Any, ...]
R = TypeVar("R")


def next_id() -> int:
    """A new time-sorted id (see `core.ids`)."""
    clock: IdClock = settings.ID_CLOCK
    return clock.next()


if TYPE_CHECKING:
    _BigInteger = models.BigIntegerField[int, int]
else:
    _BigInteger = models.BigIntegerField  # generic for the type checker alone


class SortableIdField(_BigInteger):
    """A primary key whose value says when it was made."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"primary_key": True, "default": next_id, "editable": False, **kwargs})


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def rows(sql: str, params: Sequence[Any] = ()) -> list[Row]:
    """All rows of one query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cast(list[Row], cursor.fetchall())


def row(sql: str, params: Sequence[Any] = ()) -> Row | None:
    """The first row, if any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cast(Row | None, cursor.fetchone())


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Runs one statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def moment(value: datetime | None) -> Any:
    """A datetime as this database's raw statements want it."""
    return connection.ops.adapt_datetimefield_value(value) if value is not None else None


def read_moment(value: Any) -> datetime | None:
    """A datetime out of a raw row: PostgreSQL gives an aware one, SQLite text or, of a bare column, a naive one in UTC."""
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def marks(values: Sequence[Any]) -> str:
    """`%s,%s,%s` for an IN list; `NULL` for an empty one, which matches nothing."""
    return ",".join(["%s"] * len(values)) or "NULL"


def among(column: str, values: Iterable[int]) -> tuple[str, Any]:
    """`column` is one of the values: the condition and its one parameter. The statement's text is the same for any number of
    values, so the database prepares it once."""
    if is_postgres():
        return f"{column} = ANY(%s)", list(values)
    return f"{column} IN (SELECT value FROM json_each(%s))", f"[{','.join(map(str, values))}]"


def chunks(values: Iterable[R], size: int) -> Iterable[list[R]]:
    """The values in lists of at most `size`."""
    batch: list[R] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
