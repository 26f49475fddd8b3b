"""What a fetch may cost, and what it brings."""

from collections.abc import Mapping
from typing import Self

from msgspec import Struct

from openrounds.core.net.content_types import essence


class FetchLimits(Struct, frozen=True):
    """Bounds of one fetch, redirects included; `max_bytes` counts the body after decompression."""

    deadline_seconds: float = 10.0
    connect_seconds: float = 5.0
    max_bytes: int = 1024 * 1024
    max_redirects: int = 3

    @classmethod
    def for_media(cls, max_bytes: int) -> Self:
        """The bounds for a picture, sound or film of at most `max_bytes`."""
        return cls(deadline_seconds=30.0, max_bytes=max_bytes)


class Fetched(Struct, frozen=True):
    """An answer of any status. `url` is the final one, `headers` have lower-case names.

    The body is decompressed. Of an error answer (400 and above) only the first 8 KiB are kept.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty when the peer names none."""
        return essence(self.headers.get("content-type", ""))
