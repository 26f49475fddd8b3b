"""People with passwords, apps, and the way from one to the other, as a browser and an app walk it."""

import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpResponse
from django.test import Client

from openrounds.accounts.actions import create_account
from openrounds.accounts.models import Account

PASSWORD = "correct horse battery"
REDIRECT = "https://app.example/callback"
OOB = "urn:ietf:wg:oauth:2.0:oob"


def make_member(username: str = "dana", **how: Any) -> Account:
    """Somebody who can sign in with `PASSWORD`."""
    how = {
        "email": f"{username}@example.org",
        "password": PASSWORD,
        "confirmed": True,
        "approved": True,
    } | how
    return create_account(username=username, **how)


def browser_of(username: str = "dana", password: str = PASSWORD) -> Client:
    """A browser with CSRF checks on, signed in."""
    browser = Client(enforce_csrf_checks=True)
    response = submit(browser, "/auth/sign_in", login=username, password=password)
    assert response.status_code == 302, response.content
    return browser


def submit(browser: Client, path: str, **fields: str) -> HttpResponse:
    """Opens the page and sends its form."""
    page = browser.get(path)
    token = page.context["csrf_token"] if page.context else ""
    return browser.post(path, {"csrfmiddlewaretoken": str(token), **fields})


def register(**fields: Any) -> dict[str, Any]:
    sent = {"client_name": "An app", "redirect_uris": REDIRECT, "scopes": "read write follow push"} | fields
    response = Client().post("/api/v1/apps", sent)
    assert response.status_code == 200, response.content
    return response.json()


def authorize_path(app: dict[str, Any], **more: str) -> str:
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": app["redirect_uris"][0]}
    return f"/oauth/authorize?{urlencode(asked | {'scope': 'read write'} | more)}"


def allow(browser: Client, path: str, **fields: str) -> str:
    """Where the person is sent after pressing "Allow"."""
    response = submit(browser, path, answer="allow", **fields)
    assert response.status_code == 302, response.content
    return response["Location"]


def code_in(location: str) -> str:
    return parse_qs(urlsplit(location).query)["code"][0]


def exchange(app: dict[str, Any], code: str, /, **more: str) -> HttpResponse:
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uris"][0],
    }
    return Client().post("/oauth/token", sent | more)


def full_token(username: str = "dana", scope: str = "read write") -> tuple[dict[str, Any], str]:
    """An app and a token that the person has given it."""
    app = register()
    code = code_in(allow(browser_of(username), authorize_path(app, scope=scope)))
    return app, exchange(app, code).json()["access_token"]


def bearer(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def unlikely() -> str:
    return secrets.token_urlsafe(32)
