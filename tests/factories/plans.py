"""How the database would go about the queries of a large server, seen on a small one."""

from collections.abc import Callable
from typing import Any

from django.db import connection


def plans_of(ask: Callable[[], object], *, forcing: bool = True) -> list[str]:
    """The lines of the plans of all SELECTs that `ask` runs. Unless it is not to be forced, PostgreSQL is told to avoid what it
    would take for few rows: reading a whole table, and sorting, where an index can do."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    if connection.vendor == "sqlite":
        return _plans("EXPLAIN QUERY PLAN", asked, 3)
    with connection.cursor() as cursor:
        for way in ("seqscan", "sort", "bitmapscan") * forcing:
            cursor.execute(f"SET LOCAL enable_{way} = off")
        plans = _plans("EXPLAIN", asked, 0)
        for way in ("seqscan", "sort", "bitmapscan") * forcing:
            cursor.execute(f"SET LOCAL enable_{way} = on")
    return plans


def _plans(explain: str, asked: list[tuple[str, Any]], column: int) -> list[str]:
    lines: list[str] = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.lstrip().startswith("SELECT"):
                cursor.execute(f"{explain} {sql}", params)
                lines += [row[column] for row in cursor.fetchall()]
    return lines
