"""POST /oauth/revoke."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.factories.signing_in import bearer, full_token, make_member, register

from openrounds.jobs.models import Happening

pytestmark = pytest.mark.django_db


def revoke(app: dict[str, Any], token: str, **more: str) -> HttpResponse:
    sent = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
    return Client().post("/oauth/revoke", sent | more)


def works(token: str) -> bool:
    return bearer(token).get("/api/v1/apps/verify_credentials").status_code == 200


def test_app_gives_its_token_back_twice_and_hears_the_same() -> None:
    make_member()
    app, token = full_token()
    assert works(token)
    for _ in range(2):
        response = revoke(app, token)
        assert (response.status_code, response.json()) == (200, {})
    assert not works(token)
    assert Happening.objects.filter(kind="AccessEnded").count() == 1


def test_token_that_never_was_is_as_good_as_revoked() -> None:
    assert revoke(register(), "never").json() == {}


def test_another_app_cannot_revoke_it() -> None:
    make_member()
    _, token = full_token()
    response = revoke(register(), token)
    assert (response.status_code, response.json()["error"]) == (403, "unauthorized_client")
    assert works(token)


def test_nobody_revokes_without_the_secret() -> None:
    make_member()
    app, token = full_token()
    assert revoke(app, token, client_secret="wrong").status_code == 401
    assert works(token)


def test_revoking_nothing_is_a_bad_request() -> None:
    assert revoke(register(), "").status_code == 400
