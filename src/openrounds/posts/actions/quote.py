"""Quoting with the author's consent: who may, and taking the consent back."""

from django.db import transaction
from django.db.models import F

from openrounds.accounts.models import Visibility
from openrounds.jobs.actions import record
from openrounds.posts.access import access_own_post, access_quote
from openrounds.posts.facts import PostChanged
from openrounds.posts.models import Post, QuoteState


def revoke_quote(author_id: int, post_id: int, quoting_id: int) -> Post:
    """The quoting post, which no longer shows the author's; nothing happens the second time. Raises NotFound, NotPermitted."""
    quoting = access_quote(author_id, post_id, quoting_id)
    with transaction.atomic():
        standing = Post.objects.filter(pk=quoting.pk, deleted_at=None).exclude(quote_state=QuoteState.REVOKED)
        if standing.update(quote_state=QuoteState.REVOKED):
            uncount_quote(quoting)
            record(PostChanged(quoting.pk))
    return quoting


def set_quote_policy(author_id: int, post_id: int, policy: int) -> Post:
    """Says who may quote an own post from now on; what quotes it already stays. Raises NotFound."""
    post = access_own_post(author_id, post_id)
    with transaction.atomic():
        if Post.objects.filter(pk=post.pk).exclude(quote_policy=policy).update(quote_policy=policy):
            record(PostChanged(post.pk))
    return post


def count_quote(quoting: Post) -> None:
    """In the caller's transaction. Counts are public, so only quotes that are count."""
    if _counts(quoting):
        Post.objects.filter(pk=quoting.quote_of_id).update(quotes_count=F("quotes_count") + 1)


def uncount_quote(quoting: Post) -> None:
    """`quoting` as it was before."""
    if _counts(quoting):
        Post.objects.filter(pk=quoting.quote_of_id, quotes_count__gt=0).update(
            quotes_count=F("quotes_count") - 1
        )


def _counts(quoting: Post) -> bool:
    return quoting.quote_state == QuoteState.ACCEPTED and quoting.visibility <= Visibility.UNLISTED
