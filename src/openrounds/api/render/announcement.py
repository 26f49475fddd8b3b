"""Announcements as Mastodon's Announcement. Nobody is looked up for one: a mention in it stays text."""

from openrounds.api.addresses import tag_url
from openrounds.api.entities.announcement import Announcement, AnnouncementReaction
from openrounds.api.entities.status import StatusTag
from openrounds.core.clock import iso
from openrounds.core.text import render_html
from openrounds.hashtags.rules import find_hashtags, fold
from openrounds.moderation.announcement_queries import Told


def render_announcement(base: str, told: Told) -> Announcement:
    row = told.announcement
    names = dict.fromkeys(fold(tag.name) for tag in find_hashtags(row.text))
    return Announcement(
        id=str(row.pk),
        content=render_html(row.text, mentions={}, tag_url=lambda name: tag_url(base, name)),
        starts_at=iso(row.starts_at) if row.starts_at else None,
        ends_at=iso(row.ends_at) if row.ends_at else None,
        all_day=row.all_day,
        published_at=iso(row.published_at),
        updated_at=iso(row.updated_at),
        read=told.read,
        mentions=[],
        statuses=[],
        tags=[StatusTag(name, tag_url(base, name)) for name in names],
        emojis=[],
        reactions=[AnnouncementReaction(each.name, each.count, each.mine) for each in told.reactions],
    )
