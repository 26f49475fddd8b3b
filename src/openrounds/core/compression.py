"""Answers made smaller on the way, in an encoding that the client has asked for."""

import secrets

import brotli
from django.utils.text import compress_string

WORTH = 1024  # bytes; below, the headers cost more than is won
QUALITY = 4  # of 11: nine tenths of what is to be won at a hundredth of the work
MOST_RANDOM = 100  # bytes


def compress(body: bytes, accept_encoding: str, *, hide_length: bool = False) -> tuple[bytes, str]:
    """The body, and its encoding ("" when it is left as it is). `hide_length` is for bodies that hold a secret beside what
    others wrote: some random bytes, which readers pass over, keep the length from telling one by the other (BREACH)."""
    if len(body) < WORTH or not accept_encoding:
        return body, ""
    accepted = _accepted(accept_encoding)
    if "br" in accepted:
        return _brotli(body, 1 + secrets.randbelow(MOST_RANDOM) if hide_length else 0), "br"
    if "gzip" in accepted:
        return compress_string(body, max_random_bytes=MOST_RANDOM if hide_length else None), "gzip"
    return body, ""


def _brotli(body: bytes, random_bytes: int) -> bytes:
    compressor = brotli.Compressor(quality=QUALITY)
    start = compressor.process(body) + compressor.flush()
    return bytes(start + _passed_over(random_bytes) + compressor.finish())


def _passed_over(size: int) -> bytes:
    """A metadata block (RFC 7932, 9.2), which may stand at every byte border: three bits of kind, one reserved, two that
    say that the size less one takes a byte, that byte, and two to the next border."""
    if not size:
        return b""
    return (3 << 1 | 1 << 4 | (size - 1) << 6).to_bytes(2, "little") + secrets.token_bytes(size)


def _accepted(header: str) -> set[str]:
    """The encodings that are asked for (RFC 9110, 12.5.3); a quality of 0 refuses one."""
    parts = (part.replace(" ", "").lower().partition(";q=") for part in header.split(","))
    return {name for name, _, quality in parts if quality not in ("0", "0.0", "0.00", "0.000")}
