"""The database as it is at one moment, as files, while others write; and back.

SQLite is copied by its own backup interface. PostgreSQL is copied table by table in one transaction (REPEATABLE READ
sees one moment), so that no program of PostgreSQL's need be installed, nor one of the right version.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from openrounds.core import db
from openrounds.ops import database
from openrounds.ops.backup.archive import PIECE, Advance, Manifest, Unusable
from openrounds.ops.bulk import unhindered

PAGES = 2_000
SQLITE_PART = "database/openrounds.sqlite3"
TABLE_PREFIX = "database/"
TABLE_SUFFIX = ".copy"


def kind() -> str:
    return "postgresql" if db.is_postgres() else "sqlite"


def size() -> int:
    """About how many bytes the database has."""
    if db.is_postgres():
        return int((db.row("SELECT pg_database_size(current_database())") or (0,))[0])
    return int(
        (db.row("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()") or (0,))[0]
    )


def take(folder: Path, manifest: Manifest, advance: Advance) -> Iterator[tuple[str, Path]]:
    """Parts by name, each a file in the folder that may be removed before the next is asked for. Completes the manifest."""
    manifest.database = kind()
    yield from (
        _take_postgres(folder, manifest, advance)
        if db.is_postgres()
        else _take_sqlite(folder, manifest, advance)
    )


# ---------------------------------------------------------------------------------------------------------------- SQLite
def _take_sqlite(folder: Path, manifest: Manifest, advance: Advance) -> Iterator[tuple[str, Path]]:
    target = folder / "database"
    with (
        closing(sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), timeout=30)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # A reader's view does not change while it reads, so the copy need not begin again whenever somebody writes.
        source.execute("BEGIN")
        source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        page = source.execute("PRAGMA page_size").fetchone()[0]
        source.backup(copy, pages=PAGES, progress=_by_pages(advance, page))
        source.rollback()
        _refuse_damage(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        manifest.migrations = _migrations(copy.execute(_MIGRATIONS).fetchall())
        names = [row[0] for row in copy.execute(_SQLITE_TABLES)]
        manifest.counts = {
            name: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in names
        }
    yield SQLITE_PART, target


def _refuse_damage(copy: sqlite3.Connection) -> None:
    """Page by page a damaged database is copied like any other, and would in time push out the last good backup."""
    found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise Unusable(f"The database is damaged: {found}. No backup was made; keep those that you have.")


def _by_pages(advance: Advance, page: int) -> Callable[[int, int, int], None]:
    left = -1

    def tell(_: int, remaining: int, total: int) -> None:
        nonlocal left
        advance(((total if left < 0 else left) - remaining) * page)
        left = remaining

    return tell


_MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"
_SQLITE_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
    "AND name NOT LIKE 'search_document%' ORDER BY name"
)


def _migrations(rows: list[db.Row]) -> list[str]:
    return [f"{app}.{name}" for app, name in rows]


# ------------------------------------------------------------------------------------------------------------ PostgreSQL
_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
_COLUMNS = """SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
  WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"""
_SEQUENCES = (
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)


def _take_postgres(folder: Path, manifest: Manifest, advance: Advance) -> Iterator[tuple[str, Path]]:
    with transaction.atomic():
        db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        manifest.migrations = _migrations(db.rows(_MIGRATIONS))
        manifest.sequences = {name: int(last) for name, last in db.rows(_SEQUENCES)}
        for (table,) in db.rows(_TABLES):
            target = folder / table
            with connection.cursor() as cursor, target.open("wb") as out:
                with cursor.copy(f'COPY "{table}" ({_columns(table)}) TO STDOUT') as copy:
                    for piece in copy:
                        out.write(piece)
                        advance(len(piece))
                manifest.counts[table] = cursor.rowcount
            yield f"{TABLE_PREFIX}{table}{TABLE_SUFFIX}", target


def _columns(table: str) -> str:
    return str((db.row(_COLUMNS, [table]) or ("",))[0])


def load(folder: Path, manifest: Manifest, advance: Advance) -> None:
    """Fills an empty PostgreSQL database with the tables of a checked archive. In the caller's transaction."""
    tables = [row[0] for row in db.rows(_TABLES)]
    with unhindered(*tables):
        db.execute(f"TRUNCATE {', '.join(tables)}")  # what migrations themselves have written
        for table in tables:
            _load_table(table, folder / f"{table}{TABLE_SUFFIX}", advance)
        for name, last in manifest.sequences.items():
            db.execute("SELECT setval(%s::regclass, %s)", [name, last])
    db.execute("ANALYZE")


def _load_table(table: str, path: Path, advance: Advance) -> None:
    with (
        path.open("rb") as source,
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({_columns(table)}) FROM STDIN') as copy,
    ):
        while piece := source.read(PIECE):
            copy.write(piece)
            advance(len(piece))


def prepare(manifest: Manifest) -> None:
    """Gives an empty database the shape the archive was made with; the newest follows once the rows are there."""
    migrations = manifest.migrations
    if not set(migrations) ^ database.in_program():
        database.ensure()
        return
    for app, name in dict(each.split(".", 1) for each in migrations).items():
        call_command("migrate", app, name, verbosity=0, interactive=False)
