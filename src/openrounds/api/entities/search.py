"""Mastodon's Search, and the links that trend."""

from msgspec import Struct

from openrounds.api.entities.account import Account
from openrounds.api.entities.status import PreviewCard, Status
from openrounds.api.entities.tag import History, Tag


class Search(Struct):
    """What was found, by kind."""

    accounts: list[Account]
    statuses: list[Status]
    hashtags: list[Tag]


class TrendingLink(PreviewCard, kw_only=True):
    """A link with its last seven days, today first."""

    history: list[History]
