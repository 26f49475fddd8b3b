"""Posting."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from openrounds.accounts.models import Account, Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.core.ids import id_at
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import HANDLERS
from openrounds.posts.access import access_post
from openrounds.posts.actions import content
from openrounds.posts.authors import Author
from openrounds.posts.facts import PollEnded, PostCreated
from openrounds.posts.models import IdempotencyKey, Poll, Post
from openrounds.posts.rules import Draft

KEY_KEPT = timedelta(hours=24)


def create_post(
    author: Account | Author, draft: Draft, *, key: str | None = None, at: datetime | None = None
) -> Post:
    """Publishes the draft. With an idempotency `key`, a second call gives the post of the first, held by a constraint.

    `at` backdates it (imports, demo). Raises Invalid, NotFound (what it answers cannot be seen), TooManyRequests.
    """
    author = author if isinstance(author, Author) else Author(author)
    draft = content.accept(draft)
    with transaction.atomic():
        if key and (former := claim_key(author.account, key)).post_id:
            return Post.objects.select_related("account").get(pk=former.post_id)
        post = _write(author, draft, at)
        if key:
            IdempotencyKey.objects.filter(account=author.account, key=key).update(post=post)
        record(PostCreated(post.pk, post.account_id))
    return post


def claim_key(account: Account, key: str) -> IdempotencyKey:
    """The row of that key: new, or of the request that came first. Two at once: the second waits for the first's commit."""
    IdempotencyKey.objects.filter(account=account, key=key, created_at__lt=now() - KEY_KEPT).delete()
    IdempotencyKey.objects.bulk_create(
        [IdempotencyKey(account=account, key=key[:255])], ignore_conflicts=True
    )
    return IdempotencyKey.objects.get(account=account, key=key[:255])


def _write(author: Author, draft: Draft, at: datetime | None) -> Post:
    account = author.account
    parent = access_post(account.pk, draft.in_reply_to_id) if draft.in_reply_to_id else None
    if parent and parent.boost_of_id:
        parent = access_post(account.pk, parent.boost_of_id)
    mentioned = content.mentioned_accounts(draft.text)
    content.check_mentions(account, mentioned, draft.allowed_mentions)
    post = _row(author, draft, parent, at)
    if draft.visibility == Visibility.DIRECT and post.has_poll and not mentioned:
        raise Invalid("Validation failed: Nobody could vote in this poll")
    post.save(force_insert=True)
    content.write_mentions(post, mentioned)
    content.write_hashtags(post)
    content.attach(post, draft.media_ids)
    if draft.poll:
        announce_end(content.write_poll(post, draft.poll, post.created_at))
    _count(post, parent)
    return post


def _row(author: Author, draft: Draft, parent: Post | None, at: datetime | None) -> Post:
    account, created = author.account, at or now()
    post_id = db.next_id() if at is None else id_at(at) | (db.next_id() & 0xFFFF)
    visibility = account.default_visibility if draft.visibility is None else draft.visibility
    sensitive = account.default_sensitive if draft.sensitive is None else draft.sensitive
    return Post(
        id=post_id,
        account=account,
        posted_by=author.person,
        application_id=author.application_id,
        created_at=created,
        visibility=visibility,
        text=draft.text,
        spoiler_text=draft.spoiler_text,
        sensitive=sensitive or bool(draft.spoiler_text),
        language=draft.language or account.default_language,
        in_reply_to=parent,
        in_reply_to_account_id=parent.account_id if parent else None,
        thread=parent.thread if parent else post_id,
        has_poll=draft.poll is not None,
        has_media=bool(draft.media_ids),
    )


def _count(post: Post, parent: Post | None) -> None:
    """Direct posts are counted nowhere, as counts are public."""
    if post.visibility == Visibility.DIRECT:
        return
    Account.objects.filter(pk=post.account_id).update(
        posts_count=F("posts_count") + 1, last_post_on=post.created_at.date()
    )
    if parent and post.visibility <= Visibility.UNLISTED:
        Post.objects.filter(pk=parent.pk).update(replies_count=F("replies_count") + 1)


def announce_end(poll: Poll) -> None:
    """Queues what happens when the poll ends."""
    enqueue(
        HANDLERS["posts.jobs.end_poll"],
        PollEnded(poll.pk, poll.post_id),
        run_at=poll.expires_at,
        unique_key=f"poll:{poll.pk}",
    )
