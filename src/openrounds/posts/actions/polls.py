"""Voting: once, by constraint."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from openrounds.core import db
from openrounds.core.errors import Invalid
from openrounds.jobs.actions import record
from openrounds.posts.access import access_poll
from openrounds.posts.facts import Voted
from openrounds.posts.models import Poll, PollOption, Vote
from openrounds.posts.rules import Unacceptable, checked_choices


def vote(account_id: int, poll_id: int, choices: Sequence[int]) -> Poll:
    """Chooses those places. Raises Invalid: ended, own poll, voted before, no such option."""
    poll = access_poll(account_id, poll_id)
    if poll.expired:
        raise Invalid("Validation failed: The poll has already ended")
    if poll.post.account_id == account_id:
        raise Invalid("Validation failed: You can't vote in your own polls")
    try:
        chosen = checked_choices(choices, poll.options.count(), multiple=poll.multiple)
    except Unacceptable as problem:
        raise Invalid(f"Validation failed: {problem}") from problem
    with transaction.atomic():
        _cast(poll, account_id, chosen)
    poll.refresh_from_db()
    return poll


def _cast(poll: Poll, account_id: int, chosen: Sequence[int]) -> None:
    sql = "INSERT INTO posts_ballot (poll_id, account_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
    if db.execute(sql, [poll.pk, account_id]) != 1:
        raise Invalid("Validation failed: You have already voted on this poll")
    Vote.objects.bulk_create([Vote(poll=poll, account_id=account_id, position=place) for place in chosen])
    PollOption.objects.filter(poll=poll, position__in=chosen).update(votes_count=F("votes_count") + 1)
    Poll.objects.filter(pk=poll.pk).update(voters_count=F("voters_count") + 1)
    record(Voted(account_id, poll.post_id))
