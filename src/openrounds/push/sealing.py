"""Keeping an access token where only this server can read it (docs/decisions/0007)."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(token: str) -> str:
    return _box(settings.SECRET_KEY).encrypt(token.encode()).decode("ascii")


def unseal(sealed: str) -> str | None:
    """None when it was sealed under another secret key."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed).decode()
    except InvalidToken:
        return None


@lru_cache(maxsize=4)
def _box(secret: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"openrounds web push token").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
