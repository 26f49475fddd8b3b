"""What people do with announcements: take note, and react."""

from django.db import transaction

from openrounds.core.errors import Invalid, NotFound
from openrounds.jobs.actions import record
from openrounds.moderation.access import access_announcement
from openrounds.moderation.facts import ReactionsChanged
from openrounds.moderation.models import Announcement, AnnouncementReaction, AnnouncementRead
from openrounds.moderation.rules import MOST_REACTIONS, is_emoji


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
