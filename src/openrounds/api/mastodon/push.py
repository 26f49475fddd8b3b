"""Web Push: one subscription for each access token."""

from typing import Literal

from msgspec import Struct, field, to_builtins

from openrounds.api.call import Call
from openrounds.api.entities.push import Alerts, WebPushSubscription
from openrounds.api.routing import person, route
from openrounds.push import actions, vapid
from openrounds.push.access import access_subscription
from openrounds.push.actions import Place
from openrounds.push.models import PushSubscription
from openrounds.push.rules import ALERTS

PATH = "/api/v1/push/subscription"
Policy = Literal["all", "followed", "follower", "none"]


class KeysParams(Struct):
    """As browsers give them: base64url or base64, padded or not."""

    p256dh: str = ""
    auth: str = ""


class PlaceParams(Struct):
    """Where to send (https), and for which keys to encrypt; `standard` chooses RFC 8291 over the draft before it."""

    endpoint: str = ""
    keys: KeysParams = field(default_factory=KeysParams)
    standard: bool = False


class DataParams(Struct):
    """What to tell. Alerts that are left out are off, unless all are."""

    alerts: Alerts | None = None
    policy: Policy | None = None


class ChangeParams(Struct):
    """`policy` may stand in `data` or beside it."""

    data: DataParams = field(default_factory=DataParams)
    policy: Policy | None = None


class SubscriptionParams(ChangeParams, kw_only=True):
    """A new subscription."""

    subscription: PlaceParams


@route("POST", PATH, person("push"), params=SubscriptionParams, returns=WebPushSubscription)
def create(call: Call) -> WebPushSubscription:
    """Takes the place of the token's former one."""
    asked = call.params(SubscriptionParams)
    to = asked.subscription
    subscription = actions.subscribe(
        call.request.headers["Authorization"].partition(" ")[2].strip(),
        Place(to.endpoint, to.keys.p256dh, to.keys.auth, to.standard),
        alerts=_alerts(asked) or (),
        policy=_policy(asked) or "all",
        base_url=call.base,
    )
    return _render(subscription)


@route("GET", PATH, person("push"), returns=WebPushSubscription)
def show(call: Call) -> WebPushSubscription:
    """The token's own."""
    return _render(_own(call))


@route("PUT", PATH, person("push"), params=ChangeParams, returns=WebPushSubscription)
def update(call: Call) -> WebPushSubscription:
    """Other alerts, another policy; the place stays."""
    subscription, asked = _own(call), call.params(ChangeParams)
    actions.change(subscription, alerts=_alerts(asked), policy=_policy(asked))
    return _render(subscription)


@route("DELETE", PATH, person("push"), returns=dict[str, str])
def delete(call: Call) -> dict[str, str]:
    """Whether there is one or not."""
    assert call.viewer is not None
    actions.unsubscribe(call.viewer.token_id)
    return {}


def _own(call: Call) -> PushSubscription:
    assert call.viewer is not None
    return access_subscription(call.viewer.token_id)


def _alerts(asked: ChangeParams) -> list[str] | None:
    if asked.data.alerts is None:
        return None
    return [kind for kind, on in to_builtins(asked.data.alerts).items() if on]


def _policy(asked: ChangeParams) -> Policy | None:
    return asked.data.policy or asked.policy


def _render(subscription: PushSubscription) -> WebPushSubscription:
    alerts = subscription.alerts.split()
    return WebPushSubscription(
        id=subscription.pk,
        endpoint=subscription.endpoint,
        standard=subscription.standard,
        alerts=Alerts(*(kind in alerts for kind in ALERTS)),
        server_key=vapid.public_key(),
        policy=subscription.policy,
    )
