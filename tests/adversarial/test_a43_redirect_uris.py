"""A43: a code goes to the registered address or nowhere."""

import pytest
from django.test import Client
from tests.factories.signing_in import authorize_path, browser_of, make_member, register

from openrounds.oauth.models import AuthorizationCode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
GOOD = "https://app.example/callback"
VARIANTS = [
    "https://app.example/callbac",
    "https://app.example/callback/",
    "https://app.example/callback/evil",
    "https://app.example/callback.evil.test",
    "https://app.example",
    "https://app.example/",
    "https://app.example/Callback",
    "https://APP.example/callback",
    "HTTPS://app.example/callback",
    "http://app.example/callback",
    "https://app.example:443/callback",
    "https://app.example:8443/callback",
    "https://app.example@evil.test/callback",
    "https://evil.test@app.example/callback",
    "https://app.example.evil.test/callback",
    "https://evil.test/callback",
    "https://app.example/callback#x",
    "https://app.example/callback?x=1",
    "https://app.example/callback?",
    "https://app.example/%63allback",
    "https://app.example/x/../callback",
    "https://app.example/%2e%2e/callback",
    "https://app.example//callback",
    "https://app.example\\callback",
    " https://app.example/callback",
    "https://app.example/callback ",
    "https://app.example/callback\n",
    "https://app.example/callback\nhttps://evil.test/",
    "//app.example/callback",
    "/callback",
    "javascript:alert(1)",
    '["https://app.example/callback"]',
    'é"\\',
]


@pytest.mark.parametrize("uri", VARIANTS)
def test_a43_variant_of_a_registered_uri_gets_an_error_page(uri: str) -> None:
    response = Client().get(authorize_path(register(redirect_uris=GOOD), redirect_uri=uri, state="s"))
    assert response.status_code == 400
    assert "Location" not in response
    assert response["Content-Type"].startswith("text/html")


def test_a43_the_form_is_checked_again_when_it_is_sent() -> None:
    make_member()
    browser = browser_of()
    app = register(redirect_uris=GOOD)
    page = browser.get(authorize_path(app))
    sent = {"answer": "allow", "csrfmiddlewaretoken": str(page.context["csrf_token"])}
    response = browser.post(authorize_path(app, redirect_uri="https://evil.test/"), sent)
    assert response.status_code == 400
    assert not AuthorizationCode.objects.exists()


def test_a43_error_answers_go_to_no_unregistered_uri_either() -> None:
    path = authorize_path(
        register(redirect_uris=GOOD), redirect_uri="https://evil.test/", response_type="token"
    )
    assert Client().get(path).status_code == 400


def test_a43_registered_uri_is_followed() -> None:
    response = Client().get(authorize_path(register(redirect_uris=GOOD)))
    assert response["Location"].startswith("/auth/sign_in")
