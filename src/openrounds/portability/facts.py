"""What people want of their data."""

from openrounds.jobs.registry import Fact


class ArchiveAsked(Fact, frozen=True):
    """Somebody wants everything of his own; `base` begins the addresses in it."""

    archive_id: int
    base: str


class LeavingDue(Fact, frozen=True):
    """Somebody who has left has had his time to think again."""

    account_id: int
