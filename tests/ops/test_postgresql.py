"""The connection to PostgreSQL: what is asked often is planned once, and one that broke is made anew unnoticed."""

import select

import psycopg
import pytest
from django.db import connection

from openrounds.core import db

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]

PATIENCE = 10_000  # milliseconds


def backend() -> int:
    """The number of the server's process for this connection."""
    found = db.row("SELECT pg_backend_pid()")
    assert found
    return int(found[0])


def end(process: int) -> None:
    """Ends it, as a restart does, and waits until this side can know."""
    asked = select.poll()
    asked.register(connection.connection.fileno(), select.POLLIN)
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [process])
    assert asked.poll(PATIENCE)


def test_statement_that_is_asked_often_is_planned_once():
    for number in range(10):
        assert db.row("SELECT CAST(%s AS bigint) + 17", [number]) == (number + 17,)
    sql = "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%% + 17'"
    assert db.rows(sql) == [(5,)]


def test_request_asks_nothing_to_know_that_the_connection_lives(monkeypatch):
    before = backend()
    monkeypatch.setattr(
        "openrounds.core.postgresql.base.DatabaseWrapper.is_usable", lambda _: pytest.fail("asked")
    )
    db.settle()
    assert backend() == before


def test_connection_that_the_server_ended_is_made_anew_at_the_next_request():
    before = backend()
    end(before)
    db.settle()
    assert backend() != before


def test_notice_does_not_end_the_connection(monkeypatch):
    before = backend()
    monkeypatch.setattr("openrounds.core.postgresql.base._has_news", lambda _: True)
    db.settle()
    assert backend() == before


@pytest.mark.parametrize(("chosen", "found"), [("", "off"), ("-c jit=on", "on")])
def test_plans_are_not_compiled_unless_somebody_chose_so(chosen, found):
    mine = connection.copy()
    mine.settings_dict["OPTIONS"] |= {"options": chosen}
    try:
        with mine.cursor() as cursor:
            assert cursor.execute("SHOW jit").fetchone() == (found,)
    finally:
        mine.close()


def test_plan_for_several_values_is_kept_however_few_there_are():
    db.execute("CREATE TEMPORARY TABLE numbers (number bigint PRIMARY KEY)")
    db.execute("INSERT INTO numbers SELECT generate_series(1, 20000)")
    db.execute("ANALYZE numbers")
    for count in (2, 3, 9, 10, 30, 2, 3, 2, 4, 2, 5):
        condition, wanted = db.among("number", range(1, count + 1))
        assert len(db.rows(f"SELECT number FROM numbers WHERE {condition}", [wanted])) == count
    sql = (
        "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT number FROM numbers%%'"
    )
    assert db.rows(sql) == [(1,)]
