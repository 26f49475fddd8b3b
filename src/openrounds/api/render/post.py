"""Posts as Mastodon's Status, without what differs per viewer or changes without an edit."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from openrounds.accounts.models import Account, Visibility
from openrounds.api import addresses
from openrounds.api.entities.status import StatusApplication, StatusBody, StatusMention, StatusTag
from openrounds.api.render.card import render_card
from openrounds.api.render.media import render_media
from openrounds.core.clock import iso
from openrounds.core.html import clean_remote
from openrounds.core.text import MentionLink, render_html
from openrounds.posts import queries
from openrounds.posts.models import Post, PostHashtag

WORDS = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.DIRECT: "direct",
}


def render(base: str, ids: Sequence[int]) -> dict[int, Struct]:
    """By post id; a fixed number of queries."""
    return {post.pk: body(base, post) for post in queries.with_parts(ids)}


def body(base: str, post: Post) -> StatusBody:
    boost = post.boost_of
    said = boost or post
    return StatusBody(
        id=str(post.pk),
        uri=addresses.post_uri(base, post.account, post.pk, post.uri),
        url=addresses.post_url(base, said.account, said.pk, said.url),
        created_at=iso(post.created_at),
        edited_at=iso(post.edited_at) if post.edited_at else None,
        content="" if boost else content_html(base, post, [row.account for row in post.mention_rows.all()]),
        visibility=WORDS[Visibility(post.visibility)],
        sensitive=post.sensitive,
        spoiler_text=post.spoiler_text,
        language=post.language or None,
        in_reply_to_id=str(post.in_reply_to_id) if post.in_reply_to_id else None,
        in_reply_to_account_id=str(post.in_reply_to_account_id) if post.in_reply_to_account_id else None,
        media_attachments=[render_media(base, row.media) for row in post.attachment_rows.all()],
        mentions=[_mention(base, row.account) for row in post.mention_rows.all()],
        tags=[_tag(base, row) for row in post.hashtag_rows.all()],
        emojis=[],
        application=_application(post),
        card=render_card(base, post.card) if post.card and post.card.title else None,
    )


def content_html(base: str, post: Post, mentioned: Sequence[Account]) -> str:
    """The text as HTML; of another server's post, what of its HTML is harmless."""
    if post.account.domain:
        return clean_remote(post.text)
    host = urlsplit(base).netloc
    links = {a.acct.lower(): MentionLink(a.username, addresses.account_url(base, a)) for a in mentioned}
    links |= {f"{a.username.lower()}@{host}": links[a.acct.lower()] for a in mentioned if not a.domain}
    return render_html(post.text, mentions=links, tag_url=lambda name: addresses.tag_url(base, name))


def _mention(base: str, account: Account) -> StatusMention:
    url = addresses.account_url(base, account)
    return StatusMention(id=str(account.pk), username=account.username, acct=account.acct, url=url)


def _tag(base: str, row: PostHashtag) -> StatusTag:
    return StatusTag(name=row.hashtag.name, url=addresses.tag_url(base, row.hashtag.name))


def _application(post: Post) -> StatusApplication | None:
    if post.application is None:
        return None
    return StatusApplication(name=post.application.name, website=post.application.website or None)
