"""The API as a web server meets it: what is left out around the middleware changes no answer."""

from collections.abc import Iterable
from typing import Any
from unittest import mock

import pytest
from django.db import connections
from django.test import RequestFactory

from openrounds.config.application import Application

# Within a transaction around the test, a connection would look to the application as one that was left in a mess.
pytestmark = pytest.mark.django_db(transaction=True)


def ask(path: str, token: str = "") -> tuple[str, dict[str, str], bytes]:
    """Status line, headers and body."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    environ = RequestFactory(headers=headers).get(path).environ
    said: list[Any] = []
    body: Iterable[bytes] = Application()(environ, lambda *line: said.extend(line))
    return said[0], dict(said[1]), b"".join(body)


@pytest.mark.parametrize("path", ["/api/v1/timelines/home?limit=5", "/api/v1/nowhere", "/api/v2/instance"])
def test_web_servers_get_what_the_middleware_says(path, alice, client_of, post_as):
    post_as(alice)
    client = client_of(alice)
    expected = client.get(path)
    status, headers, body = ask(path, client.token)
    assert status == f"{expected.status_code} {expected.reason_phrase}"
    differing = ("X-RateLimit-Remaining", "X-Request-Id")
    assert {k: v for k, v in headers.items() if k not in differing} == {
        k: v for k, v in expected.items() if k not in differing
    }
    assert body == expected.content


def test_refusals_are_logged(db, caplog):
    assert ask("/api/v1/nowhere")[0] == "404 Not Found"
    assert "Not Found: /api/v1/nowhere" in caplog.text


def test_connection_that_broke_in_one_request_is_given_up_before_the_next(monkeypatch):
    django = connections["default"]
    monkeypatch.setattr(type(django), "is_usable", lambda _: False)
    with mock.patch.object(type(django), "close") as close:
        assert ask("/api/v2/instance")[0] == "200 OK" and not close.called
        django.errors_occurred = True
        assert ask("/api/v2/instance")[0] == "200 OK" and close.called
