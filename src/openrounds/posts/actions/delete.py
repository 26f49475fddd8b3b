"""Deleting: the words go, the row stays as a gap, the boosts go with it."""

from django.db import transaction
from django.db.models import F

from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import now
from openrounds.core.errors import NotFound
from openrounds.jobs.actions import record, withdraw
from openrounds.media.models import MediaFile
from openrounds.posts.actions.quote import uncount_quote
from openrounds.posts.facts import PostDeleted
from openrounds.posts.models import (
    Attachment,
    Bookmark,
    Edit,
    Favourite,
    Mention,
    Pin,
    Poll,
    Post,
    PostHashtag,
    QuoteState,
)


def delete_post(author_id: int, post_id: int) -> None:
    """Deletes a post or boost of the author's, and every boost of it. Its files are free to be attached again (redraft), and
    removed after a day like all that hang nowhere.

    Raises NotFound, also for the second of two at once.
    """
    with transaction.atomic():
        post = Post.objects.filter(pk=post_id, account_id=author_id).first()
        if post is None or not erase(post):
            raise NotFound
        for boost in Post.objects.filter(boost_of=post, deleted_at=None):
            erase(boost)


def erase(post: Post) -> bool:
    """Empties the row; False when it was done already. In the caller's transaction."""
    emptied = {
        "deleted_at": now(),
        "text": "",
        "spoiler_text": "",
        "card": None,
        "has_poll": False,
        "has_media": False,
        "quote_of": None,
        "quote_state": QuoteState.NONE,
    }
    if not Post.objects.filter(pk=post.pk, deleted_at=None).update(version=F("version") + 1, **emptied):
        return False
    hashtags = tuple(PostHashtag.objects.filter(post=post).values_list("hashtag__name", flat=True))
    mentioned = tuple(Mention.objects.filter(post=post).values_list("account_id", flat=True))
    _uncount(post)
    _remove_parts(post)
    record(PostDeleted(post.pk, post.account_id, post.boost_of_id, post.visibility, hashtags, mentioned))
    return True


def _remove_parts(post: Post) -> None:
    MediaFile.objects.filter(attachment__post=post).update(attached_at=None)
    if (poll := Poll.objects.filter(post=post).first()) is not None:
        withdraw(f"poll:{poll.pk}")
        poll.delete()
    for part in (Attachment, Mention, PostHashtag, Favourite, Bookmark, Pin, Edit):
        part.objects.filter(post=post).delete()


def _uncount(post: Post) -> None:
    uncount_quote(post)
    if post.visibility == Visibility.DIRECT:
        return
    Account.objects.filter(pk=post.account_id, posts_count__gt=0).update(posts_count=F("posts_count") - 1)
    if post.boost_of_id:
        Post.objects.filter(pk=post.boost_of_id, boosts_count__gt=0).update(
            boosts_count=F("boosts_count") - 1
        )
    if post.in_reply_to_id and post.visibility <= Visibility.UNLISTED:
        Post.objects.filter(pk=post.in_reply_to_id, replies_count__gt=0).update(
            replies_count=F("replies_count") - 1
        )
