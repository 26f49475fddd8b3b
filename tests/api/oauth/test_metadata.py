"""GET /.well-known/oauth-authorization-server and /oauth/userinfo."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.conftest import ApiClient

from openrounds.accounts.models import Account

pytestmark = pytest.mark.django_db


def test_server_says_where_its_endpoints_are() -> None:
    found = Client().get("/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == "http://testserver/"
    assert found["authorization_endpoint"] == "http://testserver/oauth/authorize"
    assert found["token_endpoint"] == "http://testserver/oauth/token"
    assert found["revocation_endpoint"] == "http://testserver/oauth/revoke"
    assert found["userinfo_endpoint"] == "http://testserver/oauth/userinfo"
    assert found["app_registration_endpoint"] == "http://testserver/api/v1/apps"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["grant_types_supported"] == ["authorization_code", "client_credentials"]
    assert {"read", "write:statuses", "profile"} <= set(found["scopes_supported"])


@pytest.mark.parametrize("method", ["get", "post"])
def test_app_with_profile_learns_who_it_acts_for(
    alice: Account, client_of: Callable[..., ApiClient], method: str
) -> None:
    claims = getattr(client_of(alice, "profile"), method)("/oauth/userinfo").json()
    assert claims == {
        "iss": "http://testserver/",
        "sub": "http://testserver/users/alice",
        "name": "Alice",
        "preferred_username": "alice",
        "profile": "http://testserver/@alice",
        "picture": "http://testserver/static/openrounds/avatars/missing.png",
    }


def test_app_without_profile_learns_nothing(alice: Account, client_of: Callable[..., ApiClient]) -> None:
    assert client_of(alice, "read").get("/oauth/userinfo").status_code == 403


def test_stranger_learns_nothing(anonymous: ApiClient) -> None:
    assert anonymous.get("/oauth/userinfo").status_code == 401
