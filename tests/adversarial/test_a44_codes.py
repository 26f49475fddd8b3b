"""A44: a code is good once, for its client, its address, its verifier and ten minutes; nothing grows on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories.signing_in import (
    PASSWORD,
    allow,
    authorize_path,
    bearer,
    browser_of,
    code_in,
    exchange,
    make_member,
    register,
)

from openrounds.core.clock import now
from openrounds.jobs.models import Happening
from openrounds.oauth import server
from openrounds.oauth.models import AccessToken, AuthorizationCode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits", "dana")]
CHALLENGE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}


@pytest.fixture
def dana() -> None:
    make_member()


def code_for(app: dict[str, Any], **more: str) -> str:
    return code_in(allow(browser_of(), authorize_path(app, **more)))


def test_a44_code_that_comes_twice_takes_the_first_token_back() -> None:
    app = register()
    code = code_for(app)
    token = exchange(app, code).json()["access_token"]
    assert bearer(token).get("/api/v1/apps/verify_credentials").status_code == 200
    second = exchange(app, code)
    assert (second.status_code, second.json()["error"]) == (400, "invalid_grant")
    assert bearer(token).get("/api/v1/apps/verify_credentials").status_code == 401
    assert Happening.objects.filter(kind="AccessEnded").exists(), "open streams must hear of it"


def test_a44_of_two_requests_at_once_neither_keeps_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second has read the code as unused before the first has used it."""
    app = register()
    code = code_for(app)
    unused = AuthorizationCode.objects.select_related("person", "account").get()
    assert exchange(app, code).status_code == 200
    monkeypatch.setattr(server, "find_code", lambda *_: unused)
    assert exchange(app, code).json()["error"] == "invalid_grant"
    assert not AccessToken.objects.exists()


def test_a44_another_client_cannot_use_the_code_nor_spoil_it() -> None:
    app = register()
    code = code_for(app)
    assert exchange(register(), code).json()["error"] == "invalid_grant"
    assert exchange(app, code).status_code == 200


def test_a44_code_with_a_challenge_needs_its_verifier() -> None:
    app = register()
    code = code_for(app, **CHALLENGE)
    assert exchange(app, code).status_code == 400
    assert exchange(app, code, code_verifier="x" * 43).status_code == 400
    assert exchange(app, code, code_verifier=CHALLENGE["code_challenge"]).status_code == 400
    assert not AccessToken.objects.exists()


def test_a44_code_dies_after_ten_minutes() -> None:
    app = register()
    code = code_for(app)
    row = AuthorizationCode.objects.get()
    assert row.expires_at <= row.created_at + timedelta(minutes=10, seconds=1)
    AuthorizationCode.objects.update(expires_at=now() - timedelta(minutes=1))
    assert exchange(app, code).json()["error"] == "invalid_grant"


def test_a44_code_is_bound_to_the_address_it_was_sent_to() -> None:
    app = register(redirect_uris="https://app.example/a\nhttps://app.example/b")
    code = code_for(app)
    assert exchange(app, code, redirect_uri="https://app.example/b").json()["error"] == "invalid_grant"


def test_a44_scopes_do_not_grow() -> None:
    app = register(scopes="read")
    asked = Client().get(authorize_path(app, scope="read write"))
    assert "error=invalid_scope" in asked["Location"]
    code = code_for(app, scope="read:accounts")
    assert exchange(app, code, scope="read write admin:write").json()["scope"] == "read:accounts"


@pytest.mark.parametrize(
    "grant_type", ["password", "refresh_token", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
)
def test_a44_no_other_grant_exists(grant_type: str) -> None:
    app = register()
    sent = {"grant_type": grant_type, "username": "dana", "password": PASSWORD, "scope": "read"}
    sent |= {name: app[name] for name in ("client_id", "client_secret")}
    response = Client().post("/oauth/token", sent)
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("response_type", ["token", "id_token", "code token", "none", ""])
def test_a44_no_implicit_answer_exists(response_type: str) -> None:
    response = Client().get(authorize_path(register(), response_type=response_type))
    assert "access_token" not in response.get("Location", "")
    assert not response.get("Location", "").startswith("/auth/sign_in")


def test_a44_nothing_is_kept_that_could_be_used() -> None:
    app = register()
    code = code_for(app)
    token = exchange(app, code).json()["access_token"]
    kept = [str(vars(row)) for model in (AccessToken, AuthorizationCode) for row in model.objects.all()]
    assert len(kept) == 2
    for secret in (code, token, app["client_secret"]):
        assert secret not in "".join(kept)
