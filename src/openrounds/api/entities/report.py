"""Mastodon's Report."""

from msgspec import Struct

from openrounds.api.entities.account import Account


class Report(Struct):
    """What moderators were asked to look at. `category` is spam, legal, violation or other."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    status_ids: list[str]
    rule_ids: list[str]
    target_account: Account
