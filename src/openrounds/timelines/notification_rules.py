"""Who is told of what. Pure: whatever must be known is handed in.

The kinds and the policy are Mastodon's, so that its apps' settings mean here what they say.
"""

from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

NEW_ACCOUNT = timedelta(days=30)
NEW_FOLLOWER = timedelta(days=3)
GROUP_SPAN = timedelta(hours=12)
ALL_KINDS = (
    "mention",
    "status",
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",
    "update",
    "quote",
    "quoted_update",
    "admin.sign_up",
    "admin.report",
)
OF_THE_HOUSE = ("admin.sign_up", "admin.report")
GROUPABLE = ("favourite", "reblog", "follow", "admin.sign_up")
_OF_POSTS = ("favourite", "reblog")
# The rest was asked for: by following with notifications, by boosting, quoting or voting.
_FILTERABLE = ("mention", "reblog", "follow", "follow_request", "favourite", "quote")
_OF_ONESELF = ("poll",)
_UNGROUPED = "ungrouped-"


class Verdict(Enum):
    """What becomes of a notification."""

    ACCEPT = "accept"
    FILTER = "filter"
    DROP = "drop"


class Policy(Struct, frozen=True):
    """Whose notifications somebody wants; each `accept`, `filter` or `drop`. The defaults are those of a new account."""

    for_not_following: str = "accept"
    for_not_followers: str = "accept"
    for_new_accounts: str = "accept"
    for_private_mentions: str = "filter"
    for_limited_accounts: str = "filter"


class Between(Struct, frozen=True):
    """What the receiver and the one who acts are to each other.

    `silenced`: the receiver muted the actor's notifications or the thread. `longstanding_follower`: the actor has followed
    for more than three days. `private`: the cause is a direct post that answers none of the receiver's own to the actor.
    `asked_for`: the receiver asked to be told, of himself too.
    """

    same: bool = False
    suspended: bool = False
    blocked: bool = False
    silenced: bool = False
    server_blocked: bool = False
    follows: bool = False
    longstanding_follower: bool = False
    new: bool = False
    limited: bool = False
    permitted: bool = False
    private: bool = False
    asked_for: bool = False


def verdict(kind: str, between: Between, policy: Policy) -> Verdict:
    """Whether the receiver is told at once, may look it up, or never hears of it."""
    if between.suspended:
        return Verdict.DROP
    if between.same:
        return Verdict.ACCEPT if kind in _OF_ONESELF or between.asked_for else Verdict.DROP
    if kind in OF_THE_HOUSE:
        return Verdict.ACCEPT
    if between.blocked or between.silenced or (between.server_blocked and not between.follows):
        return Verdict.DROP
    if kind not in _FILTERABLE or between.permitted or between.asked_for:
        return Verdict.ACCEPT
    return _by_policy(kind, between, policy)


def _by_policy(kind: str, between: Between, policy: Policy) -> Verdict:
    stranger = not between.follows
    reasons = (
        (stranger, policy.for_not_following),
        (not between.longstanding_follower, policy.for_not_followers),
        (stranger and between.new, policy.for_new_accounts),
        (stranger and between.private and kind == "mention", policy.for_private_mentions),
        (stranger and between.limited, policy.for_limited_accounts),
    )
    asked = {handling for applies, handling in reasons if applies}
    return next((v for v in (Verdict.DROP, Verdict.FILTER) if v.value in asked), Verdict.ACCEPT)


def group_key(kind: str, post_id: int | None, moment: datetime) -> str:
    """What notifications of half a day have in common; "" for a kind that stands alone."""
    if kind not in GROUPABLE:
        return ""
    slot = int(moment.timestamp() // GROUP_SPAN.total_seconds())
    return f"{kind}-{post_id}-{slot}" if kind in _OF_POSTS else f"{kind}-{slot}"


def shown_key(notification_id: int, key: str) -> str:
    """The group's name for clients: one that stands alone is a group by itself."""
    return key or f"{_UNGROUPED}{notification_id}"


def lone_id(shown: str) -> int | None:
    """The notification of an "ungrouped-…" key; None for the key of a real group, -1 for one that names nothing."""
    if not shown.startswith(_UNGROUPED):
        return None
    digits = shown.removeprefix(_UNGROUPED)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else -1
