"""What follows from what moderators do."""

from openrounds.accounts.models import Account, Follow
from openrounds.jobs.actions import record
from openrounds.jobs.registry import handler
from openrounds.moderation.announcement_queries import current_announcements
from openrounds.moderation.facts import (
    AccountRestored,
    AccountSuspended,
    AnnouncementDue,
    AnnouncementPublished,
)
from openrounds.timelines import feeds


@handler()
def empty_feeds(fact: AccountSuspended) -> None:
    """Takes what the account said, and what others passed on of it, out of all feeds."""
    if Account.objects.filter(pk=fact.account_id, suspended_at__isnull=False).exists():
        feeds.take_out_everywhere(fact.account_id)


@handler()
def fill_feeds(fact: AccountRestored) -> None:
    """Brings back what the account lately said to those who follow it here."""
    if Account.objects.filter(pk=fact.account_id, suspended_at=None).exists():
        followers = Follow.objects.filter(followee_id=fact.account_id, follower__domain="")
        for follower_id in followers.values_list("follower_id", flat=True):
            feeds.backfill(follower_id, fact.account_id)


@handler()
def announce(fact: AnnouncementDue) -> None:
    """Tells everyone who listens, unless it was taken back or put off meanwhile."""
    if current_announcements().filter(pk=fact.announcement_id).exists():
        record(AnnouncementPublished(fact.announcement_id))
