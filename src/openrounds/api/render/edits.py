"""The wordings of a post, as Mastodon's StatusEdit."""

from typing import Any

import msgspec
from msgspec import Raw

from openrounds.api.render.media import render_media
from openrounds.api.render.post import content_html
from openrounds.core.clock import iso
from openrounds.media.models import MediaFile
from openrounds.posts import queries
from openrounds.posts.models import Post


class Wording(msgspec.Struct):
    """A wording as `posts.actions.edit.snapshot` keeps it."""

    text: str
    spoiler_text: str
    sensitive: bool
    language: str
    mentions: list[int]
    media: list[dict[str, Any]]
    poll: list[str] | None


def render(base: str, post: Post, author: Raw) -> list[dict[str, object]]:
    """The first one first, the present one last."""
    wordings = [(at, msgspec.convert(kept, Wording)) for at, kept in queries.snapshots(post)]
    people = queries.accounts_by_id({i for _, w in wordings for i in w.mentions})
    files = queries.media_by_id({m["id"] for _, w in wordings for m in w.media})
    return [
        {
            "content": content_html(
                base, post.account, w.text, [people[i] for i in w.mentions if i in people]
            ),
            "spoiler_text": w.spoiler_text,
            "sensitive": w.sensitive,
            "created_at": iso(at),
            "account": author,
            "media_attachments": [
                render_media(base, _described(files[m["id"]], m)) for m in w.media if m["id"] in files
            ],
            "emojis": [],
            **({"poll": {"options": [{"title": title} for title in w.poll]}} if w.poll else {}),
        }
        for at, w in wordings
    ]


def _described(media: MediaFile, then: dict[str, Any]) -> MediaFile:
    media.description = then["description"]
    media.focus_x, media.focus_y = then["focus"]
    return media
