"""What follows from what moderators do."""

from datetime import timedelta

from openrounds.accounts.models import Account, Follow
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import Fact, handler, of
from openrounds.moderation.announcement_queries import current_announcements
from openrounds.moderation.facts import (
    AccountRestored,
    AccountSuspended,
    AnnouncementDue,
    AnnouncementPublished,
)
from openrounds.timelines import feeds


class Chunk(Fact, frozen=True):
    """The followers with ids from `above` (excluded) to `upto` are to get back what the account said."""

    account_id: int
    above: int
    upto: int | None


# Not in one transaction: nobody else could write meanwhile on SQLite.
@handler(queue="bulk", transactional=False, lease=timedelta(minutes=10))
def empty_feeds(fact: AccountSuspended) -> None:
    """Takes what the account said, and what others passed on of it, out of all feeds."""
    if Account.objects.filter(pk=fact.account_id, suspended_at__isnull=False).exists():
        feeds.take_out_everywhere(fact.account_id)


@handler(queue="bulk")
def fill_feeds(fact: AccountRestored) -> None:
    """Brings back what the account lately said to those who follow it here."""
    for above, upto in feeds.chunks_of(fact.account_id):
        enqueue(of(fill_some_feeds), Chunk(fact.account_id, above, upto))


@handler(queue="bulk", transactional=False)
def fill_some_feeds(chunk: Chunk) -> None:
    if not Account.objects.filter(pk=chunk.account_id, suspended_at=None).exists():
        return
    followers = Follow.objects.filter(
        followee=chunk.account_id, follower__domain="", follower__gt=chunk.above
    )
    if chunk.upto is not None:
        followers = followers.filter(follower__lte=chunk.upto)
    for follower_id in followers.values_list("follower_id", flat=True):
        feeds.backfill(follower_id, chunk.account_id)


@handler()
def announce(fact: AnnouncementDue) -> None:
    """Tells everyone who listens, unless it was taken back or put off meanwhile."""
    if current_announcements().filter(pk=fact.announcement_id).exists():
        record(AnnouncementPublished(fact.announcement_id))
