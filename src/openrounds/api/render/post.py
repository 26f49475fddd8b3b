"""Posts as Mastodon's Status, without what differs per viewer or changes without an edit."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from openrounds.accounts.models import Visibility
from openrounds.api import addresses
from openrounds.api.addresses import Named
from openrounds.api.entities.status import StatusApplication, StatusBody, StatusMention, StatusTag
from openrounds.api.render.card import render_card
from openrounds.api.render.media import render_media
from openrounds.core.clock import iso
from openrounds.core.html import clean_remote
from openrounds.core.options import options
from openrounds.core.text import MentionLink, render_html
from openrounds.posts import bodies
from openrounds.posts.bodies import Body, Who

WORDS: dict[int, str] = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.DIRECT: "direct",
}


def render(base: str, ids: Sequence[int]) -> dict[int, Struct]:
    """By post id; a fixed number of queries."""
    return {post_id: body(base, post) for post_id, post in bodies.read(ids).items()}


def body(base: str, post: Body) -> StatusBody:
    shown = post.boosted or post
    return StatusBody(
        id=str(post.id),
        uri=addresses.post_uri(base, post.author, post.id, post.uri),
        url=addresses.post_url(base, shown.author, shown.id, shown.url),
        created_at=iso(post.created_at),
        edited_at=iso(post.edited_at) if post.edited_at else None,
        content="" if post.boosted else content_html(base, post.author, post.text, post.mentioned),
        visibility=WORDS[post.visibility],
        sensitive=post.sensitive,
        spoiler_text=post.spoiler_text,
        language=post.language or None,
        in_reply_to_id=str(post.in_reply_to_id) if post.in_reply_to_id else None,
        in_reply_to_account_id=str(post.in_reply_to_account_id) if post.in_reply_to_account_id else None,
        media_attachments=[render_media(base, media) for media in post.media],
        mentions=[_mention(base, who) for who in post.mentioned],
        tags=[StatusTag(name=name, url=addresses.tag_url(base, name)) for name, _ in post.hashtags],
        emojis=[],
        application=_application(post),
        card=render_card(base, post.card) if post.card and post.card.title else None,
    )


def content_html(base: str, author: Named, text: str, mentioned: Sequence[Named]) -> str:
    """The text as HTML; of another server's post, what of its HTML is harmless."""
    if author.domain:
        return clean_remote(text)
    links = _links(base, mentioned) if mentioned else {}
    return render_html(text, mentions=links, tag_url=lambda name: addresses.tag_url(base, name))


def _links(base: str, mentioned: Sequence[Named]) -> dict[str, MentionLink]:
    host = options().domain or urlsplit(base).netloc
    links = {a.acct.lower(): MentionLink(a.username, addresses.account_url(base, a)) for a in mentioned}
    links |= {f"{a.username.lower()}@{host}": links[a.acct.lower()] for a in mentioned if not a.domain}
    return links


def _mention(base: str, who: Who) -> StatusMention:
    url = addresses.account_url(base, who)
    return StatusMention(id=str(who.id), username=who.username, acct=who.acct, url=url)


def _application(post: Body) -> StatusApplication | None:
    if post.application is None:
        return None
    name, website = post.application
    return StatusApplication(name=name, website=website or None)
