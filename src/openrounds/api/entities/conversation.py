"""Mastodon's Conversation."""

from msgspec import Struct

from openrounds.api.entities.account import Account
from openrounds.api.entities.status import Status


class Conversation(Struct):
    """Direct posts between the same people. `accounts` are the others; oneself in a note to oneself."""

    id: str
    unread: bool
    accounts: list[Account]
    last_status: Status | None
