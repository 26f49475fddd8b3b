"""Mastodon's Tag (our Hashtag)."""

from msgspec import UNSET, Struct, UnsetType


class History(Struct):
    """One day's use, everything as strings: `day` is its midnight (UTC) in seconds since 1970."""

    day: str
    uses: str
    accounts: str


class Tag(Struct):
    """A hashtag with its last seven days, today first. `following` and `featuring` for a signed-in caller only."""

    id: str
    name: str
    url: str
    history: list[History]
    following: bool | UnsetType = UNSET
    featuring: bool | UnsetType = UNSET


class FeaturedTag(Struct):
    """A hashtag on a profile; `statuses_count` is a number as text, `last_status_at` a date."""

    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None
