"""POST /api/v1/apps and GET /api/v1/apps/verify_credentials."""

import json

import pytest
from django.test import Client
from tests.factories.signing_in import REDIRECT, bearer, register

from openrounds.oauth.access import hash_secret
from openrounds.oauth.models import Application

pytestmark = pytest.mark.django_db
APPS = "/api/v1/apps"


def test_app_introduces_itself_and_gets_what_every_client_reads() -> None:
    answer = register(website="https://app.example")
    assert isinstance(answer["id"], str)
    assert isinstance(answer["vapid_key"], str)
    assert answer | {"id": "", "vapid_key": "", "client_id": "", "client_secret": ""} == {
        "id": "",
        "name": "An app",
        "website": "https://app.example",
        "scopes": ["read", "write", "follow", "push"],
        "redirect_uri": REDIRECT,
        "redirect_uris": [REDIRECT],
        "vapid_key": "",
        "client_id": "",
        "client_secret": "",
        "client_secret_expires_at": 0,
    }


def test_app_without_website_gets_null_not_an_empty_text() -> None:
    assert register(website="")["website"] is None


def test_app_without_scopes_gets_read() -> None:
    assert register(scopes="")["scopes"] == ["read"]


@pytest.mark.parametrize(
    "uri",
    [
        "icecubesapp://",
        "oauth2redirect://com.keylesspalace.tusky/",
        "tuba://auth_code",
        "https://elk.zone/api/rounds.example/oauth/https%3A%2F%2Felk.zone",
        "urn:ietf:wg:oauth:2.0:oob",
        "http://127.0.0.1:4321/cb?x=1",
    ],
)
def test_app_registers_an_unusual_uri_and_it_stays_as_it_is(uri: str) -> None:
    assert register(redirect_uris=uri)["redirect_uris"] == [uri]


@pytest.mark.parametrize("sent", ["app://a\napp://b", ["app://a", "app://b"]])
def test_app_registers_several_uris_in_one_text_or_as_a_list(sent: str | list[str]) -> None:
    body = {"client_name": "An app", "redirect_uris": sent}
    answer = Client().post(APPS, body, content_type="application/json").json()
    assert answer["redirect_uris"] == ["app://a", "app://b"]
    assert answer["redirect_uri"] == "app://a\napp://b"


def test_app_registers_several_uris_under_a_repeated_name() -> None:
    body = "client_name=x&redirect_uris=app://a&redirect_uris=app://b"
    answer = Client().post(APPS, body, content_type="application/x-www-form-urlencoded").json()
    assert answer["redirect_uris"] == ["app://a", "app://b"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"client_name": ""}, "Name"),
        ({"client_name": "x" * 61}, "Name"),
        ({"redirect_uris": ""}, "Redirect URI"),
        ({"redirect_uris": "/relative"}, "Redirect URI"),
        ({"redirect_uris": "https://app.example/#fragment"}, "Redirect URI"),
        ({"redirect_uris": "javascript:alert(1)"}, "Redirect URI"),
        ({"redirect_uris": "data:text/html,x"}, "Redirect URI"),
        ({"redirect_uris": "https://app.example/a b"}, "Redirect URI"),
        ({"redirect_uris": "https://[broken"}, "Redirect URI"),
        ({"redirect_uris": "\n".join(f"app://{n}" for n in range(21))}, "Redirect URI"),
        ({"scopes": "read everything"}, "Scopes"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "https://[broken"}, "website"),
    ],
)
def test_app_that_does_not_fit_is_refused_by_name(wrong: dict[str, str], word: str) -> None:
    sent = {"client_name": "An app", "redirect_uris": REDIRECT} | wrong
    response = Client().post(APPS, sent)
    assert response.status_code == 422
    assert word in response.json()["error"]
    assert not Application.objects.exists()


def test_secret_of_an_app_is_kept_as_a_hash_only() -> None:
    answer = register()
    row = Application.objects.get(client_id=answer["client_id"])
    assert row.client_secret_hash == hash_secret(answer["client_secret"])
    assert answer["client_secret"] not in json.dumps(row.__dict__, default=str)


def test_old_token_does_not_keep_an_app_from_introducing_itself() -> None:
    response = bearer("long-gone").post(APPS, {"client_name": "x", "redirect_uris": REDIRECT})
    assert response.status_code == 200


def test_app_sees_itself_with_its_own_token() -> None:
    app = register()
    sent = {name: app[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
    token = Client().post("/oauth/token", sent).json()["access_token"]
    answer = bearer(token).get("/api/v1/apps/verify_credentials").json()
    assert answer == {k: v for k, v in app.items() if not k.startswith("client_")}


def test_nobody_sees_an_app_without_a_token() -> None:
    assert Client().get("/api/v1/apps/verify_credentials").status_code == 401
