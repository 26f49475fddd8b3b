"""A phone and its push service, as tests play them."""

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.hostile_peer import Heard


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Phone:
    """Has a key pair and a secret, and reads what was encrypted for it."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": base64url(self.public), "auth": base64url(self.auth)}

    def asks(self, endpoint: str, *, standard: bool = True, **data: Any) -> dict[str, Any]:
        """The body of a subscription; to be told of everything unless `alerts` says otherwise."""
        data.setdefault(
            "alerts", dict.fromkeys(("mention", "status", "reblog", "follow", "favourite", "poll"), True)
        )
        return {"subscription": {"endpoint": endpoint, "keys": self.keys, "standard": standard}, "data": data}

    def read(self, heard: Heard) -> dict[str, Any]:
        """The message that a push service was given."""
        return json.loads(self.decrypt(heard.body, heard.headers))

    def decrypt(self, body: bytes, headers: dict[str, str]) -> bytes:
        headers = {name.lower(): value for name, value in headers.items()}
        encoding = headers["content-encoding"]
        found: dict[str, Any] = {}
        if encoding == "aesgcm":
            keys = dict(part.split("=", 1) for part in headers["crypto-key"].split(";"))
            salt = headers["encryption"].removeprefix("salt=")
            found = {"salt": from_base64url(salt), "dh": from_base64url(keys["dh"])}
        return http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version=encoding, **found)
