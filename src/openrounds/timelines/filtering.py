"""Which of a viewer's filters find a post: by word, or because he filtered that very post."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Prefetch, Q, QuerySet

from openrounds.core import db
from openrounds.core.cache import Kept
from openrounds.core.clock import now
from openrounds.core.text import plain_text
from openrounds.posts.models import Post
from openrounds.timelines.filter_rules import finds
from openrounds.timelines.models import Filter, FilterPost

_words: Kept[tuple[int, int], str] = Kept(4_000)  # by post and version


class Readable(Protocol):
    """A post, or a line of one: which, in which wording, by whom."""

    @property
    def id(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def account_id(self) -> int: ...


@dataclass(frozen=True)
class Found:
    """A filter that found a post, and by what."""

    filter: Filter
    keywords: tuple[str, ...]
    posts: tuple[int, ...]


def active_filters(account_id: int, context: str) -> list[Filter]:
    """The account's filters for that place ("" for any), with their keywords; two queries."""
    found = Filter.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now()), account_id=account_id)
    return [f for f in found.prefetch_related("keywords") if not context or context in f.context]


def find(account_id: int, context: str, posts: Iterable[Readable]) -> dict[int, list[Found]]:
    """By post id, what the account's filters for that place find. Three queries where words are known, seven at most; own
    posts are never filtered."""
    filters = active_filters(account_id, context)
    if not filters:
        return {}
    foreign = {post.id: post.version for post in posts if post.account_id != account_id}
    chosen = FilterPost.objects.filter(filter__in=filters, post__in=foreign)
    marked = set(chosen.values_list("filter_id", "post_id"))
    words = _known_words(foreign)
    return {i: hits for i, text in words.items() if (hits := _hits(i, text, filters, marked))}


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
    most seven."""
    condition, ids = db.among("account_id", account_ids)
    filtering = [
        row[0] for row in db.rows(f"SELECT account_id FROM timelines_filter WHERE {condition}", [ids])
    ]
    if not filtering:
        return set()
    current = Filter.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now()), account_id__in=filtering)
    filters = [f for f in current.prefetch_related("keywords") if context in f.context]
    post = _readable([post_id]).first() if filters else None
    if post is None:
        return set()
    chosen = FilterPost.objects.filter(filter__in=filters, post=post_id).values_list("filter_id", "post_id")
    marked = set(chosen)
    text = words_of(post)
    foreign = [f for f in filters if f.account_id != post.account_id]
    return {f.account_id for f in foreign if _hits(post.pk, text, [f], marked)}


def _readable(post_ids: Sequence[int]) -> QuerySet[Post]:
    """With all that can be read in them."""
    found = Post.objects.filter(pk__in=post_ids).select_related("account")
    return found.prefetch_related(Prefetch("media"), "poll__options")


def _hits(post_id: int, text: str, filters: Sequence[Filter], marked: set[tuple[int, int]]) -> list[Found]:
    hits = []
    for each in filters:
        keywords = tuple(
            k.keyword for k in each.keywords.all() if finds(k.keyword, text, whole_word=k.whole_word)
        )
        posts = (post_id,) if (each.pk, post_id) in marked else ()
        if keywords or posts:
            hits.append(Found(each, keywords, posts))
    return hits


def words_of(post: Post) -> str:
    """Everything in a post that can be read: warning, text, alt texts, poll options."""
    said = plain_text(post.text) if post.account.domain else post.text
    alts = [media.description for media in post.media.all()]
    options = [option.title for option in post.poll.options.all()] if post.has_poll else []
    return "\n".join([post.spoiler_text, said, *alts, *options])
