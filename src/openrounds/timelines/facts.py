"""What comes to people; read by the streaming process and by whoever pushes to phones."""

from openrounds.jobs.registry import Fact


class Notified(Fact, frozen=True):
    """Each pair is the account that was told and the id of its notification. What the policy holds back is not among them."""

    of: tuple[tuple[int, int], ...]


class NotificationsMerged(Fact, frozen=True):
    """Notifications that were held back are on the account's list now."""

    account_id: int


class ConversationChanged(Fact, frozen=True):
    """A conversation of the account has a new last post."""

    account_id: int
    conversation_id: int


class FiltersChanged(Fact, frozen=True):
    """What the account does not want to read is different."""

    account_id: int


class Delivered(Fact, frozen=True):
    """A post or boost is in the home feeds it is for, as far as they are of accounts with ids from `above` (excluded) to
    `upto`: one whose author has very many followers arrives in chunks, which together cover every account once."""

    post_id: int
    above: int = 0
    upto: int | None = None

    @property
    def everywhere(self) -> bool:
        """Not in chunks."""
        return self.above == 0 and self.upto is None

    def covers(self, account_id: int) -> bool:
        return account_id > self.above and (self.upto is None or account_id <= self.upto)
