"""The URLs of things, as clients are told them. `base` is scheme and host (see `Call.base`)."""

from urllib.parse import quote

from openrounds.accounts.models import Account
from openrounds.core.options import options

MISSING_AVATAR = "/static/openrounds/avatars/missing.png"
MISSING_HEADER = "/static/openrounds/headers/missing.png"


def account_url(base: str, account: Account) -> str:
    return account.url if account.domain else f"{base}/@{account.username}"


def account_uri(base: str, account: Account) -> str:
    return (account.uri or "") if account.domain else f"{base}/users/{account.username}"


def post_url(base: str, account: Account, post_id: int, remote: str = "") -> str:
    return remote if account.domain else f"{base}/@{account.username}/{post_id}"


def post_uri(base: str, account: Account, post_id: int, remote: str | None = None) -> str:
    return (remote or "") if account.domain else f"{base}/users/{account.username}/statuses/{post_id}"


def tag_url(base: str, name: str) -> str:
    return f"{base}/tags/{quote(name)}"


def file_url(base: str, name: str) -> str:
    """Where a stored file is fetched from: the separate host where one is configured."""
    return f"{options().media_host or base}/media/{name}"


def picture_url(base: str, name: str, missing: str) -> str:
    return file_url(base, name) if name else base + missing
