"""What happens to accounts and between them. All ids are account ids unless named otherwise."""

from openrounds.jobs.registry import Fact


class SignedUp(Fact, frozen=True):
    """Somebody has made an account (perhaps still to be confirmed or approved)."""

    account_id: int


class ProfileChanged(Fact, frozen=True):
    """What others see of the profile is different."""

    account_id: int


class Followed(Fact, frozen=True):
    follow_id: int
    follower_id: int
    followee_id: int


class FollowRequested(Fact, frozen=True):
    follower_id: int
    followee_id: int


class FollowRequestEnded(Fact, frozen=True):
    """A request waits no longer: granted, refused or taken back."""

    follower_id: int
    followee_id: int


class Unfollowed(Fact, frozen=True):
    """A follow has ended, whoever ended it."""

    follower_id: int
    followee_id: int


class Blocked(Fact, frozen=True):
    blocker_id: int
    blocked_id: int


class Muted(Fact, frozen=True):
    muter_id: int
    muted_id: int


class DomainBlocked(Fact, frozen=True):
    account_id: int
    domain: str


class LeftTeam(Fact, frozen=True):
    """`member_id` may no longer act as `team_id`."""

    team_id: int
    member_id: int


class AccessEnded(Fact, frozen=True):
    """Sessions, tokens and streams of that person are to close. `token_id` names one token alone."""

    user_id: int | None
    token_id: int | None
    why: str
