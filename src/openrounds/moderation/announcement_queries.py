"""What the house tells everyone, and what people answer with."""

from collections.abc import Collection

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce
from msgspec import Struct

from openrounds.core.clock import now
from openrounds.moderation.models import Announcement, AnnouncementReaction, AnnouncementRead


def current_announcements() -> QuerySet[Announcement]:
    """Published, not withdrawn, not over; by when they begin."""
    published = Announcement.objects.filter(withdrawn_at=None, published_at__lte=now())
    lasting = published.filter(Q(ends_at=None) | Q(ends_at__gt=now()))
    return lasting.order_by(Coalesce("starts_at", "published_at"), "pk")


class Reaction(Struct, frozen=True):
    """An emoji, how many chose it, and whether the reader is one of them."""

    name: str
    count: int
    mine: bool


class Told(Struct, frozen=True):
    """An announcement as one person sees it."""

    announcement: Announcement
    read: bool
    reactions: tuple[Reaction, ...]


def announcements_for(account_id: int) -> list[Told]:
    """All current ones; three queries."""
    return _told(account_id, list(current_announcements()))


def one_for(account_id: int, announcement_id: int) -> Told | None:
    """A current one; three queries."""
    return next(iter(_told(account_id, list(current_announcements().filter(pk=announcement_id)))), None)


def touched_by(announcement_id: int, account_ids: Collection[int]) -> set[int]:
    """Which of these accounts have read it or reacted to it; two queries."""
    return {
        account_id
        for model in (AnnouncementRead, AnnouncementReaction)
        for account_id in model.objects.filter(
            announcement_id=announcement_id, account_id__in=account_ids
        ).values_list("account_id", flat=True)
    }


def _told(account_id: int, found: list[Announcement]) -> list[Told]:
    read = _read_ids(account_id, found)
    reactions = _reactions(account_id, found)
    return [Told(each, each.pk in read, tuple(reactions.get(each.pk, ()))) for each in found]


def _read_ids(account_id: int, found: Collection[Announcement]) -> set[int]:
    reads = AnnouncementRead.objects.filter(account_id=account_id, announcement__in=found)
    return set(reads.values_list("announcement_id", flat=True))


def _reactions(account_id: int, found: Collection[Announcement]) -> dict[int, list[Reaction]]:
    """By announcement; those that were there first come first."""
    counted = (
        AnnouncementReaction.objects.filter(announcement__in=found)
        .values_list("announcement_id", "name")
        .annotate(count=Count("pk"), mine=Count("pk", filter=Q(account_id=account_id)), first=Min("pk"))
        .order_by("first")
    )
    reactions: dict[int, list[Reaction]] = {}
    for announcement_id, name, count, mine, _ in counted:
        reactions.setdefault(announcement_id, []).append(Reaction(name, count, bool(mine)))
    return reactions
