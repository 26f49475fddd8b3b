"""Mastodon's Marker."""

from msgspec import Struct


class Marker(Struct):
    """How far a timeline was read. `version` grows with each change."""

    last_read_id: str
    version: int
    updated_at: str
