"""What a push service can check: who sent it, for whom, until when (RFC 8292)."""

import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from pytest_django import Settings
from tests.factories.push import base64url, from_base64url

from openrounds.push import sealing, vapid

ENDPOINT = "https://push.example:443/send/abc"


@pytest.fixture(autouse=True)
def _own_key(settings: Settings) -> None:
    settings.VAPID_KEY = vapid.new_private_key()


def verifier() -> ECKey:
    point = from_base64url(vapid.public_key())
    x, y = base64url(point[1:33]), base64url(point[33:])
    return ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})


def claims(token: str) -> dict[str, object]:
    return jwt.decode(token, verifier(), algorithms=["ES256"]).claims


def test_public_key_is_a_point_in_base64url() -> None:
    point = from_base64url(vapid.public_key())
    assert (len(point), point[0], len(vapid.public_key())) == (65, 4, 87)


def test_standard_header_carries_token_and_key() -> None:
    headers = vapid.headers_for(ENDPOINT, "mailto:root@rounds.example", standard=True)
    assert list(headers) == ["Authorization"]
    kind, _, rest = headers["Authorization"].partition(" ")
    token, key = rest.split(", ")
    assert (kind, key) == ("vapid", f"k={vapid.public_key()}")
    found = claims(token.removeprefix("t="))
    assert (found["aud"], found["sub"]) == ("https://push.example", "mailto:root@rounds.example")
    assert 0 < found["exp"] - time.time() <= 24 * 3600


def test_draft_headers_carry_the_key_apart() -> None:
    headers = vapid.headers_for(ENDPOINT, "https://rounds.example", standard=False)
    kind, _, token = headers["Authorization"].partition(" ")
    assert kind == "WebPush"
    assert claims(token)["sub"] == "https://rounds.example"
    assert headers["Crypto-Key"] == f"p256ecdsa={vapid.public_key()}"


def test_new_keys_differ_and_have_the_form_of_the_setting() -> None:
    keys = {vapid.new_private_key() for _ in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {43}


def test_sealed_token_opens_under_its_secret_key_alone(settings: Settings) -> None:
    sealed = sealing.seal("the token")
    assert "the token" not in sealed
    assert sealing.unseal(sealed) == "the token"
    settings.SECRET_KEY = "another"
    assert sealing.unseal(sealed) is None
