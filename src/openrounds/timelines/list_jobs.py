"""What follows for lists from what people do. All at once: nobody is to find on a list whom he has just unfollowed."""

from openrounds.accounts.facts import Blocked, FollowRequestEnded, Unfollowed
from openrounds.timelines.list_actions import part


def leave(fact: Unfollowed) -> None:
    part(fact.follower_id, fact.followee_id)


def leave_refused(fact: FollowRequestEnded) -> None:
    """Granted, refused or taken back: only who is followed now stays."""
    part(fact.follower_id, fact.followee_id)


def leave_each_other(fact: Blocked) -> None:
    """A block ends the follows in the same transaction, whatever of the two is recorded first."""
    part(fact.blocker_id, fact.blocked_id)
    part(fact.blocked_id, fact.blocker_id)
