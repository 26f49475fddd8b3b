"""Deleting: the words go, the row stays as a gap, the boosts go with it."""

from django.db import transaction
from django.db.models import F

from openrounds.accounts.models import Account, Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import NotFound
from openrounds.jobs.actions import enqueue, record, withdraw
from openrounds.jobs.registry import HANDLERS
from openrounds.media.models import MediaFile
from openrounds.posts.actions.quote import uncount_quote
from openrounds.posts.facts import BoostsDeleted, MarksLeft, PostDeleted
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

# A constraint lets an account boost a post once, so that one statement counts all of them down.
BOOSTS_AT_ONCE = 500
# Other writers of SQLite wait while they go, some hundredths of a second.
MARKS_AT_ONCE = 2_000


def delete_post(author_id: int, post_id: int) -> None:
    """Deletes a post or boost of the author's, and every boost of it. Its files are free to be attached again (redraft), and
    removed after a day like all that hang nowhere.

    Raises NotFound, also for the second of two at once.
    """
    with transaction.atomic():
        post = Post.objects.filter(pk=post_id, account_id=author_id).first()
        if post is None or not erase(post):
            raise NotFound
        delete_boosts(post.pk)


_GONE = """UPDATE posts_post SET deleted_at = %s, version = version + 1 WHERE deleted_at IS NULL AND id IN (
  SELECT id FROM posts_post WHERE boost_of_id = %s AND deleted_at IS NULL ORDER BY id LIMIT %s) RETURNING id, account_id"""


@transaction.atomic
def delete_boosts(post_id: int) -> None:
    """Boosts of a post that is deleted: a chunk of them, the oldest first; the fact tells whether others may be left."""
    gone = sorted((pk, whose) for pk, whose in db.rows(_GONE, [db.moment(now()), post_id, BOOSTS_AT_ONCE]))
    if gone:
        _uncount_boosts([whose for _, whose in gone])
        record(BoostsDeleted(post_id, tuple(gone), more=len(gone) == BOOSTS_AT_ONCE))


def _uncount_boosts(boosters: list[int]) -> None:
    """Each once. The rows are locked in one order, so that two such deletions never wait for each other in a circle."""
    accounts = Account.objects.filter(pk__in=boosters, posts_count__gt=0)
    locked = list(accounts.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Account.objects.filter(pk__in=locked).update(posts_count=F("posts_count") - 1)


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
        "boosts_count": 0,
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
    for part in (Attachment, Mention, PostHashtag, Pin, Edit):
        part.objects.filter(post=post).delete()
    if forget_marks(post.pk):
        enqueue(HANDLERS["posts.jobs.forget_more_marks"], MarksLeft(post.pk))


def forget_marks(post_id: int) -> bool:
    """Some of the favourites and bookmarks of a post that is deleted, which nobody sees; whether others may be left."""
    tables = [mark._meta.db_table for mark in (Favourite, Bookmark)]
    gone = [db.execute(_SOME_MARKS.format(table=table), [post_id, MARKS_AT_ONCE]) for table in tables]
    return MARKS_AT_ONCE in gone


_SOME_MARKS = "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE post_id = %s LIMIT %s)"


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
