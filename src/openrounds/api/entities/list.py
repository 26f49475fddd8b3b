"""Mastodon's List."""

from typing import Literal

from msgspec import Struct

RepliesPolicy = Literal["followed", "list", "none"]


class List(Struct):
    """A timeline of chosen accounts: which replies it shows, and whether it keeps its members out of home."""

    id: str
    title: str
    replies_policy: RepliesPolicy
    exclusive: bool
