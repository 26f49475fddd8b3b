"""Posting."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max
from msgspec import Struct

from openrounds.accounts.models import Account, Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound
from openrounds.core.ids import id_at
from openrounds.core.instances import fresh
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import HANDLERS
from openrounds.posts.access import access_post, access_quotable
from openrounds.posts.actions import content
from openrounds.posts.actions.quote import count_quote
from openrounds.posts.authors import Author
from openrounds.posts.facts import PollEnded, PostCreated
from openrounds.posts.models import IdempotencyKey, Poll, Post, QuoteState
from openrounds.posts.rules import Draft, key_name, quote_visibility

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
        claim = claim_key(author.account, key) if key else None
        if claim and not claim.fresh:
            return _made_with(claim.row)
        post = _write(author, draft, at)
        if claim:
            IdempotencyKey.objects.filter(pk=claim.row.pk).update(post=post)
        record(PostCreated(post.pk, post.account_id))
    return post


class Claim(Struct, frozen=True):
    """A key of the account's; not `fresh` when an earlier request came with it."""

    row: IdempotencyKey
    fresh: bool


def claim_key(account: Account, key: str) -> Claim:
    """Takes the key, or finds who took it before. Two at once: the second waits for the first's commit."""
    name = key_name(key)
    IdempotencyKey.objects.filter(account=account, key=name, created_at__lt=now() - KEY_KEPT).delete()
    sql = "INSERT INTO posts_idempotencykey (account_id, key, created_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
    fresh = db.execute(sql, [account.pk, name, db.moment(now())]) == 1
    return Claim(IdempotencyKey.objects.get(account=account, key=name), fresh)


def _made_with(former: IdempotencyKey) -> Post:
    """What an earlier request made. A post that was deleted since does not come back by a late repetition."""
    post = Post.objects.select_related("account").filter(pk=former.post_id, deleted_at=None).first()
    if post is None:
        raise NotFound
    return post


def _write(author: Author, draft: Draft, at: datetime | None) -> Post:
    account = author.account
    parent = access_post(account.pk, draft.in_reply_to_id) if draft.in_reply_to_id else None
    if parent and parent.boost_of_id:
        parent = access_post(account.pk, parent.boost_of_id)
    mentioned = content.mentioned_accounts(draft.text)
    content.check_mentions(account, mentioned, draft.allowed_mentions)
    post = _row(author, draft, parent, at)
    if draft.quote_of_id:
        _quote(post, access_quotable(account.pk, draft.quote_of_id), mentioned)
    if draft.visibility == Visibility.DIRECT and post.has_poll and not mentioned:
        raise Invalid("Validation failed: Nobody could vote in this poll")
    db.insert(post)
    content.write_mentions(post, mentioned)
    content.write_hashtags(post)
    content.attach(post, draft.media_ids)
    if draft.poll:
        announce_end(content.write_poll(post, draft.poll, post.created_at))
    _count(post, parent)
    return post


def _row(author: Author, draft: Draft, parent: Post | None, at: datetime | None) -> Post:
    account, created = author.account, at or now()
    post_id = db.next_id() if at is None else _id_of(at)
    visibility = account.default_visibility if draft.visibility is None else draft.visibility
    sensitive = account.default_sensitive if draft.sensitive is None else draft.sensitive
    post = fresh(
        Post,
        id=post_id,
        account_id=account.pk,
        posted_by_id=author.person and author.person.pk,
        application_id=author.application_id,
        created_at=created,
        visibility=visibility,
        text=draft.text,
        spoiler_text=draft.spoiler_text,
        sensitive=sensitive or bool(draft.spoiler_text),
        language=draft.language or account.default_language,
        in_reply_to_id=parent and parent.pk,
        in_reply_to_account_id=parent.account_id if parent else None,
        quote_policy=account.default_quote_policy if draft.quote_policy is None else draft.quote_policy,
        thread=parent.thread if parent else post_id,
        has_poll=draft.poll is not None,
        has_media=bool(draft.media_ids),
    )
    post.account = account
    return post


def _quote(post: Post, quoted: Post, mentioned: Sequence[Account]) -> None:
    """To quote somebody in a conversation that he is not part of would be to talk behind his back."""
    post.quote_of, post.quote_state = quoted, QuoteState.ACCEPTED
    post.visibility = quote_visibility(post.visibility, quoted.visibility)
    present = {post.account_id, *(account.pk for account in mentioned)}
    if post.visibility == Visibility.DIRECT and quoted.account_id not in present:
        raise Invalid(
            "Validation failed: The author of the quoted post is not mentioned in this private post"
        )


def _id_of(at: datetime) -> int:
    """The next free id of that millisecond: what is brought from elsewhere often knows the time to the second only."""
    first = id_at(at)
    latest = Post.objects.filter(pk__range=(first, first + 0xFFFF)).aggregate(latest=Max("pk"))["latest"]
    return first if latest is None else int(latest) + 1


def _count(post: Post, parent: Post | None) -> None:
    """Direct posts are counted nowhere, as counts are public."""
    count_quote(post)
    if post.visibility == Visibility.DIRECT:
        return
    db.execute(
        "UPDATE accounts_account SET posts_count = posts_count + 1, last_post_on = %s WHERE id = %s",
        [connection.ops.adapt_datefield_value(post.created_at.date()), post.account_id],
    )
    if parent and post.visibility <= Visibility.UNLISTED:
        db.execute("UPDATE posts_post SET replies_count = replies_count + 1 WHERE id = %s", [parent.pk])


def announce_end(poll: Poll) -> None:
    """Queues what happens when the poll ends."""
    enqueue(
        HANDLERS["posts.jobs.end_poll"],
        PollEnded(poll.pk, poll.post_id),
        run_at=poll.expires_at,
        unique_key=f"poll:{poll.pk}",
    )
