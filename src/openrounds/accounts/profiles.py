"""What is written out of accounts, read in plain SQL: whoever opens a home for the first time meets many (see `lines`)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from openrounds.core import db
from openrounds.core.drawn import Store

KEPT = Store("accounts_drawnaccount", "accounts_account")


class Profile(Struct):
    """An account without its counters. Pictures are names in the media store, "" where there is none."""

    created_at: datetime
    fields: list[dict[str, Any]]
    id: int
    username: str
    domain: str
    url: str
    uri: str | None
    display_name: str
    note: str
    avatar: str
    avatar_static: str
    avatar_description: str
    header: str
    header_static: str
    header_description: str
    locked: bool
    bot: bool
    is_team: bool
    discoverable: bool
    indexable: bool
    hide_collections: bool
    suspended: bool

    @property
    def acct(self) -> str:
        """`name` here, `name@domain` elsewhere."""
        return f"{self.username}@{self.domain}" if self.domain else self.username


_SELECT = (
    "SELECT created_at, CAST(fields AS TEXT), id, username, domain, url, uri, display_name, note, avatar, avatar_static, "
    "avatar_description, header, header_static, header_description, locked, bot, is_team, discoverable, indexable, "
    "hide_collections, suspended_at IS NOT NULL FROM accounts_account WHERE "
)


def read(ids: Iterable[int]) -> dict[int, Profile]:
    """By id; one query."""
    condition, wanted = db.among("id", ids)
    return {row[2]: _profile(row) for row in db.rows(_SELECT + condition, [wanted])}


def _profile(row: db.Row) -> Profile:
    created_at = db.read_moment(row[0])
    assert created_at is not None
    fields = msgspec.json.decode(row[1]) if row[1] != "[]" else []
    return Profile(created_at, fields, *row[2:])
