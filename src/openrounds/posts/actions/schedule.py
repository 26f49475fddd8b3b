"""Posts that wait for their hour."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound
from openrounds.jobs.actions import enqueue, withdraw
from openrounds.jobs.registry import HANDLERS, Fact
from openrounds.media.models import MediaFile
from openrounds.posts.access import access_post, access_quotable, access_scheduled
from openrounds.posts.actions import content
from openrounds.posts.actions.publish import Claim, claim_key, create_post
from openrounds.posts.authors import Author
from openrounds.posts.models import IdempotencyKey, ScheduledPost
from openrounds.posts.rules import Draft, PollDraft, Unacceptable, checked_moment, held_key

MOST_PER_DAY = 50
MOST_WAITING = 300


class Due(Fact, frozen=True):
    """The hour of a scheduled post has come."""

    scheduled_id: int


def schedule_post(author: Author, draft: Draft, at: datetime, *, key: str | None = None) -> ScheduledPost:
    """Keeps the draft until `at`, at least 5 minutes ahead. Raises Invalid, NotFound."""
    draft, at = checked_draft(author, draft), _checked(at)
    with transaction.atomic():
        claim = claim_key(author.account, key) if key else None
        if claim and not claim.fresh:
            return _waiting_with(claim.row)
        _check_room(author.account.pk, at)
        return keep(author, draft, at, claim=claim)


def checked_draft(author: Author, draft: Draft) -> Draft:
    """The draft as far as it can be judged before its hour. Raises Invalid, NotFound."""
    draft = content.accept(draft)
    if draft.in_reply_to_id:
        access_post(author.account.pk, draft.in_reply_to_id)
    if draft.quote_of_id:
        access_quotable(author.account.pk, draft.quote_of_id)
    return draft


def keep(
    author: Author, draft: Draft, at: datetime, *, held: bool = False, claim: Claim | None = None
) -> ScheduledPost:
    """Writes the draft down with its files, and queues its publication. In the caller's transaction."""
    scheduled = ScheduledPost.objects.create(
        account=author.account,
        posted_by=author.person,
        application_id=author.application_id,
        scheduled_at=at,
        held=held,
        params=_kept(draft),
    )
    _reserve(scheduled, draft.media_ids)
    if claim:
        IdempotencyKey.objects.filter(pk=claim.row.pk).update(scheduled=scheduled)
    _queue(scheduled)
    return scheduled


def _waiting_with(former: IdempotencyKey) -> ScheduledPost:
    """What an earlier request left. What was published or taken back since does not come back by a late repetition."""
    if former.scheduled is None:
        raise NotFound
    return former.scheduled


def reschedule(account_id: int, scheduled_id: int, at: datetime) -> ScheduledPost:
    at = _checked(at)
    with transaction.atomic():
        scheduled = access_scheduled(account_id, scheduled_id)
        scheduled.scheduled_at = at
        scheduled.save(update_fields=["scheduled_at"])
        _queue(scheduled)
    return scheduled


def unschedule(account_id: int, scheduled_id: int) -> None:
    with transaction.atomic():
        scheduled = access_scheduled(account_id, scheduled_id)
        withdraw(job_key(scheduled.pk))
        remove(scheduled)


def publish_scheduled(scheduled_id: int) -> None:
    """Posts it; the row's removal in the same transaction is what makes that happen once."""
    with transaction.atomic():
        scheduled = (
            ScheduledPost.objects.select_related("account", "posted_by").filter(pk=scheduled_id).first()
        )
        if scheduled is None or scheduled.scheduled_at > now() + timedelta(seconds=1):
            return
        author = Author(scheduled.account, scheduled.posted_by, scheduled.application_id)
        sent_with = [*IdempotencyKey.objects.filter(scheduled=scheduled).values_list("pk", flat=True)]
        if not remove(scheduled):
            return
        key = held_key(scheduled_id) if scheduled.held else None
        post = create_post(author, draft_of(scheduled), key=key)
        IdempotencyKey.objects.filter(pk__in=sent_with).update(post=post)


def remove(scheduled: ScheduledPost) -> bool:
    """Takes it out of the row and lets go of its files; False when somebody else has just done so."""
    _, gone = ScheduledPost.objects.filter(pk=scheduled.pk).delete()
    if not gone.get(ScheduledPost._meta.label):
        return False
    _release(scheduled)
    return True


def draft_of(scheduled: ScheduledPost) -> Draft:
    return msgspec.convert(scheduled.params, _Kept).draft()


class _Kept(msgspec.Struct):
    """A draft as it is kept in the row."""

    text: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str | None = None
    visibility: int | None = None
    in_reply_to_id: int | None = None
    quote_of_id: int | None = None
    quote_policy: int | None = None
    media_ids: tuple[int, ...] = ()
    poll_options: tuple[str, ...] = ()
    poll_seconds: float = 0
    poll_multiple: bool = False
    poll_hide_totals: bool = False

    def draft(self) -> Draft:
        fields = {
            name: getattr(self, name) for name in self.__struct_fields__ if not name.startswith("poll_")
        }
        poll = PollDraft(
            self.poll_options, timedelta(seconds=self.poll_seconds), self.poll_multiple, self.poll_hide_totals
        )
        return Draft(**fields, poll=poll if self.poll_options else None)


def _kept(draft: Draft) -> dict[str, Any]:
    names = [name for name in _Kept.__struct_fields__ if not name.startswith("poll_")]
    kept = {name: getattr(draft, name) for name in names}
    if draft.poll:
        kept |= {
            "poll_options": draft.poll.options,
            "poll_seconds": draft.poll.lasts.total_seconds(),
            "poll_multiple": draft.poll.multiple,
            "poll_hide_totals": draft.poll.hide_totals,
        }
    return kept


def _checked(at: datetime) -> datetime:
    try:
        return checked_moment(at, now())
    except Unacceptable as problem:
        raise Invalid(f"Validation failed: {problem}") from problem


def _check_room(account_id: int, at: datetime) -> None:
    waiting = ScheduledPost.objects.filter(account_id=account_id)
    if (
        waiting.count() >= MOST_WAITING
        or waiting.filter(scheduled_at__date=at.date()).count() >= MOST_PER_DAY
    ):
        raise Invalid("Validation failed: You have reached the limit of scheduled posts")


def _reserve(scheduled: ScheduledPost, media_ids: tuple[int, ...]) -> None:
    """The files belong to the waiting post, so that nothing else takes or removes them."""
    own = MediaFile.objects.filter(pk__in=media_ids, owner_id=scheduled.account_id, attached_at=None)
    if own.update(attached_at=now()) != len(media_ids):
        raise Invalid("Validation failed: A file does not exist or is attached already")


def _release(scheduled: ScheduledPost) -> None:
    MediaFile.objects.filter(pk__in=draft_of(scheduled).media_ids, attachment=None).update(attached_at=None)


def _queue(scheduled: ScheduledPost) -> None:
    withdraw(job_key(scheduled.pk))
    publish = HANDLERS["posts.jobs.publish_due"]
    enqueue(publish, Due(scheduled.pk), run_at=scheduled.scheduled_at, unique_key=job_key(scheduled.pk))


def job_key(scheduled_id: int) -> str:
    return f"scheduled:{scheduled_id}"
