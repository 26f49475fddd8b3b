"""What a person does with notifications: clears them, says whose he wants, lets held-back ones through."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from openrounds.accounts.models import Visibility
from openrounds.jobs.actions import record
from openrounds.posts.models import Post
from openrounds.timelines import conversing
from openrounds.timelines.facts import NotificationsMerged
from openrounds.timelines.models import (
    Notification,
    NotificationPermission,
    NotificationPolicy,
    NotificationRequest,
    NotificationType,
)
from openrounds.timelines.notification_rules import lone_id


def clear(account_id: int) -> None:
    """Empties the list. What is held back stays for the account to decide upon."""
    Notification.objects.filter(account_id=account_id, filtered=False).delete()


def dismiss(account_id: int, notification_id: int) -> bool:
    """False when there is none of that id."""
    deleted, _ = Notification.objects.filter(account_id=account_id, pk=notification_id).delete()
    return bool(deleted)


def dismiss_group(account_id: int, key: str) -> bool:
    """False when there is no such group."""
    alone = lone_id(key)
    if alone is not None:
        return dismiss(account_id, alone)
    deleted, _ = Notification.objects.filter(account_id=account_id, group_key=key, filtered=False).delete()
    return bool(deleted)


def set_policy(account_id: int, wanted: Mapping[str, str]) -> NotificationPolicy:
    """`wanted` maps the policy's columns to what is to become of such notifications."""
    policy, _ = NotificationPolicy.objects.update_or_create(account_id=account_id, defaults=dict(wanted))
    return policy


def accept(account_id: int, requests: Sequence[NotificationRequest]) -> None:
    """Lets these senders through, now and from now on."""
    senders = [each.sender_id for each in requests]
    if not senders:
        return
    with transaction.atomic():
        rows = [NotificationPermission(account_id=account_id, sender_id=sender) for sender in senders]
        NotificationPermission.objects.bulk_create(rows, ignore_conflicts=True)
        held = Notification.objects.filter(account_id=account_id, actor_id__in=senders, filtered=True)
        mentions = list(held.filter(type=NotificationType.MENTION).values_list("post_id", flat=True))
        held.update(filtered=False)
        for post in Post.objects.filter(
            pk__in=mentions, visibility=Visibility.DIRECT, deleted_at=None
        ).order_by("pk"):
            conversing.converse(post, [account_id])
        _close(account_id, senders)
        record(NotificationsMerged(account_id))


def refuse(account_id: int, requests: Sequence[NotificationRequest]) -> None:
    """Forgets what these senders sent; what they send next is held back anew."""
    senders = [each.sender_id for each in requests]
    with transaction.atomic():
        Notification.objects.filter(account_id=account_id, actor_id__in=senders, filtered=True).delete()
        _close(account_id, senders)


def _close(account_id: int, senders: Sequence[int]) -> None:
    NotificationRequest.objects.filter(account_id=account_id, sender_id__in=senders).delete()
