"""Reads of Web Push: who is to be told what, and who has been asked enough."""

from collections.abc import Collection

from django.db.models import Count, F, Q
from msgspec import Struct

from openrounds.accounts.models import Account, Block, Rank
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.posts.models import Post
from openrounds.posts.visibility import may_see
from openrounds.push.models import Ping, PingWishes, PushSubscription
from openrounds.push.rules import WEEK, QuietHours, is_wanted
from openrounds.timelines import filtering
from openrounds.timelines.models import FilterAction, Notification
from openrounds.timelines.notification_rules import OF_THE_HOUSE

MOST_COLLEAGUES = 3


class Target(Struct, frozen=True):
    """A subscription that one notification is for."""

    subscription_id: int
    notification_id: int


# Accounts with a wish are told apart by `heed_wishes`, which counts for them, phone or no phone.
_CONCERNED = (
    "SELECT 1 FROM oauth_accesstoken t JOIN push_pushsubscription s ON s.access_token_id = t.id WHERE {phones} "
    "UNION ALL SELECT 1 FROM push_pingwishes w WHERE {wishes} LIMIT 1"
)


def concerns_a_phone(account_ids: Collection[int]) -> bool:
    """Whether any of the accounts has a phone to ring, or wishes about that; one query."""
    phones, ids = db.among("t.account_id", account_ids)
    wishes, _ = db.among("w.account_id", account_ids)
    return db.row(_CONCERNED.format(phones=phones, wishes=wishes), [ids, ids]) is not None


_TARGETS = """
SELECT s.id, n.id, n.type, s.alerts, s.policy,
  EXISTS (SELECT 1 FROM accounts_follow f WHERE f.follower_id = n.account_id AND f.followee_id = n.actor_id),
  EXISTS (SELECT 1 FROM accounts_follow f WHERE f.followee_id = n.account_id AND f.follower_id = n.actor_id)
FROM timelines_notification n
JOIN oauth_accesstoken t ON t.account_id = n.account_id
JOIN push_pushsubscription s ON s.access_token_id = t.id
WHERE NOT n.filtered AND {among} ORDER BY s.id, n.id
"""


def targets(notification_ids: Collection[int]) -> list[Target]:
    """Whom to push these notifications to, after each subscription's own choice; one query."""
    condition, ids = db.among("n.id", notification_ids)
    return [
        Target(subscription_id, notification_id)
        for subscription_id, notification_id, kind, alerts, policy, follows, followed in db.rows(
            _TARGETS.format(among=condition), [ids]
        )
        if is_wanted(kind, alerts.split(), policy, follows=bool(follows), followed=bool(followed))
    ]


class Message(Struct, frozen=True):
    """A notification on its way to a subscription."""

    subscription: PushSubscription
    notification: Notification

    @property
    def account(self) -> Account:
        """Who is told."""
        return self.notification.account


def find_message(subscription_id: int, notification_id: int) -> Message | None:
    """None when it is no longer to be sent: the subscription or the notification is gone, its cause may not be seen, its
    receiver may not act, or does not want to be told just now."""
    subscription = (
        PushSubscription.objects.select_related("access_token__person").filter(pk=subscription_id).first()
    )
    if subscription is None:
        return None
    notification = (
        Notification.objects.select_related("account", "actor", "post__account")
        .filter(pk=notification_id, account=subscription.access_token.account_id, filtered=False)
        .first()
    )
    if notification is None or not _may_hear(subscription, notification) or _is_quiet(notification.account):
        return None
    return Message(subscription, notification)


def _may_hear(subscription: PushSubscription, notification: Notification) -> bool:
    person = subscription.access_token.person
    if person is None or not person.may_act:
        return False
    if notification.account.suspended_at or notification.actor.suspended_at:
        return False
    if notification.type in OF_THE_HOUSE and person.rank < Rank.MODERATOR:
        return False
    return notification.post is None or _may_read(notification.account_id, notification.post)


def _may_read(account_id: int, post: Post) -> bool:
    if not may_see(account_id, post.pk):
        return False
    found = filtering.find(account_id, "notifications", [post]).get(post.pk, [])
    return all(hit.filter.action != FilterAction.HIDE for hit in found)


def _is_quiet(account: Account) -> bool:
    hours = quiet_hours(wishes_of(account.pk))
    return hours is not None and hours.hold(now())


def wishes_of(account_id: int) -> PingWishes:
    """What the account has set; for one that has set nothing, that."""
    return PingWishes.objects.filter(pk=account_id).first() or PingWishes(account_id=account_id)


def quiet_hours(wishes: PingWishes) -> QuietHours | None:
    if wishes.quiet_from is None or wishes.quiet_until is None:
        return None
    return QuietHours(wishes.time_zone, wishes.quiet_from, wishes.quiet_until)


def count_pings(account_id: int) -> int:
    """How often the account's phone rang for a mention in the last seven days."""
    return Ping.objects.filter(account=account_id, rang=True, created_at__gt=now() - WEEK).count()


def list_unheard(post_id: int) -> list[Account]:
    """Those whom the post mentions and who had been asked often enough that week."""
    return list(
        Account.objects.filter(pk__in=Ping.objects.filter(post=post_id, rang=False).values("account"))
    )


def list_colleagues(asker_id: int, asked: Account) -> list[int]:
    """Ids of up to three others of the same specialty who are on call and have not been asked enough; least asked first."""
    if not asked.specialty:
        return []
    rang = Count("pings", filter=Q(pings__rang=True, pings__created_at__gt=now() - WEEK))
    blocks = Block.objects.filter(Q(blocker=asker_id) | Q(blocked=asker_id))
    ready = (
        Account.objects.filter(specialty__iexact=asked.specialty, domain="", suspended_at=None)
        .filter(ping_wishes__on_call=True)
        .exclude(pk__in=[asker_id, asked.pk])
        .exclude(pk__in=blocks.values("blocked"))
        .exclude(pk__in=blocks.values("blocker"))
        .annotate(rung=rang)
        .filter(Q(ping_wishes__weekly_cap=None) | Q(rung__lt=F("ping_wishes__weekly_cap")))
    )
    return list(ready.order_by("rung", "pk").values_list("pk", flat=True)[:MOST_COLLEAGUES])
