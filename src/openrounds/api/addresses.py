"""The URLs of things, as clients are told them. `base` is scheme and host (see `Call.base`)."""

from functools import lru_cache
from typing import Protocol
from urllib.parse import quote

_quoted = lru_cache(maxsize=8192)(quote)  # names of hashtags: the same few stand in most posts


class Named(Protocol):
    """An account's row, or as much of it as a post brings along."""

    @property
    def username(self) -> str: ...

    @property
    def domain(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def uri(self) -> str | None: ...

    @property
    def acct(self) -> str: ...


def account_url(base: str, account: Named) -> str:
    return account.url if account.domain else f"{base}/@{account.username}"


def account_uri(base: str, account: Named) -> str:
    return (account.uri or "") if account.domain else f"{base}/users/{account.username}"


def post_url(base: str, account: Named, post_id: int, remote: str = "") -> str:
    return remote if account.domain else f"{base}/@{account.username}/{post_id}"


def post_uri(base: str, account: Named, post_id: int, remote: str | None = None) -> str:
    return (remote or "") if account.domain else f"{base}/users/{account.username}/statuses/{post_id}"


def tag_url(base: str, name: str) -> str:
    return f"{base}/tags/{_quoted(name)}"
