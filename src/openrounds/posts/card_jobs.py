"""Link previews: the first link of a post is looked at once a day at most, however many posts carry it.

A post points to the row of its link from the start; the row is shown once it has a title. Whoever joins a post to a
row locks the row first, so that a post either finds the preview there or is found by the job that brings it.
"""

import logging
import random
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from msgspec.structs import asdict

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.clock import ago, now
from openrounds.core.errors import Refusal
from openrounds.core.ids import id_at
from openrounds.core.net import FetchError, FetchLimits
from openrounds.core.outgoing import dialler
from openrounds.core.text import find_links
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import Fact, Tick, handler, of
from openrounds.media import store
from openrounds.media.actions import store_preview
from openrounds.posts.card_rules import Preview, parse_preview
from openrounds.posts.facts import PostChanged, PostCreated, PostEdited
from openrounds.posts.models import Post, PreviewCard

# Many servers see a post in the same moment; not all of them should ask its link in the same second.
LONGEST_DELAY_SECONDS = 5.0
FRESH_DAYS = 1
UNUSED_DAYS = 30
CHUNK = 500
LONGEST_URL = 2048
_PICTURE_BYTES = 8 * 2**20
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_POST_PATH = re.compile(r"/(?:@[^/]+|users/[^/]+/statuses|web/statuses)/\d+/?")
_log = logging.getLogger(__name__)


class CardWanted(Fact, frozen=True):
    """A link is to be looked at."""

    card_id: int


# Most posts hold no link.
_MAY_HOLD_A_LINK = (
    "SELECT 1 FROM posts_post WHERE id = %s AND (card_id IS NOT NULL OR lower(text) LIKE '%%http%%')"
)


def may_show_a_card(fact: PostCreated | PostEdited) -> bool:
    """Whether there could be a link in the post, or was one before."""
    boost = isinstance(fact, PostCreated) and fact.boost_of_id is not None
    return not boost and db.row(_MAY_HOLD_A_LINK, [fact.post_id]) is not None


@handler()
def join_new_post(fact: PostCreated) -> None:
    _join(fact.post_id)


@handler()
def join_edited_post(fact: PostEdited) -> None:
    _join(fact.post_id)


@handler(queue="net", transactional=False, lease=timedelta(minutes=5))
def fetch_card(wanted: CardWanted) -> None:
    """Looks at the link, unless somebody did within the day: the claim comes before the request, so that a crash
    costs a preview and never a second visit."""
    stale = Q(fetched_at=None) | Q(fetched_at__lt=ago(days=FRESH_DAYS))
    if not PreviewCard.objects.filter(stale, pk=wanted.card_id).update(fetched_at=now()):
        return
    card = PreviewCard.objects.get(pk=wanted.card_id)
    preview = _look_at(card.url)
    if preview is not None:
        _show(card, _values(preview))


# A chunk at a time and not in one transaction, so that others can write in between. Nobody joins a post to a row so old
# without visiting the link again.
_FORGOTTEN = """DELETE FROM posts_previewcard WHERE id IN (SELECT c.id FROM posts_previewcard c WHERE c.created_at < %s
  AND (c.fetched_at IS NULL OR c.fetched_at < %s) AND NOT EXISTS (SELECT 1 FROM posts_post p WHERE p.card_id = c.id)
  LIMIT %s)"""


@handler(queue="bulk", transactional=False)
def forget_cards(_: Tick) -> None:
    """Rows of links that no post shows any more. Their pictures then have no name, and go with the next sweep."""
    before = db.moment(ago(days=UNUSED_DAYS))
    while db.execute(_FORGOTTEN, [before, before, CHUNK]) == CHUNK:
        pass


# ----------------------------------------------------------------------------------------------- from a post to its row
def _join(post_id: int) -> None:
    """In the transaction of the job."""
    posts = Post.objects.select_for_update(of=("self",)).select_related("account", "card")
    post = posts.filter(pk=post_id, deleted_at=None).first()
    if post is None or post.account.domain:
        return
    card = _card_for(post)
    if card and not _is_fresh(card):
        delay = timedelta(seconds=random.uniform(0, LONGEST_DELAY_SECONDS))  # noqa: S311 - spreads load, hides nothing
        enqueue(of(fetch_card), CardWanted(card.pk), run_at=now() + delay, unique_key=f"card:{card.pk}")
    if post.card == card:
        return
    Post.objects.filter(pk=post.pk).update(card=card)
    if any(shown and shown.title for shown in (card, post.card)):
        _announce([post.pk])


def _card_for(post: Post) -> PreviewCard | None:
    """The locked row of the link that the post shows, if any. Beside files there is no place for a preview."""
    if post.has_media or post.visibility == Visibility.DIRECT:
        return None
    links = find_links(post.text)
    url = urldefrag(links[0])[0] if links else ""
    if not url or len(url) > LONGEST_URL or _is_own_post(url):
        return None
    PreviewCard.objects.bulk_create([PreviewCard(url=url)], ignore_conflicts=True)
    return PreviewCard.objects.select_for_update().get(url=url)


def _is_own_post(url: str) -> bool:
    parts = urlsplit(url)
    return parts.hostname in settings.ALLOWED_HOSTS and _POST_PATH.fullmatch(parts.path) is not None


def _is_fresh(card: PreviewCard) -> bool:
    return card.fetched_at is not None and card.fetched_at >= ago(days=FRESH_DAYS)


# --------------------------------------------------------------------------------------------- from a row to its preview
def _look_at(url: str) -> Preview | None:
    try:
        page = dialler().fetch(url, limits=FetchLimits(), accept=_PAGE_TYPES)
    except FetchError as problem:
        _log.info("no preview of %s: %s", url, problem)
        return None
    if page.status != 200:
        return None
    return parse_preview(page.body, page.url, page.headers.get("content-type", ""))


def _values(preview: Preview) -> dict[str, Any]:
    """The columns of a row."""
    shared = ("title", "description", "author_name", "published_at", "image_description")
    values = {name: value for name, value in asdict(preview).items() if name in shared}
    return values | {
        "author_url": preview.author_url or "",
        "provider_name": preview.site_name,
        "language": preview.language or "",
        **_picture(preview.image_url),
    }


def _picture(url: str | None) -> dict[str, Any]:
    """The page's picture as a small file of our own; a page without one, or with one that we do not take, has none."""
    none = {"image": "", "width": 0, "height": 0, "blurhash": ""}
    if url is None:
        return none
    try:
        fetched = dialler().fetch(url, limits=FetchLimits.for_media(_PICTURE_BYTES), accept=("image/*",))
        if fetched.status != 200:
            return none
        image, blurhash = store_preview(fetched.body)
    except (FetchError, Refusal) as problem:
        _log.info("no picture from %s: %s", url, problem)
        return none
    return {"image": image.name, "width": image.width, "height": image.height, "blurhash": blurhash}


def _show(card: PreviewCard, values: dict[str, Any]) -> None:
    """Posts older than the row's last visit show it as it was when they were last changed."""
    with store.unless_failed([values["image"]]), transaction.atomic():
        PreviewCard.objects.filter(pk=card.pk).update(**values)
        recent = Post.objects.filter(card=card, deleted_at=None, pk__gte=id_at(ago(days=FRESH_DAYS)))
        _announce(list(recent.values_list("pk", flat=True)))
    store.remove([card.image])


def _announce(post_ids: list[int]) -> None:
    Post.objects.filter(pk__in=post_ids).update(version=F("version") + 1)
    for post_id in post_ids:
        record(PostChanged(post_id))
