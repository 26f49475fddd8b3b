"""Encryption for one app: the RFC's own example, the draft's headers, keys that are none."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.factories.push import Phone, base64url, from_base64url

from openrounds.push.encryption import MOST_BYTES, BadKey, Once, Recipient, encrypt


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_base64url(text), "big"), ec.SECP256R1())


def recipient(phone: Phone) -> Recipient:
    return Recipient.read(**phone.keys)


def test_standard_message_is_that_of_rfc_8291_appendix_a() -> None:
    to = Recipient.read(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    once = Once(
        from_base64url("DGv6ra1nlYgDCS1FRnbzlw"), key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    )
    sent = encrypt(b"When I grow up, I want to be a watermelon", to, once, standard=True)
    assert base64url(sent.body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert sent.headers == {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}


@pytest.mark.parametrize("standard", [True, False])
@pytest.mark.parametrize("size", [0, 1, MOST_BYTES])
def test_phone_reads_what_was_encrypted_for_it(standard: bool, size: int) -> None:
    phone = Phone()
    sent = encrypt(b"x" * size, recipient(phone), Once.new(), standard=standard)
    assert phone.decrypt(sent.body, sent.headers) == b"x" * size
    assert len(sent.body) <= 4096


def test_draft_says_in_its_headers_how_to_read_it() -> None:
    once = Once.new()
    sent = encrypt(b"hello", recipient(Phone()), once, standard=False)
    assert sent.headers["Content-Encoding"] == "aesgcm"
    assert sent.headers["Encryption"] == f"salt={base64url(once.salt)}"
    assert sent.headers["Crypto-Key"] == f"dh={base64url(once.public)}"


def test_another_phone_cannot_read_it() -> None:
    sent = encrypt(b"hello", recipient(Phone()), Once.new(), standard=True)
    with pytest.raises(Exception, match=r"InvalidTag|Decryption"):
        Phone().decrypt(sent.body, sent.headers)


def test_no_two_messages_share_salt_or_key() -> None:
    one, other = Once.new(), Once.new()
    assert one.salt != other.salt
    assert one.public != other.public


def test_message_of_two_records_is_not_made() -> None:
    with pytest.raises(ValueError, match="record"):
        encrypt(b"x" * (MOST_BYTES + 1), recipient(Phone()), Once.new(), standard=True)


POINT, AUTH = Phone().keys.values()


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", AUTH),
        ("not base64!", AUTH),
        (base64url(b"\x04" + b"\x01" * 64), AUTH),  # on no curve
        (base64url(from_base64url(POINT)[:33]), AUTH),
        (base64url(b"\x02" + from_base64url(POINT)[1:33]), AUTH),  # compressed
        (POINT, ""),
        (POINT, base64url(b"short")),
        (POINT, base64url(b"x" * 17)),
        (POINT, "ü" * 22),
    ],
    ids=[
        "none",
        "no base64",
        "no curve",
        "short",
        "compressed",
        "no secret",
        "short secret",
        "long secret",
        "no ascii",
    ],
)
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(BadKey):
        Recipient.read(p256dh, auth)
