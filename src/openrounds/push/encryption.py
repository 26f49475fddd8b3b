"""Encrypting a message for one app: RFC 8291, or the draft before it that Ice Cubes and others still read.

The algorithms are http-ece's and cryptography's; here is what goes in and which headers go with the result.
"""

import os
from typing import Self

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from openrounds.push.rules import decode_key, encode_key

AUTH_BYTES = 16
_POINT_BYTES = 65
# A message is one record (RFC 8291 §4); no push service must take more than 4096 bytes (RFC 8030 §7.2).
MOST_BYTES = 3993


class BadKey(ValueError):
    """Not a key that anything can be encrypted for."""


class Recipient(Struct, frozen=True):
    """An app's public key, an uncompressed point of P-256, and the secret it shares with us."""

    public: bytes
    auth: bytes

    @classmethod
    def read(cls, p256dh: str, auth: str) -> Self:
        """From what the app sent; raises BadKey."""
        try:
            public, secret = decode_key(p256dh), decode_key(auth)
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        except ValueError as problem:
            raise BadKey("not a point of P-256") from problem
        if len(public) != _POINT_BYTES or len(secret) != AUTH_BYTES:
            raise BadKey("of the wrong length")
        return cls(public, secret)


class Once(Struct, frozen=True):
    """Salt and key pair of a single message; used again, they would give its content away."""

    salt: bytes
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> Self:
        return cls(os.urandom(16), ec.generate_private_key(ec.SECP256R1()))

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


class Encrypted(Struct, frozen=True):
    """The body, and the headers without which nobody can read it."""

    body: bytes
    headers: dict[str, str]


def encrypt(message: bytes, to: Recipient, once: Once, *, standard: bool) -> Encrypted:
    """At most `MOST_BYTES` go in."""
    if len(message) > MOST_BYTES:
        raise ValueError("the message does not fit into one record")
    encoding = "aes128gcm" if standard else "aesgcm"
    body: bytes = http_ece.encrypt(
        message, salt=once.salt, private_key=once.key, dh=to.public, auth_secret=to.auth, version=encoding
    )
    headers = {"Content-Encoding": encoding, "Content-Type": "application/octet-stream"}
    if not standard:  # aes128gcm has both at the head of the body
        headers |= {
            "Encryption": f"salt={encode_key(once.salt)}",
            "Crypto-Key": f"dh={encode_key(once.public)}",
        }
    return Encrypted(body, headers)
