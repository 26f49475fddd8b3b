"""What follows for phones from notifications.

A push is a job of its own, so that one push service's trouble holds up nobody else's messages. After a crash it may be
sent twice; apps know notifications by their ids. What cannot be delivered in time is given up, never parked: a list of
all that an unreachable phone has missed helps no operator.
"""

import logging
import time
from datetime import timedelta

import msgspec
from msgspec import Struct

from openrounds.core.clock import ago, now
from openrounds.core.net import FetchError, FetchLimits, FetchRefused
from openrounds.core.options import options
from openrounds.core.outgoing import dialler
from openrounds.core.text import plain_text
from openrounds.jobs.actions import BACKOFF, enqueue
from openrounds.jobs.registry import Fact, Tick, handler, of
from openrounds.media.urls import MISSING_AVATAR, picture_url
from openrounds.oauth.access import hash_secret
from openrounds.posts.models import Post
from openrounds.push import actions, queries, rules, vapid
from openrounds.push.encryption import Once, Recipient, encrypt
from openrounds.push.models import PushSubscription
from openrounds.push.queries import Message
from openrounds.push.rules import Outcome
from openrounds.push.sealing import unseal
from openrounds.timelines.facts import Notified

# As long as push services keep messages for phones that are off; older news is not worth a ring.
TTL = timedelta(seconds=172_800)
LIMITS = FetchLimits(deadline_seconds=8.0, connect_seconds=4.0, max_bytes=64 * 1024, max_redirects=0)
REST_SECONDS = 60.0
_log = logging.getLogger(__name__)
# By origin, until when (monotonic) nothing is sent there after it let us wait in vain: the queue has other work.
_resting: dict[str, float] = {}


class PushWanted(Fact, frozen=True):
    """A notification is to be sent to a subscription; `tries` were in vain."""

    subscription_id: int
    notification_id: int
    tries: int = 0


class Payload(Struct):
    """What apps read. `access_token` is theirs: by it they find the account."""

    access_token: str
    preferred_locale: str
    notification_id: int
    notification_type: str
    icon: str
    title: str
    body: str


def may_ring(fact: Notified) -> bool:
    """Most people have no phone that wants to be told."""
    return queries.concerns_a_phone({account_id for account_id, _ in fact.of})


@handler()
def ring(fact: Notified) -> None:
    """A job for each subscription that wants to be told."""
    ringing = actions.heed_wishes([notification_id for _, notification_id in fact.of])
    for target in queries.targets(ringing):
        enqueue(of(send), PushWanted(target.subscription_id, target.notification_id))


@handler(queue="net", transactional=False)
def send(wanted: PushWanted) -> None:
    """Sends it, unless what it tells is gone or stale; tries again later when the push service is in trouble."""
    message = queries.find_message(wanted.subscription_id, wanted.notification_id)
    if message is None or message.notification.created_at < ago(seconds=TTL.total_seconds()):
        return
    token = unseal(message.subscription.sealed_token)
    if token is None or hash_secret(token) != message.subscription.access_token.token_hash:
        actions.drop(message.subscription)
        return
    outcome, retry_after = _deliver(message.subscription, msgspec.json.encode(_payload(message, token)))
    if outcome is Outcome.GONE:
        actions.drop(message.subscription)
    elif outcome is Outcome.LATER:
        _try_again(wanted, retry_after)


@handler()
def tidy_pings(_: Tick) -> None:
    actions.forget_pings()


def _deliver(subscription: PushSubscription, payload: bytes) -> tuple[Outcome, str]:
    """What came of it, and the Retry-After of the answer."""
    origin = rules.origin_of(subscription.endpoint)
    if _resting.get(origin, 0.0) > time.monotonic():
        return Outcome.LATER, ""
    to = Recipient.read(subscription.p256dh, subscription.auth)
    sealed = encrypt(payload, to, Once.new(), standard=subscription.standard)
    try:
        answer = dialler().fetch(
            subscription.endpoint,
            method="POST",
            headers=_headers(subscription, sealed.headers),
            content=sealed.body,
            limits=LIMITS,
            accept=None,
        )
    except FetchRefused as problem:
        _log.info("subscription %s is dropped: %s", subscription.pk, problem)
        return Outcome.GONE, ""
    except FetchError as problem:
        _log.info("subscription %s waits: %s", subscription.pk, problem)
        _rest(origin)
        return Outcome.LATER, ""
    return rules.judge(answer.status), answer.headers.get("retry-after", "")


def _headers(subscription: PushSubscription, of_body: dict[str, str]) -> dict[str, str]:
    """Two keys go into one Crypto-Key header in the draft."""
    ours = vapid.headers_for(subscription.endpoint, _contact(subscription), standard=subscription.standard)
    keys = [part["Crypto-Key"] for part in (of_body, ours) if "Crypto-Key" in part]
    joined = {"Crypto-Key": ";".join(keys)} if keys else {}
    ttl = str(int(TTL.total_seconds()))
    return {**of_body, **ours, **joined, "TTL": ttl, "Urgency": "normal"}


def _contact(subscription: PushSubscription) -> str:
    """Where a push service can complain (RFC 8292 §2.1)."""
    o = options()
    return f"mailto:{o.contact_email}" if o.contact_email else o.base_url or subscription.base_url


def _rest(origin: str) -> None:
    moment = time.monotonic()
    for former in [name for name, until in _resting.items() if until <= moment]:
        del _resting[former]
    _resting[origin] = moment + REST_SECONDS


def _try_again(wanted: PushWanted, retry_after: str) -> None:
    if wanted.tries >= len(BACKOFF):
        _log.info(
            "subscription %s: notification %s is given up", wanted.subscription_id, wanted.notification_id
        )
        return
    later = now() + rules.pause(BACKOFF[wanted.tries], retry_after)
    again = msgspec.structs.replace(wanted, tries=wanted.tries + 1)
    key = f"push:{again.subscription_id}:{again.notification_id}:{again.tries}"
    enqueue(of(send), again, run_at=later, unique_key=key)


def _payload(message: Message, token: str) -> Payload:
    notification, base = message.notification, options().base_url or message.subscription.base_url
    actor, person = notification.actor, message.subscription.access_token.person
    return Payload(
        access_token=token,
        preferred_locale=person.locale if person else "en",
        notification_id=notification.pk,
        notification_type=notification.type,
        icon=picture_url(base, actor.avatar, MISSING_AVATAR),
        title=rules.title(notification.type, actor.display_name or actor.username),
        body=rules.shorten(_said(notification.post) or f"@{actor.acct}", rules.BODY_CHARACTERS),
    )


def _said(post: Post | None) -> str:
    """A post's warning where it has one: what is behind it does not belong on a locked screen."""
    if post is None:
        return ""
    text = plain_text(post.text) if post.account.domain else post.text
    return post.spoiler_text or text
