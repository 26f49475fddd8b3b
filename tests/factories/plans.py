"""How the database would go about the queries of a large server, seen on a small one."""

from collections.abc import Callable
from typing import Any

from django.db import connection


def plans_of(ask: Callable[[], object]) -> list[str]:
    """The lines of the plans of all SELECTs that `ask` runs. PostgreSQL is told to avoid what it would take for few rows:
    reading a whole table, and sorting, where an index can do."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()
    return [line for sql, params in asked if sql.lstrip().startswith("SELECT") for line in _plan(sql, params)]


def _plan(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            return [row[3] for row in cursor.fetchall()]
        for way in ("seqscan", "sort", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        lines = [row[0] for row in cursor.fetchall()]
        for way in ("seqscan", "sort", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{way} = on")
        return lines
