"""Filling tables fast: rows by the hundred thousand, and indexes made once instead of kept at every row.

Only for a database that nobody else uses meanwhile, and that can be made anew when this is interrupted.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, models

from openrounds.core import db


def load(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts the rows; as fast as the database can."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if db.is_postgres():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            run_for_each(f"INSERT INTO {table} ({names}) VALUES ({db.marks(columns)})", rows)


def load_like(pattern: models.Model, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts rows that are all like the pattern, which is not saved, but for the columns named."""
    same = {
        str(field.column): field.get_db_prep_save(getattr(pattern, field.attname), connection)
        for field in pattern._meta.local_concrete_fields
        if field.column not in columns
        and not (field.primary_key and pattern.pk is None)  # the database counts
    }
    load(pattern._meta.db_table, [*columns, *same], ((*row, *same.values()) for row in rows))


def run_for_each(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """The statement once with each of the rows."""
    with connection.cursor() as cursor:
        cursor.executemany(sql, cast(Any, rows))  # an iterator does; the stubs want a sequence


@contextmanager
def unhindered(*tables: str) -> Iterator[None]:
    """The tables without their indexes and foreign keys, which are made anew afterwards; nothing waits for the disk. SQLite
    writes straight into the file meanwhile, so what is interrupted is lost."""
    drop, make = _postgres_extras(tables) if db.is_postgres() else _sqlite_extras(tables)
    for statement in drop:
        db.execute(statement)
    yield
    for statement in make:
        db.execute(statement)
    if not db.is_postgres():
        connection.close()  # the next one is as the settings say


def _sqlite_extras(tables: Sequence[str]) -> tuple[list[str], list[str]]:
    """Unique constraints that stand in the table itself have no statement of their own and stay."""
    found = db.rows(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({db.marks(tables)})",
        tables,
    )
    drop = [
        "PRAGMA journal_mode=OFF",
        "PRAGMA synchronous=OFF",
        "PRAGMA foreign_keys=OFF",
        "PRAGMA cache_size=-512000",
        *(f'DROP INDEX "{name}"' for name, _ in found),
    ]
    return drop, [sql for _, sql in found]


_INDEXES = """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS (
  SELECT 1 FROM pg_constraint c WHERE c.conindid = (quote_ident(indexname))::regclass)"""
_KEYS = """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
  WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])"""


def _postgres_extras(tables: Sequence[str]) -> tuple[list[str], list[str]]:
    indexes, keys = db.rows(_INDEXES, [list(tables)]), db.rows(_KEYS, [list(tables)])
    drop = [f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for table, name, _ in keys]
    drop += [f'DROP INDEX "{name}"' for name, _ in indexes]
    make = [definition for _, definition in indexes]
    make += [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for table, name, definition in keys]
    return ["SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'", *drop], make
