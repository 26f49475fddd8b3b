"""Writes of Web Push: subscribing, and when an account wants to be left in peace."""

from collections.abc import Collection, Mapping
from datetime import time
from typing import Any

from django.db import transaction
from msgspec import Struct

from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotSignedIn
from openrounds.core.net import FetchRefused
from openrounds.core.outgoing import dialler
from openrounds.oauth.access import hash_secret
from openrounds.oauth.models import AccessToken
from openrounds.push.encryption import BadKey, Recipient
from openrounds.push.models import Ping, PingWishes, PushSubscription
from openrounds.push.queries import count_pings, quiet_hours
from openrounds.push.rules import WEEK, encode_key, read_clock, time_zones
from openrounds.push.sealing import seal
from openrounds.timelines.models import Notification, NotificationType

LONGEST_ENDPOINT = 2048
MOST_PINGS = 1000


class Place(Struct, frozen=True):
    """Where and how an app wants to be told: `p256dh` and `auth` as it sent them."""

    endpoint: str
    p256dh: str
    auth: str
    standard: bool


def subscribe(
    token: str, place: Place, *, alerts: Collection[str], policy: str, base_url: str
) -> PushSubscription:
    """The token's subscription, in place of any former one. Raises Invalid for a place nothing can be sent to."""
    keys = _check(place)
    with transaction.atomic():
        row = AccessToken.objects.select_for_update().filter(token_hash=hash_secret(token)).first()
        if row is None:
            raise NotSignedIn
        PushSubscription.objects.filter(access_token=row).delete()
        return PushSubscription.objects.create(
            access_token=row,
            sealed_token=seal(token),
            endpoint=place.endpoint,
            p256dh=encode_key(keys.public),
            auth=encode_key(keys.auth),
            standard=place.standard,
            alerts=" ".join(alerts),
            policy=policy,
            base_url=base_url,
        )


def _check(place: Place) -> Recipient:
    if len(place.endpoint) > LONGEST_ENDPOINT:
        raise Invalid("Validation failed: Endpoint is too long")
    try:
        dialler().check(place.endpoint)
        return Recipient.read(place.p256dh, place.auth)
    except FetchRefused as problem:
        raise Invalid(f"Validation failed: Endpoint is invalid: {problem}") from problem
    except BadKey as problem:
        raise Invalid(f"Validation failed: Key is invalid: {problem}") from problem


def change(subscription: PushSubscription, *, alerts: Collection[str] | None, policy: str | None) -> None:
    """Sets what is not None."""
    if alerts is not None:
        subscription.alerts = " ".join(alerts)
    if policy is not None:
        subscription.policy = policy
    subscription.save(update_fields=["alerts", "policy"])


def unsubscribe(token_id: int) -> None:
    PushSubscription.objects.filter(access_token_id=token_id).delete()


def drop(subscription: PushSubscription) -> None:
    """The push service takes nothing for it any more."""
    PushSubscription.objects.filter(pk=subscription.pk).delete()


class Wishes(Struct, frozen=True):
    """Changes; None leaves as it is. "" for the hours and 0 for the cap take them away."""

    time_zone: str | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None
    weekly_cap: int | None = None
    on_call: bool | None = None


def set_wishes(account_id: int, asked: Wishes) -> PingWishes:
    """Raises Invalid, with nothing changed, for hours or a zone that do not exist, or one hour without the other."""
    with transaction.atomic():
        PingWishes.objects.get_or_create(account_id=account_id)
        row = PingWishes.objects.select_for_update().get(pk=account_id)
        for name, value in _values(asked).items():
            setattr(row, name, value)
        if (row.quiet_from is None) != (row.quiet_until is None) or (
            row.quiet_from and row.quiet_from == row.quiet_until
        ):
            raise Invalid("Validation failed: Quiet hours need a beginning and another end")
        row.save()
    return row


def _values(asked: Wishes) -> Mapping[str, Any]:
    values: dict[str, Any] = {}
    if asked.time_zone is not None:
        if asked.time_zone not in time_zones():
            raise Invalid(
                "Validation failed: Time zone is not one of the IANA time zones, such as Europe/London"
            )
        values["time_zone"] = asked.time_zone
    for name, text in (("quiet_from", asked.quiet_from), ("quiet_until", asked.quiet_until)):
        if text is not None:
            values[name] = _hour(text)
    if asked.weekly_cap is not None:
        if not 0 <= asked.weekly_cap <= MOST_PINGS:
            raise Invalid(f"Validation failed: Weekly cap must be between 0 and {MOST_PINGS}")
        values["weekly_cap"] = asked.weekly_cap or None
    if asked.on_call is not None:
        values["on_call"] = asked.on_call
    return values


def _hour(text: str) -> time | None:
    found = read_clock(text)
    if text and found is None:
        raise Invalid("Validation failed: Quiet hours are written as 22:30")
    return found


def heed_wishes(notification_ids: Collection[int]) -> set[int]:
    """Those of the notifications for which a phone may ring now; counts mentions of accounts that cap them. In the caller's
    transaction: the wishes stay locked, so that two mentions at once do not both count as the last."""
    ringing = set(notification_ids)
    told = Notification.objects.filter(pk__in=notification_ids, filtered=False).order_by("account_id", "pk")
    rows = PingWishes.objects.select_for_update().filter(account__in=told.values("account_id")).order_by("pk")
    wishes = {row.pk: row for row in rows}
    if not wishes:
        return ringing
    for notification in told:
        own = wishes.get(notification.account_id)
        if own is not None and not _rings(notification, own):
            ringing.discard(notification.pk)
    return ringing


def _rings(notification: Notification, own: PingWishes) -> bool:
    hours = quiet_hours(own)
    if hours is not None and hours.hold(now()):
        return False
    if notification.type != NotificationType.MENTION or not own.weekly_cap:
        return True
    rang = count_pings(own.pk) < own.weekly_cap
    ping = Ping(account_id=own.pk, post_id=notification.post_id, rang=rang)
    Ping.objects.bulk_create([ping], ignore_conflicts=True)
    return rang


def forget_pings() -> None:
    """Those that no longer count."""
    Ping.objects.filter(created_at__lt=now() - WEEK).delete()
