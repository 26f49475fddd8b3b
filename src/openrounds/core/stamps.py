"""Stamps: a number in a row that the database itself raises with every change of certain columns.

What was made of those columns can be kept under the row's id and stamp, and whoever has it need read only these two to know
that it is still right. The database does it, since one writer who forgot would leave old counters standing (decision 0013).
"""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# What was in the row counts, not what was written: a whole row that is saved back must not take the stamp back.
_SQLITE = """CREATE TRIGGER {table}_stamp AFTER UPDATE OF {columns} ON {table}
BEGIN UPDATE {table} SET stamp = OLD.stamp + 1 WHERE id = NEW.id; END"""
_POSTGRES = """CREATE FUNCTION {table}_raise_stamp() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.stamp := OLD.stamp + 1; RETURN NEW; END $$;
CREATE TRIGGER {table}_stamp BEFORE UPDATE OF {columns} ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_raise_stamp()"""
_POSTGRES_WITHOUT = "DROP TRIGGER {table}_stamp ON {table}; DROP FUNCTION {table}_raise_stamp()"


def create(editor: BaseDatabaseSchemaEditor, table: str, columns: Sequence[str]) -> None:
    """For migrations. The table has the columns `id` and `stamp`. On SQLite a later migration that makes the table anew
    drops the trigger with the old one and must create it again (`tests/ops/test_database.py` tells)."""
    sql = _POSTGRES if editor.connection.vendor == "postgresql" else _SQLITE
    editor.execute(sql.format(table=table, columns=", ".join(columns)), params=None)


def drop(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """The way back."""
    sql = _POSTGRES_WITHOUT if editor.connection.vendor == "postgresql" else "DROP TRIGGER {table}_stamp"
    editor.execute(sql.format(table=table), params=None)
