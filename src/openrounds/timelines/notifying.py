"""Telling people what others did: who is told (`notification_rules`), once, and how it is taken back.

A notification is written by one INSERT for all receivers; constraints make a second one for the same cause impossible.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from msgspec import Struct, field

from openrounds.accounts.models import Account, Rank, Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.db import next_id
from openrounds.jobs.actions import record
from openrounds.posts.models import Post
from openrounds.timelines.facts import Notified
from openrounds.timelines.models import Notification, NotificationRequest, NotificationType
from openrounds.timelines.notification_rules import (
    NEW_ACCOUNT,
    NEW_FOLLOWER,
    Between,
    Policy,
    Verdict,
    group_key,
    verdict,
)

CHUNK = 500
FORGOTTEN_AT_ONCE = 2_000
# What happens again is told again, in place of what was told before.
_RENEWED = (NotificationType.EDIT, NotificationType.QUOTED_EDIT, NotificationType.FOLLOW_REQUEST)


class Cause(Struct, frozen=True):
    """What there is to tell: who (`actor_id`) did what (`kind`, a NotificationType), about which post or report.

    `asked_for`: the receivers asked for it by what they did, so it is no stranger's word to be held back.
    """

    kind: str
    actor_id: int
    post: Post | None = None
    report_id: int | None = None
    at: datetime = field(default_factory=now)
    asked_for: bool = False


def tell(receivers: Iterable[int], cause: Cause) -> list[int]:
    """Tells those of the receivers who live here and want to know; their ids, those who were told before included."""
    told: list[int] = []
    for some in db.chunks(receivers, CHUNK):
        judged = judge(some, cause)
        accepted = [i for i, v in judged.items() if v is Verdict.ACCEPT]
        held = [i for i, v in judged.items() if v is Verdict.FILTER]
        if cause.kind in _RENEWED:
            forget(kind=cause.kind, actor_id=cause.actor_id, post=cause.post, account_id__in=[*judged])
        if written := _write(accepted, cause, filtered=False):
            record(Notified(tuple(written)))
        if _write(held, cause, filtered=True) and cause.kind == NotificationType.MENTION:
            _ask(held, cause)
        told += accepted
    return told


def judge(receivers: Sequence[int], cause: Cause) -> dict[int, Verdict]:
    """By receiver's id, for those of this server; one query."""
    return {
        receiver_id: verdict(cause.kind, between, policy)
        for receiver_id, between, policy in _standings(receivers, cause)
    }


_TIES = """
SELECT r.id, r.suspended_at IS NOT NULL OR a.suspended_at IS NOT NULL,
  EXISTS (SELECT 1 FROM accounts_block b WHERE b.blocker_id = r.id AND b.blocked_id = a.id)
    OR EXISTS (SELECT 1 FROM accounts_block b WHERE b.blocker_id = a.id AND b.blocked_id = r.id),
  EXISTS (SELECT 1 FROM accounts_mute m WHERE m.muter_id = r.id AND m.muted_id = a.id AND m.hide_notifications
      AND (m.expires_at IS NULL OR m.expires_at > %s))
    OR EXISTS (SELECT 1 FROM posts_threadmute t WHERE t.account_id = r.id AND t.thread = %s),
  EXISTS (SELECT 1 FROM accounts_domainblock d WHERE d.account_id = r.id AND d.domain = a.domain),
  EXISTS (SELECT 1 FROM accounts_follow f WHERE f.followee_id = a.id AND f.follower_id = r.id),
  EXISTS (SELECT 1 FROM accounts_follow f WHERE f.followee_id = r.id AND f.follower_id = a.id AND f.created_at < %s),
  a.created_at > %s, a.limited_at IS NOT NULL,
  EXISTS (SELECT 1 FROM timelines_notificationpermission n WHERE n.account_id = r.id AND n.sender_id = a.id),
  EXISTS (SELECT 1 FROM posts_post o JOIN posts_mention m ON m.post_id = o.id WHERE o.thread = %s AND o.account_id = r.id
      AND o.visibility = 3 AND o.deleted_at IS NULL AND m.account_id = a.id),
  y.for_not_following, y.for_not_followers, y.for_new_accounts, y.for_private_mentions, y.for_limited_accounts
FROM accounts_account r JOIN accounts_account a ON a.id = %s
LEFT JOIN timelines_notificationpolicy y ON y.account_id = r.id
WHERE r.domain = '' AND {among}
"""

