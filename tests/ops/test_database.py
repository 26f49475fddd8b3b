"""A new database gets its tables from the models at once, and must be what the migrations would have made of it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from tests.ops.running import run

from openrounds.core import db

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
    made = run(tmp_path, "manage", "migrate")
    assert made.returncode == 0, made.stderr
    with sqlite3.connect(tmp_path / "openrounds.sqlite3") as migrated:
        expected = shape_of_sqlite(lambda sql: migrated.execute(sql).fetchall())
        assert shape_of_sqlite(database_of_tests) == expected
        for table in ("django_migrations", "django_content_type", "auth_permission"):
            count = f"SELECT count(*) FROM {table}"
            assert database_of_tests(count) == migrated.execute(count).fetchall()
    migrated.close()


def database_of_tests(sql: str) -> list[tuple[Any, ...]]:
    """Which is new, see tests/conftest.py."""
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
    found = shape_of_postgres("public")
    assert all(found)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA another")
        cursor.execute("SET LOCAL search_path TO another")
    call_command("migrate", verbosity=0, interactive=False)
    assert found == shape_of_postgres("another")
