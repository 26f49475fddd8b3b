"""Favourites, bookmarks, pins, muted threads: one row each, held by constraints, so that every call may be repeated."""

from django.db import transaction
from django.db.models import F

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.jobs.actions import record
from openrounds.posts.access import access_original, access_own_post
from openrounds.posts.facts import Favourited, Unfavourited
from openrounds.posts.models import Bookmark, Favourite, Pin, Post, ThreadMute

MOST_PINS = 5


def favourite(account_id: int, post_id: int) -> Post:
    post = access_original(account_id, post_id)
    with transaction.atomic():
        if _insert("posts_favourite", "post_id", account_id, post.pk):
            Post.objects.filter(pk=post.pk).update(favourites_count=F("favourites_count") + 1)
            record(Favourited(account_id, post.pk))
    return post


def unfavourite(account_id: int, post_id: int) -> Post:
    post = access_original(account_id, post_id)
    with transaction.atomic():
        if Favourite.objects.filter(account_id=account_id, post=post).delete()[0]:
            _uncount_favourite(account_id, post.pk)
    return post


def take_back_favourites(account_id: int) -> None:
    """All of them, whether or not the account may still read the posts."""
    for row in Favourite.objects.filter(account_id=account_id):
        with transaction.atomic():
            if row.delete()[0]:
                _uncount_favourite(account_id, row.post_id)


def _uncount_favourite(account_id: int, post_id: int) -> None:
    Post.objects.filter(pk=post_id, favourites_count__gt=0).update(favourites_count=F("favourites_count") - 1)
    record(Unfavourited(account_id, post_id))


def bookmark(account_id: int, post_id: int) -> Post:
    post = access_original(account_id, post_id)
    _insert("posts_bookmark", "post_id", account_id, post.pk)
    return post


def unbookmark(account_id: int, post_id: int) -> Post:
    post = access_original(account_id, post_id)
    Bookmark.objects.filter(account_id=account_id, post=post).delete()
    return post


def pin(account_id: int, post_id: int) -> Post:
    """Shows an own post at the top of the profile. Raises Invalid for others' posts, direct ones, or one too many."""
    post = access_original(account_id, post_id)
    if post.account_id != account_id:
        raise Invalid("Validation failed: Someone else's post cannot be pinned")
    if post.visibility == Visibility.DIRECT:
        raise Invalid("Validation failed: Posts that are only visible to mentioned users cannot be pinned")
    with transaction.atomic():
        others = Pin.objects.filter(account_id=account_id).exclude(post=post).count()
        if others >= MOST_PINS:
            raise Invalid("Validation failed: You have already pinned the maximum number of posts")
        _insert("posts_pin", "post_id", account_id, post.pk)
    return post


def unpin(account_id: int, post_id: int) -> Post:
    post = access_own_post(account_id, post_id)
    Pin.objects.filter(account_id=account_id, post=post).delete()
    return post


def mute_thread(account_id: int, post_id: int) -> Post:
    post = access_original(account_id, post_id)
    _insert("posts_threadmute", "thread", account_id, post.thread)
    return post


def unmute_thread(account_id: int, post_id: int) -> Post:
    post = access_original(account_id, post_id)
    ThreadMute.objects.filter(account_id=account_id, thread=post.thread).delete()
    return post


def _insert(table: str, column: str, account_id: int, value: int) -> bool:
    """Whether the row is new."""
    sql = f"INSERT INTO {table} (id, created_at, account_id, {column}) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
    return db.execute(sql, [db.next_id(), db.moment(now()), account_id, value]) == 1
