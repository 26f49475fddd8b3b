"""The URLs of things, as clients are told them. `base` is scheme and host (see `Call.base`)."""

from urllib.parse import quote

from openrounds.accounts.models import Account


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
