"""A new database gets its tables from the models at once, and must be what the migrations would have made of it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.ops.running import run

from openrounds.core import db
from openrounds.ops import database

Ask = Callable[[str], list[tuple[Any, ...]]]


def shape_of_sqlite(ask: Ask) -> dict[str, Any]:
    """Of each table its columns and what they refer to, of each index its statement."""
    shape: dict[str, Any] = {}
    for kind, name, sql in ask("SELECT type, name, sql FROM sqlite_master"):
        shape[name] = sql
        if kind == "table":
            columns = sorted(row[1:] for row in ask(f'PRAGMA table_xinfo("{name}")'))
            references = sorted(row[2:] for row in ask(f'PRAGMA foreign_key_list("{name}")'))
            shape[name] = columns, references, sql.count("CHECK"), sql.count("UNIQUE")
    return shape


@pytest.mark.sqlite_only
def test_new_sqlite_database_is_what_migrations_make(db: None, tmp_path: Path) -> None:
    made = run(tmp_path, "jobs", "status")
    assert made.returncode == 0, made.stderr
    with sqlite3.connect(tmp_path / "openrounds.sqlite3") as new:
        found = shape_of_sqlite(lambda sql: new.execute(sql).fetchall())
        assert found == shape_of_sqlite(database_of_tests)
        for table in ("django_migrations", "django_content_type", "auth_permission"):
            count = f"SELECT count(*) FROM {table}"
            assert new.execute(count).fetchall() == database_of_tests(count)
    new.close()


def database_of_tests(sql: str) -> list[tuple[Any, ...]]:
    return db.rows(sql.replace("%", "%%"))


COLUMNS = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, is_identity, "
    "replace(column_default, '{0}.', '') FROM information_schema.columns WHERE table_schema = '{0}' "
    # Django says integer of this one and its own migrations bigint.
    "AND (table_name, column_name) <> ('auth_group_permissions', 'id')"
)
INDEXES = (
    "SELECT tablename, indexname, replace(indexdef, '{0}.', '') FROM pg_indexes WHERE schemaname = '{0}'"
)
CONSTRAINTS = (
    "SELECT conrelid::regclass::text, conname, replace(pg_get_constraintdef(oid), '{0}.', '') FROM pg_constraint "
    "WHERE connamespace = '{0}'::regnamespace"
)


def shape_of_postgres(schema: str) -> list[set[tuple[Any, ...]]]:
    db.execute(f"SET LOCAL search_path TO {schema}")
    return [set(db.rows(part.format(schema))) for part in (COLUMNS, INDEXES, CONSTRAINTS)]


@pytest.mark.postgres_only
def test_new_postgres_database_is_what_migrations_make(db: None) -> None:
    expected = shape_of_postgres("public")
    assert all(expected)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA another")
        cursor.execute("SET LOCAL search_path TO another")
    database.create()
    assert shape_of_postgres("another") == expected
