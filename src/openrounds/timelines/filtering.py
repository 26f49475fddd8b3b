"""Which of a viewer's filters find a post: by word, or because he filtered that very post."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.text import plain_text
from openrounds.posts.models import Post
from openrounds.timelines.filter_rules import finds
from openrounds.timelines.models import Filter, FilterPost


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


def find(account_id: int, context: str, post_ids: Sequence[int]) -> dict[int, list[Found]]:
    """By post id, what the account's filters for that place find. A fixed number of queries; own posts are never filtered."""
    filters = active_filters(account_id, context)
    if not filters:
        return {}
    chosen = FilterPost.objects.filter(filter__in=filters, post__in=post_ids).values_list(
        "filter_id", "post_id"
    )
    marked = set(chosen)
    posts = _readable(post_ids).exclude(account_id=account_id)
    return {post.pk: hits for post in posts if (hits := _hits(post, filters, marked))}


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
    return {f.account_id for f in filters if f.account_id != post.account_id and _hits(post, [f], marked)}


def _readable(post_ids: Sequence[int]) -> QuerySet[Post]:
    """With all that can be read in them."""
    found = Post.objects.filter(pk__in=post_ids).select_related("account")
    return found.prefetch_related(Prefetch("media"), "poll__options")


def _hits(post: Post, filters: Sequence[Filter], marked: set[tuple[int, int]]) -> list[Found]:
    text, hits = words_of(post), []
    for each in filters:
        keywords = tuple(
            k.keyword for k in each.keywords.all() if finds(k.keyword, text, whole_word=k.whole_word)
        )
        posts = (post.pk,) if (each.pk, post.pk) in marked else ()
        if keywords or posts:
            hits.append(Found(each, keywords, posts))
    return hits


def words_of(post: Post) -> str:
    """Everything in a post that can be read: warning, text, alt texts, poll options."""
    said = plain_text(post.text) if post.account.domain else post.text
    alts = [media.description for media in post.media.all()]
    options = [option.title for option in post.poll.options.all()] if post.has_poll else []
    return "\n".join([post.spoiler_text, said, *alts, *options])
