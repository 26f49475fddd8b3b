"""Plain SQL where the ORM would be in the way: the hot reads and the set-at-a-time writes.

Every statement here runs on SQLite and PostgreSQL alike; placeholders are `%s`.
"""

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

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


class SameIdField(_BigInteger):
    """The id of a row elsewhere, as the key of a table that adds to it. On SQLite it is the number of the row, so that a row
    is one page to write and one way to read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"primary_key": True, **kwargs})

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


def is_postgres() -> bool:
    return bool(_of_thread().vendor == "postgresql")


def rows(sql: str, params: Sequence[Any] = ()) -> list[Row]:
    """All rows of one query."""
    return _run(sql, params, _all)


def row(sql: str, params: Sequence[Any] = ()) -> Row | None:
    """The first row, if any."""
    return _run(sql, params, _first)


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Runs one statement; how many rows it touched."""
    django = _of_thread()
    if django.in_atomic_block or django.vendor != "sqlite":
        return _run(sql, params, _count)
    with django.turn():
        return _run(sql, params, _count)


def insert(made: models.Model) -> None:
    """Writes a new row as it is: `save(force_insert=True)` without signals, at a fifth of its cost."""
    django, given = _of_thread(), made.__dict__
    values = [
        given[name] if prepare is None else prepare(given[name], django)
        for name, prepare in _writers(type(made))
    ]
    execute(_insertion(type(made)), values)
    made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS


# What the drivers take as it is.
_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


@cache
def _writers(model: type[models.Model]) -> list[tuple[str, Callable[[Any, Any], Any] | None]]:
    """Each column, and how its value is made ready for the database if it must be."""
    fields = model._meta.local_concrete_fields
    return [(f.attname, None if isinstance(f, _PLAIN) else f.get_db_prep_save) for f in fields]


@cache
def _insertion(model: type[models.Model]) -> str:
    fields = model._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})'


def _all(cursor: Any) -> list[Row]:
    return cast(list[Row], cursor.fetchall())


def _first(cursor: Any) -> Row | None:
    return cast(Row | None, cursor.fetchone())


def _count(cursor: Any) -> int:
    return int(cursor.rowcount)


_threads = threading.local()


def _of_thread() -> Any:
    """Django's connection of this thread, which stays the same; asking Django each time costs as much as a short query."""
    try:
        return _threads.django
    except AttributeError:
        _threads.django = connections[DEFAULT_DB_ALIAS]
        return _threads.django


def _run(sql: str, params: Sequence[Any], take: Callable[[Any], R]) -> R:
    """What `take` makes of the cursor that has run the statement. It is the driver's own, since Django's costs as much as a
    short query does; except where somebody counts or watches queries."""
    django = _of_thread()
    if django.force_debug_cursor or django.execute_wrappers:
        with django.cursor() as cursor:
            cursor.execute(sql, params)
            return take(cursor)
    if django.needs_rollback:
        django.validate_no_broken_transaction()
    try:
        if django.vendor == "sqlite":
            return take(_run_sqlite(django, sql, params))
        return take(django.run(sql, params))
    except django.Database.Error:
        with django.wrap_database_errors:  # makes Django's own of it
            raise


def _run_sqlite(django: Any, sql: str, params: Sequence[Any]) -> Any:
    if django.connection is None:
        django.ensure_connection()
    return django.connection.execute(_question_marks(sql), params)


@lru_cache(maxsize=1024)
def _question_marks(sql: str) -> str:
    """The placeholders as SQLite's driver wants them."""
    return re.sub("(?<!%)%s", "?", sql).replace("%%", "%")


def settle() -> None:
    """At the begin of a request: a connection that broke in the last one is given up, one that may have is to be tried."""
    _of_thread().close_if_unusable_or_obsolete()


def may_be_undone() -> bool:
    """Whether a transaction is under way, so that what was read may never have been. The one around a test is none."""
    return any(not block._from_testcase for block in _of_thread().atomic_blocks)


def commit_without_waiting() -> None:
    """The transaction under way is committed before it is on PostgreSQL's disk. For what is done again, whole, when a crash has
    undone it: a job with nothing outside of the database."""
    if is_postgres():
        execute("SET LOCAL synchronous_commit = off")


def moment(value: datetime | None) -> Any:
    """A datetime as this database's raw statements want it."""
    return _of_thread().ops.adapt_datetimefield_value(value) if value is not None else None


def read_moment(value: Any) -> datetime | None:
    """A datetime out of a raw row: PostgreSQL gives an aware one, SQLite text or, of a bare column, a naive one in UTC."""
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def iso_of_text(text: str) -> str:
    """A moment that was read as text, as the API says it (`core.clock.iso`): at a tenth of the way through a datetime.
    Both databases are kept in UTC; PostgreSQL names the zone."""
    fraction = text[20:].partition("+")[0]
    return f"{text[:10]}T{text[11:19]}.{fraction[:3]:0<3}Z"


def marks(values: Sequence[Any]) -> str:
    """`%s,%s,%s` for an IN list; `NULL` for an empty one, which matches nothing."""
    return ",".join(["%s"] * len(values)) or "NULL"


def among(column: str, values: Iterable[int]) -> tuple[str, Any]:
    """`column` is one of the values: the condition and its one parameter. The statement's text is the same for any number of
    values, so the database prepares it once; and another for one. PostgreSQL's plan for any number is one for ten, which it
    would not keep for fewer (what is there twice is looked for once)."""
    wanted = list(values)
    if len(wanted) == 1:
        return f"{column} = %s", wanted[0]
    if is_postgres():
        return f"{column} = ANY(%s::bigint[])", _array(wanted + wanted[-1:] * (AS_PLANNED - len(wanted)))
    return f"{column} IN (SELECT value FROM json_each(%s))", f"[{','.join(map(str, wanted))}]"


AS_PLANNED = 10


def _array(values: Iterable[int]) -> str:
    """As text: the driver takes longer over a list than the database over the query."""
    return f"{{{','.join(map(str, values))}}}"


def forget(found: models.QuerySet[Any], *, size: int = 1_000) -> int:
    """Deletes the rows with what hangs on them, a chunk in each transaction; call it outside of one, so that others can write
    in between. A row that the query no longer finds when its turn comes stays. How many went, what hung on them included."""
    gone = 0
    while keys := list(found.values_list("pk", flat=True)[:size]):
        gone += found.filter(pk__in=keys).delete()[0]
    return gone


def each(values: Iterable[int]) -> tuple[str, Any]:
    """The values as a table `w` whose column is called `value`, and its one parameter (see `among`)."""
    if is_postgres():
        return "unnest(%s::bigint[]) AS w(value)", _array(values)
    return "json_each(%s) w", f"[{','.join(map(str, values))}]"


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
