"""A page that meets a database which is away, or has no room, says 503 and when to come again."""

from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.test import Client

PATH = "/auth/sign_in"


def failing(problem: Exception) -> Callable[..., NoReturn]:
    def execute(*_: Any) -> NoReturn:
        raise problem

    return execute


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (OperationalError("the server closed the connection unexpectedly"), 503),
        (OperationalError("database or disk is full"), 503),
        (InterfaceError("connection already closed"), 503),
        (ProgrammingError("no such column"), 500),
    ],
    ids=["lost", "full", "closed", "mistake"],
)
def test_page_tells_a_database_that_is_away_from_a_mistake(problem: Exception, status: int) -> None:
    browser = Client(raise_request_exception=False)
    with connection.execute_wrapper(failing(problem)):
        answer = browser.post(PATH, {"login": "alice", "password": "whatever it was"})
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("5" if status == 503 else None)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Try again in a moment" in answer.content.decode()
