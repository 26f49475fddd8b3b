"""What was drawn for all readers, kept in the database as bytes, beside the row that it was made of.

Memory keeps what was shown lately, each process for itself. What is kept here is found by all processes and outlives them: who
meets a post or a person that nobody has met before reads bytes in place of drawing them (decision 0015). The
database itself removes what is kept when the row gets another version, and with the row.
"""

from collections.abc import Mapping, Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from msgspec import Struct

from openrounds.core import db

# `look` says what else than the row a drawing was made of.
_ADD = "INSERT INTO {table} (id, version, look, body) VALUES (%s, %s, %s, %s)"
_KEEP = f"{_ADD} ON CONFLICT (id) DO UPDATE SET version = excluded.version, look = excluded.look, body = excluded.body"
_STALE = """SELECT r.id, r.version FROM {of} r LEFT JOIN {table} d ON d.id = r.id AND d.version = r.version AND d.look = %s
WHERE d.id IS NULL AND {rows} ORDER BY r.id DESC LIMIT %s"""

_FORGET = "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE id < %s ORDER BY id LIMIT %s)"


class Store(Struct, frozen=True):
    """The drawings in `table` of the rows in `of`; both have the columns `id` and `version`."""

    table: str
    of: str

    def read(self, look: int, wanted: Mapping[int, int]) -> dict[int, bytes]:
        """Of the wanted versions of rows, by id, those that are kept in that look. One query."""
        condition, ids = db.among("id", wanted)
        sql = f"SELECT id, version, body FROM {self.table} WHERE look = %s AND {condition}"
        return {row[0]: bytes(row[2]) for row in db.rows(sql, [look, ids]) if wanted[row[0]] == row[1]}

    def add(self, look: int, row_id: int, version: int, body: bytes) -> None:
        """Of a new row."""
        db.execute(_ADD.format(table=self.table), [row_id, version, look, body])

    def keep(self, look: int, row_id: int, version: int, body: bytes) -> None:
        """In place of what may be kept already."""
        db.execute(_KEEP.format(table=self.table), [row_id, version, look, body])

    def missing(self, look: int, rows: str, params: Sequence[object], most: int) -> dict[int, int]:
        """Ids and versions of rows of which no current drawing is kept, the newest first; `rows` (called r) says of which."""
        return dict(db.rows(_STALE.format(table=self.table, of=self.of, rows=rows), [look, *params, most]))

    def forget(self, below: int, most: int) -> int:
        """Removes some of those with lower ids; how many."""
        return db.execute(_FORGET.format(table=self.table), [below, most])


_SQLITE = """CREATE TRIGGER {table}_{event} AFTER {when} ON {of}
BEGIN DELETE FROM {table} WHERE id = OLD.id; END"""
_POSTGRES = """CREATE FUNCTION {table}_remove() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN DELETE FROM {table} WHERE id = OLD.id; RETURN NULL; END $$;
CREATE TRIGGER {table}_remove AFTER UPDATE OF version OR DELETE ON {of}
FOR EACH ROW EXECUTE FUNCTION {table}_remove()"""


def create(editor: BaseDatabaseSchemaEditor, store: Store) -> None:
    """For migrations: what is kept of a row goes with its version. As with stamps, a later migration on SQLite that makes the
    table of the rows anew must create these again."""
    names = {"table": store.table, "of": store.of}
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRES.format(**names), params=None)
    else:
        for event, when in (("changed", "UPDATE OF version"), ("gone", "DELETE")):
            editor.execute(_SQLITE.format(event=event, when=when, **names), params=None)


def drop(editor: BaseDatabaseSchemaEditor, store: Store) -> None:
    """The way back."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER {store.table}_remove ON {store.of}", params=None)
        editor.execute(f"DROP FUNCTION {store.table}_remove()", params=None)
    else:
        for event in ("changed", "gone"):
            editor.execute(f"DROP TRIGGER {store.table}_{event}", params=None)
