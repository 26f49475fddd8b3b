"""The moment in which a writer may still take a post back: until then nobody has it."""

from datetime import timedelta

from django.db import transaction

from openrounds.core.clock import now
from openrounds.core.errors import NotFound
from openrounds.jobs.actions import withdraw
from openrounds.posts.access import access_held
from openrounds.posts.actions.publish import claim_key
from openrounds.posts.actions.schedule import checked_draft, draft_of, job_key, keep, remove
from openrounds.posts.authors import Author
from openrounds.posts.models import IdempotencyKey, Post, ScheduledPost
from openrounds.posts.rules import Draft


def hold_post(author: Author, draft: Draft, seconds: int, *, key: str) -> ScheduledPost | Post:
    """Keeps the draft for so many seconds; a job publishes it. A second call with the key gives what became of the first:
    the post once it is out. Raises Invalid, NotFound (what it answers cannot be seen, or it was taken back)."""
    draft = checked_draft(author, draft)
    with transaction.atomic():
        claim = claim_key(author.account, key)
        if not claim.fresh:
            return _outcome(claim.row)
        return keep(author, draft, now() + timedelta(seconds=seconds), held=True, claim=claim)


def _outcome(former: IdempotencyKey) -> ScheduledPost | Post:
    found = former.scheduled or former.post
    if found is None:
        raise NotFound
    return found


def take_back(person_id: int, held_id: int) -> tuple[ScheduledPost, Draft]:
    """The row as it was and the draft out of it, its files free again. Raises NotFound when it is out already."""
    with transaction.atomic():
        held = access_held(person_id, held_id)
        if not remove(held):
            raise NotFound
        withdraw(job_key(held_id))
    return held, draft_of(held)
