"""Making announcements; and what people do with them: take note, and react."""

from django.db import transaction

from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound
from openrounds.jobs.actions import enqueue, record, withdraw
from openrounds.jobs.registry import HANDLERS
from openrounds.moderation.access import access_announcement
from openrounds.moderation.facts import (
    AnnouncementDue,
    AnnouncementPublished,
    AnnouncementWithdrawn,
    ReactionsChanged,
)
from openrounds.moderation.models import Announcement, AnnouncementReaction, AnnouncementRead
from openrounds.moderation.rules import MOST_REACTIONS, is_emoji


@transaction.atomic
def announce(told: Announcement) -> None:
    """Saves a new or changed announcement. Whoever listens hears of it at once, or when it is to be published."""
    told.updated_at = now()
    told.save()
    withdraw(_job_key(told.pk))
    if told.withdrawn_at is not None:
        record(AnnouncementWithdrawn(told.pk))
    elif told.published_at <= now():
        record(AnnouncementPublished(told.pk))
    else:
        tell, due = HANDLERS["moderation.jobs.announce"], AnnouncementDue(told.pk)
        enqueue(tell, due, run_at=told.published_at, unique_key=_job_key(told.pk))


@transaction.atomic
def remove(told: Announcement) -> None:
    """As if it had never been said."""
    withdraw(_job_key(told.pk))
    record(AnnouncementWithdrawn(told.pk))
    told.delete()


def _job_key(announcement_id: int) -> str:
    return f"announcement:{announcement_id}"


def dismiss(account_id: int, announcement_id: int) -> None:
    """The account has read it."""
    told = access_announcement(announcement_id)
    AnnouncementRead.objects.get_or_create(announcement=told, account_id=account_id)


@transaction.atomic
def react(account_id: int, announcement_id: int, name: str) -> None:
    """Reacts with an emoji. Raises Invalid for anything else, and for one more kind of it than `MOST_REACTIONS`."""
    told = access_announcement(announcement_id)
    if not is_emoji(name):
        raise Invalid("Validation failed: Name is not a recognized emoji")
    # Holding the announcement keeps two calls at once from passing the limit together.
    Announcement.objects.select_for_update().get(pk=told.pk)
    names = set(told.reactions.values_list("name", flat=True))
    if name not in names and len(names) >= MOST_REACTIONS:
        raise Invalid("Validation failed: Limit of different reactions reached")
    _, new = AnnouncementReaction.objects.get_or_create(announcement=told, account_id=account_id, name=name)
    if new:
        record(ReactionsChanged(told.pk, name))


@transaction.atomic
def take_back(account_id: int, announcement_id: int, name: str) -> None:
    """Takes a reaction back. Raises NotFound where there is none."""
    told = access_announcement(announcement_id)
    deleted, _ = told.reactions.filter(account_id=account_id, name=name).delete()
    if not deleted:
        raise NotFound
    record(ReactionsChanged(told.pk, name))