_FLAGS = (
    "suspended",
    "blocked",
    "silenced",
    "server_blocked",
    "follows",
    "longstanding_follower",
    "new",
    "limited",
    "permitted",
)


def _standings(receivers: Sequence[int], cause: Cause) -> Iterable[tuple[int, Between, Policy]]:
    post = cause.post
    thread = post.thread if post else 0
    direct = post is not None and post.visibility == Visibility.DIRECT
    follower_since, account_since = db.moment(now() - NEW_FOLLOWER), db.moment(now() - NEW_ACCOUNT)
    answered = thread if post and post.in_reply_to_id else 0
    params = [db.moment(now()), thread, follower_since, account_since, answered, cause.actor_id]
    condition, ids = db.among("r.id", receivers)
    for receiver_id, *row in db.rows(_TIES.format(among=condition), [*params, ids]):
        flags = dict(zip(_FLAGS, map(bool, row), strict=False))
        private = direct and not row[len(_FLAGS)]
        policy = Policy(*row[-5:]) if row[-1] else Policy()
        same = receiver_id == cause.actor_id
        between = Between(same=same, private=private, asked_for=cause.asked_for, **flags)
        yield receiver_id, between, policy


def _write(receivers: Sequence[int], cause: Cause, *, filtered: bool) -> list[tuple[int, int]]:
    """Pairs of account and notification, of what is new."""
    if not receivers:
        return []
    post_id = cause.post.pk if cause.post else None
    key = group_key(cause.kind, post_id, cause.at)
    shared = [cause.actor_id, cause.kind, post_id, cause.report_id, key, filtered, db.moment(cause.at)]
    found = db.rows(
        "INSERT INTO timelines_notification "
        "(account_id, actor_id, type, post_id, report_id, group_key, filtered, created_at) VALUES "
        f"{','.join(['(%s, %s, %s, %s, %s, %s, %s, %s)'] * len(receivers))} "
        "ON CONFLICT DO NOTHING RETURNING account_id, id",
        [value for receiver in receivers for value in (receiver, *shared)],
    )
    return [(account_id, notification_id) for account_id, notification_id in found]


def _ask(receivers: Sequence[int], cause: Cause) -> None:
    """Each of the receivers finds the sender among the requests."""
    moment, post_id = db.moment(cause.at), cause.post.pk if cause.post else None
    values = [
        v
        for account_id in receivers
        for v in (next_id(), account_id, cause.actor_id, post_id, moment, moment)
    ]
    db.execute(
        "INSERT INTO timelines_notificationrequest (id, account_id, sender_id, last_post_id, created_at, updated_at) VALUES "
        f"{','.join(['(%s, %s, %s, %s, %s, %s)'] * len(receivers))} ON CONFLICT (account_id, sender_id) "
        "DO UPDATE SET last_post_id = excluded.last_post_id, updated_at = excluded.updated_at",
        values,
    )


def notify_of_report(report_id: int, reporter_id: int) -> None:
    """Tells the moderators. In the transaction that writes the report."""
    tell(moderators(), Cause(NotificationType.REPORT, reporter_id, report_id=report_id))


def moderators() -> list[int]:
    """The accounts of those who keep the house."""
    found = Account.objects.filter(user__rank__gte=Rank.MODERATOR, user__is_active=True)
    return list(found.values_list("pk", flat=True))


def forget(*, kind: str, actor_id: int, **which: object) -> None:
    """Takes back what somebody did."""
    Notification.objects.filter(type=kind, actor_id=actor_id, **which).delete()


def forget_post(post_id: int) -> bool:
    """What was told about a post that is deleted, which nobody is shown any more: some of it; whether more may be left."""
    return db.execute(_SOME_OF_POST, [post_id, FORGOTTEN_AT_ONCE]) == FORGOTTEN_AT_ONCE


_SOME_OF_POST = """DELETE FROM timelines_notification WHERE id IN (
  SELECT id FROM timelines_notification WHERE post_id = %s LIMIT %s)"""


def forget_each_other(one: int, other: int) -> None:
    """Whatever either was told of the other."""
    for account_id, actor_id in ((one, other), (other, one)):
        forget_senders(account_id, [actor_id])


def forget_senders(account_id: int, sender_ids: Collection[int]) -> None:
    """Whatever the account was told of those."""
    Notification.objects.filter(account_id=account_id, actor_id__in=sender_ids).delete()
    NotificationRequest.objects.filter(account_id=account_id, sender_id__in=sender_ids).delete()
