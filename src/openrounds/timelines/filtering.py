"""Which of a viewer's filters find a post: by word, or because he filtered that very post."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Protocol

import msgspec
from django.db.models import Prefetch, QuerySet
from msgspec import Struct

from openrounds.core import db
from openrounds.core.cache import MEGABYTE, Kept
from openrounds.core.clock import now
from openrounds.core.text import plain_text
from openrounds.posts.models import Post
from openrounds.timelines.filter_rules import finds

_words: Kept[tuple[int, int], str] = Kept(8 * MEGABYTE)  # by post and version


class Readable(Protocol):
    """A post, or a line of one: which, in which wording, by whom."""

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def account_id(self) -> int: ...


class Active(Struct, frozen=True):
    """A filter in force, as far as reading goes. `keywords` are pairs: the keyword, and whether whole words are meant."""

    id: int
    account_id: int
    title: str
    context: tuple[str, ...]
    expires_at: datetime | None
    action: str
    keywords: tuple[tuple[str, bool], ...]


class Found(Struct, frozen=True):
    """A filter that found a post, and by what."""

    filter: Active
    keywords: tuple[str, ...]
    posts: tuple[int, ...]


def active_filters(account_ids: Collection[int], context: str) -> list[Active]:
    """The accounts' filters for that place ("" for any), with their keywords; one query."""
    condition, ids = db.among("f.account_id", account_ids)
    found = db.rows(
        "SELECT f.id, f.account_id, f.title, f.context, f.expires_at, f.action, k.keyword, k.whole_word "
        "FROM timelines_filter f LEFT JOIN timelines_filterkeyword k ON k.filter_id = f.id "
        f"WHERE {condition} AND (f.expires_at IS NULL OR f.expires_at > %s) ORDER BY f.id, k.id",
        [ids, db.moment(now())],
    )
    filters = [_active(list(rows)) for _, rows in groupby(found, key=itemgetter(0))]
    return [each for each in filters if not context or context in each.context]


def _active(rows: Sequence[db.Row]) -> Active:
    """One filter, which has a row for each keyword or a single one without."""
    pk, account_id, title, context, expires_at, action, *_ = rows[0]
    keywords = tuple((keyword, whole) for *_, keyword, whole in rows if keyword is not None)
    places = msgspec.json.decode(context, type=tuple[str, ...])
    return Active(pk, account_id, title, places, db.read_moment(expires_at), action, keywords)


def find(account_id: int, context: str, posts: Iterable[Readable]) -> dict[int, list[Found]]:
    """By post id, what the account's filters for that place find. One query where nothing is filtered, two where words are
    known, six at most; own posts are never filtered."""
    filters = active_filters([account_id], context)
    if not filters:
        return {}
    foreign = {post.id: post.version for post in posts if post.account_id != account_id}
    marked = _marked(filters, foreign)
    words = _known_words(foreign)
    return {i: hits for i, text in words.items() if (hits := _hits(i, text, filters, marked))}


def _marked(filters: Iterable[Active], post_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Which filters hold which of the posts themselves: (filter, post)."""
    of_filter, filter_ids = db.among("filter_id", [each.id for each in filters])
    of_post, wanted = db.among("post_id", post_ids)
    sql = f"SELECT filter_id, post_id FROM timelines_filterpost WHERE {of_filter} AND {of_post}"
    return {(filter_id, post_id) for filter_id, post_id in db.rows(sql, [filter_ids, wanted])}


def _known_words(versions: dict[int, int]) -> dict[int, str]:
    """What can be read in each post, as far as it is still there."""
    found = {key[0]: kept for key in versions.items() if (kept := _words.get(key)) is not None}
    missing = [i for i in versions if i not in found]
    for post in _readable(missing) if missing else ():
        found[post.pk] = words_of(post)
        _words.put((post.pk, post.version), found[post.pk])
    return found


def finders(post_id: int, account_ids: Collection[int], context: str) -> set[int]:
    """Which of these accounts have a filter for that place that finds the post; one query where nobody filters, else at
    most six."""
    filters = active_filters(account_ids, context)
    post = _readable([post_id]).first() if filters else None
    if post is None:
        return set()
    marked = _marked(filters, [post_id])
    text = words_of(post)
    foreign = [f for f in filters if f.account_id != post.account_id]
    return {f.account_id for f in foreign if _hits(post.pk, text, [f], marked)}


def _readable(post_ids: Sequence[int]) -> QuerySet[Post]:
    """With all that can be read in them."""
    found = Post.objects.filter(pk__in=post_ids).select_related("account")
    return found.prefetch_related(Prefetch("media"), "poll__options")


def _hits(post_id: int, text: str, filters: Sequence[Active], marked: set[tuple[int, int]]) -> list[Found]:
    hits = []
    for each in filters:
        keywords = tuple(word for word, whole in each.keywords if finds(word, text, whole_word=whole))
        posts = (post_id,) if (each.id, post_id) in marked else ()
        if keywords or posts:
            hits.append(Found(each, keywords, posts))
    return hits


def words_of(post: Post) -> str:
    """Everything in a post that can be read: warning, text, alt texts, poll options."""
    said = plain_text(post.text) if post.account.domain else post.text
    alts = [media.description for media in post.media.all()]
    options = [option.title for option in post.poll.options.all()] if post.has_poll else []
    return "\n".join([post.spoiler_text, said, *alts, *options])
