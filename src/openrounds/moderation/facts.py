"""What happens in the house; read by the streaming process too."""

from openrounds.jobs.registry import Fact


class ReactionsChanged(Fact, frozen=True):
    """Somebody has reacted to an announcement with that emoji, or no longer does."""

    announcement_id: int
    name: str


class AccountSuspended(Fact, frozen=True):
    account_id: int


class AccountRestored(Fact, frozen=True):
    """No longer suspended."""

    account_id: int


class AnnouncementPublished(Fact, frozen=True):
    """An announcement is to be read now, or reads differently."""

    announcement_id: int


class AnnouncementWithdrawn(Fact, frozen=True):
    """An announcement is no longer to be read."""

    announcement_id: int


class AnnouncementDue(Fact, frozen=True):
    """The hour of an announcement has come."""

    announcement_id: int
