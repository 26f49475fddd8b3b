"""POST /oauth/token, after the page on which a person has let the app in."""

import base64
import time
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from tests.factories.signing_in import (
    OOB,
    REDIRECT,
    allow,
    authorize_path,
    bearer,
    browser_of,
    code_in,
    exchange,
    make_member,
    register,
)

from openrounds.accounts.models import Account
from openrounds.oauth import actions
from openrounds.oauth.models import AccessToken, AuthorizationCode

pytestmark = pytest.mark.django_db
TOKEN = "/oauth/token"
S256 = (
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
)  # RFC 7636


@pytest.fixture
def dana() -> Account:
    return make_member()


def code_for(app: dict[str, Any], **more: str) -> str:
    return code_in(allow(browser_of(), authorize_path(app, **more)))


def test_person_lets_an_app_in_and_it_acts_for_her(dana: Account) -> None:
    app = register()
    answer = exchange(app, code_for(app)).json()
    assert answer.keys() == {"access_token", "token_type", "scope", "created_at"}
    assert (answer["token_type"], answer["scope"]) == ("Bearer", "read write")
    assert abs(answer["created_at"] - time.time()) < 60
    assert isinstance(answer["created_at"], int)
    row = AccessToken.objects.get()
    assert (row.account, row.person) == (dana, dana.user)


def test_answer_is_kept_by_no_cache_and_readable_from_elsewhere(dana: Account) -> None:
    app = register()
    response = exchange(app, code_for(app))
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_token_comes_for_json_too(dana: Account) -> None:
    app = register()
    sent = {
        "grant_type": "authorization_code",
        "code": code_for(app),
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": REDIRECT,
    }
    assert Client().post(TOKEN, sent, content_type="application/json").status_code == 200


def basic(app: dict[str, Any], sent: dict[str, str]) -> HttpResponse:
    pair = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    return Client().post(TOKEN, sent, headers={"Authorization": f"Basic {pair}"})


def test_app_may_identify_itself_by_http_basic(dana: Account) -> None:
    app = register()
    sent = {"grant_type": "authorization_code", "code": code_for(app), "redirect_uri": REDIRECT}
    assert basic(app, sent).status_code == 200


def test_wrong_http_basic_is_challenged() -> None:
    response = basic(register() | {"client_secret": "wrong"}, {"grant_type": "client_credentials"})
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic")


def test_app_with_pkce_must_show_what_it_hashed(dana: Account) -> None:
    app = register()
    challenge, verifier = S256
    code = code_for(app, code_challenge=challenge, code_challenge_method="S256")
    assert exchange(app, code, code_verifier="x" * 43).json()["error"] == "invalid_grant"
    assert exchange(app, code, code_verifier=verifier).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"code": "unknown"}, 400, "invalid_grant"),
        ({"code": ""}, 400, "invalid_request"),
        ({"redirect_uri": REDIRECT + "/"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
        ({"code_verifier": "x" * 43}, 400, "invalid_request"),
    ],
)
def test_token_is_refused_with_the_error_that_says_why(
    dana: Account, wrong: dict[str, str], status: int, error: str
) -> None:
    app = register()
    response = exchange(app, code_for(app), **wrong)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b"{", b'"text"'])
def test_body_that_is_no_object_is_refused(body: bytes) -> None:
    assert Client().post(TOKEN, body, content_type="application/json").status_code == 400


def test_texts_alone_count_in_json() -> None:
    sent = {"grant_type": ["client_credentials"], "client_id": 5, "client_secret": {"a": "b"}}
    assert Client().post(TOKEN, sent, content_type="application/json").status_code == 401


@pytest.fixture
def own_token() -> Callable[..., HttpResponse]:
    def ask(app: dict[str, Any], **more: str) -> HttpResponse:
        sent = {"grant_type": "client_credentials", "client_id": app["client_id"]}
        return Client().post(TOKEN, sent | {"client_secret": app["client_secret"]} | more)

    return ask


def test_app_gets_a_token_of_its_own(own_token: Callable[..., HttpResponse]) -> None:
    answer = own_token(register(), scope="read").json()
    assert answer["scope"] == "read"
    row = AccessToken.objects.get()
    assert (row.account, row.person) == (None, None)


def test_app_that_asks_for_nothing_gets_read(own_token: Callable[..., HttpResponse]) -> None:
    assert own_token(register()).json()["scope"] == "read"


@pytest.mark.parametrize("scope", ["admin:read", "nonsense", "read admin:write"])
def test_app_cannot_get_more_than_it_registered(own_token: Callable[..., HttpResponse], scope: str) -> None:
    response = own_token(register(), scope=scope)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")
    assert not AccessToken.objects.exists()


def test_fine_scope_is_within_the_coarse_one(own_token: Callable[..., HttpResponse]) -> None:
    assert own_token(register(), scope="read:accounts write:blocks").status_code == 200


def test_code_is_short_lived_and_kept_as_a_hash(dana: Account) -> None:
    app = register(redirect_uris=OOB)
    code = code_in(allow(browser_of(), authorize_path(app)))
    row = AuthorizationCode.objects.get()
    assert code not in (row.code_hash, row.redirect_uri)
    assert 0 < (row.expires_at - row.created_at).total_seconds() <= 600


def test_token_is_noted_as_used_once_a_day(dana: Account) -> None:
    app = register()
    token = exchange(app, code_for(app)).json()["access_token"]
    bearer(token).get("/api/v1/apps/verify_credentials")
    assert AccessToken.objects.get().last_used_on is not None
    dana.user.refresh_from_db()
    assert dana.user.last_seen_at is not None


def test_reader_is_answered_where_the_use_of_a_token_cannot_be_noted(
    dana: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = register()
    token = exchange(app, code_for(app)).json()["access_token"]

    def full(_: object) -> NoReturn:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(actions, "_write_use", full)
    assert bearer(token).get("/api/v1/apps/verify_credentials").status_code == 200
    assert AccessToken.objects.get().last_used_on is None
