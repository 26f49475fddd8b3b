"""How push services know this server: a P-256 key and tokens signed with it (VAPID, RFC 8292).

Apps subscribe for this key, so with a new one every subscription is dead.
"""

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from openrounds.push.rules import decode_key, encode_key, origin_of

if TYPE_CHECKING:
    from joserfc.jwk import ECKey

_KEY_BYTES = 32
# RFC 8292 §2 allows a day; half of it leaves room for clocks that are wrong.
_TOKEN_SECONDS = 12 * 60 * 60


def new_private_key() -> str:
    """A private key in the form that Mastodon and the web-push tools write it: the number as 32 bytes, base64url."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encode_key(number.to_bytes(_KEY_BYTES, "big"))


def public_key() -> str:
    """What apps subscribe with: the uncompressed point, base64url."""
    return _public(settings.VAPID_KEY)


def headers_for(endpoint: str, contact: str, *, standard: bool) -> dict[str, str]:
    """The headers by which the endpoint's push service knows us; `contact` is a mailto: or https: URI."""
    from joserfc import jwt

    claims = {"aud": origin_of(endpoint), "exp": int(time.time()) + _TOKEN_SECONDS, "sub": contact}
    token = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, _signer(settings.VAPID_KEY))
    if standard:
        return {"Authorization": f"vapid t={token}, k={public_key()}"}
    return {"Authorization": f"WebPush {token}", "Crypto-Key": f"p256ecdsa={public_key()}"}


@lru_cache(maxsize=4)
def _private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode_key(text), "big"), ec.SECP256R1())


@lru_cache(maxsize=4)
def _public(text: str) -> str:
    return encode_key(_private(text).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


@lru_cache(maxsize=4)
def _signer(text: str) -> "ECKey":
    from joserfc.jwk import ECKey

    return ECKey.import_key(_private(text))
