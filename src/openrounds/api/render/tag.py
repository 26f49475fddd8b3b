"""Hashtags as Mastodon's Tag."""

from collections.abc import Iterable, Sequence

from msgspec import UNSET

from openrounds.api import addresses
from openrounds.api.entities.tag import History, Tag
from openrounds.hashtags import queries
from openrounds.hashtags.models import Hashtag
from openrounds.hashtags.queries import Day


def render_tags(base: str, tags: Sequence[Hashtag], viewer_id: int | None) -> list[Tag]:
    """At most three queries. A hashtag that nobody has used yet (without an id) has an empty history."""
    ids = [tag.pk for tag in tags if tag.pk]
    histories = queries.history(ids) if ids else {}
    followed = queries.followed(viewer_id, ids) if viewer_id and ids else set()
    featured = queries.featured(viewer_id, ids) if viewer_id and ids else set()
    return [
        Tag(
            id=str(tag.pk or 0),
            name=tag.display_name,
            url=addresses.tag_url(base, tag.name),
            history=render_history(histories.get(tag.pk, ())),
            following=tag.pk in followed if viewer_id else UNSET,
            featuring=tag.pk in featured if viewer_id else UNSET,
        )
        for tag in tags
    ]


def render_history(days: Iterable[Day]) -> list[History]:
    """Days as they stand in a Tag or a trending link."""
    return [History(str(day.number * 86_400), str(day.uses), str(day.accounts)) for day in days]
