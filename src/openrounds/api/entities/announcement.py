"""Mastodon's Announcement."""

from msgspec import Struct

from openrounds.api.entities.account import CustomEmoji
from openrounds.api.entities.status import StatusMention, StatusTag


class AnnouncementReaction(Struct):
    """An emoji, how many chose it, and whether the caller did."""

    name: str
    count: int
    me: bool


class AnnouncementStatus(Struct):
    """A status that an announcement names."""

    id: str
    url: str


class Announcement(Struct):
    """What the house tells everyone, as HTML. With `all_day` only the dates of `starts_at` and `ends_at` count."""

    id: str
    content: str
    starts_at: str | None
    ends_at: str | None
    all_day: bool
    published_at: str
    updated_at: str
    read: bool
    mentions: list[StatusMention]
    statuses: list[AnnouncementStatus]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    reactions: list[AnnouncementReaction]
