"""Mastodon's Notification, alone and in groups, and what decides whose notifications come through."""

from msgspec import UNSET, Struct, UnsetType

from openrounds.api.entities.account import Account
from openrounds.api.entities.report import Report
from openrounds.api.entities.status import Status


class Notification(Struct):
    """`account` did something. There is a `status` for all kinds that are about one, a `report` for `admin.report`."""

    id: str
    type: str
    created_at: str
    group_key: str
    account: Account
    status: Status | UnsetType = UNSET
    report: Report | UnsetType = UNSET


class PartialAccount(Struct):
    """As much of an account as a row of pictures needs."""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    locked: bool
    bot: bool


class NotificationGroup(Struct):
    """Notifications that say the same. `sample_account_ids` are at most 8, the newest first; the page's ids bound what of the
    group is on this page."""

    group_key: str
    notifications_count: int
    type: str
    most_recent_notification_id: int
    page_min_id: str
    page_max_id: str
    latest_page_notification_at: str
    sample_account_ids: list[str]
    status_id: str | UnsetType = UNSET
    report: Report | UnsetType = UNSET


class GroupedNotificationsResults(Struct):
    """Groups, and every account and status that they name. With `expand_accounts=partial_avatars` only the newest account of
    each group is given in full."""

    accounts: list[Account]
    statuses: list[Status]
    notification_groups: list[NotificationGroup]
    partial_accounts: list[PartialAccount] | UnsetType = UNSET


class UnreadCount(Struct):
    """How many came since the marker; counting stops at the limit."""

    count: int


class PolicySummary(Struct):
    """How much is held back."""

    pending_requests_count: int
    pending_notifications_count: int


class NotificationPolicy(Struct):
    """What becomes of notifications by such people: accept, filter or drop."""

    for_not_following: str
    for_not_followers: str
    for_new_accounts: str
    for_private_mentions: str
    for_limited_accounts: str
    summary: PolicySummary


class NotificationPolicyV1(Struct):
    """The policy as the first version knew it: whether such notifications are held back."""

    filter_not_following: bool
    filter_not_followers: bool
    filter_new_accounts: bool
    filter_private_mentions: bool
    summary: PolicySummary


class NotificationRequest(Struct):
    """Somebody whose notifications are held back. `notifications_count` is decimal text."""

    id: str
    created_at: str
    updated_at: str
    notifications_count: str
    account: Account
    last_status: Status | None


class Merged(Struct):
    """Whether all that was accepted is on the list."""

    merged: bool
