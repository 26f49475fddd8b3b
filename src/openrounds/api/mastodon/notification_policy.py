"""Whose notifications come through, and whose are held back until the caller decides."""

from typing import Literal

from msgspec import Raw, Struct, structs

from openrounds.api import rendering
from openrounds.api.call import Call, Reply
from openrounds.api.entities.notification import (
    Merged,
    NotificationPolicy,
    NotificationPolicyV1,
    NotificationRequest,
    PolicySummary,
)
from openrounds.api.params import Id
from openrounds.api.render.notification import CONTEXT
from openrounds.api.routing import person, route
from openrounds.core.clock import iso
from openrounds.core.errors import NotFound
from openrounds.posts.lines import read_ids
from openrounds.posts.visibility import visible_ids
from openrounds.timelines import notification_actions as actions
from openrounds.timelines import notification_queries as queries
from openrounds.timelines.access import access_requests
from openrounds.timelines.notification_queries import Request

DEFAULT, MOST = 40, 80
Handling = Literal["accept", "filter", "drop"]


class PolicyParams(Struct):
    """What is to become of notifications by such people; what is left out stays as it is."""

    for_not_following: Handling | None = None
    for_not_followers: Handling | None = None
    for_new_accounts: Handling | None = None
    for_private_mentions: Handling | None = None
    for_limited_accounts: Handling | None = None


class PolicyV1Params(Struct):
    """Whether notifications by such people are held back."""

    filter_not_following: bool | None = None
    filter_not_followers: bool | None = None
    filter_new_accounts: bool | None = None
    filter_private_mentions: bool | None = None


class PageParams(Struct):
    """A page of requests: 40, at most 80."""

    limit: int | None = None
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None


class ManyParams(Struct):
    """Which requests."""

    id: list[Id] = []


@route("GET", "/api/v2/notifications/policy", person("read:notifications"), returns=NotificationPolicy)
def policy(call: Call) -> NotificationPolicy:
    """The caller's policy, and how much it holds back."""
    return _policy(call)


@route(
    "PATCH",
    "/api/v2/notifications/policy",
    person("write:notifications"),
    params=PolicyParams,
    returns=NotificationPolicy,
)
def set_policy(call: Call) -> NotificationPolicy:
    """Changes the policy."""
    asked = structs.asdict(call.params(PolicyParams))
    actions.set_policy(call.me, {name: value for name, value in asked.items() if value is not None})
    return _policy(call)


@route("GET", "/api/v1/notifications/policy", person("read:notifications"), returns=NotificationPolicyV1)
def policy_v1(call: Call) -> NotificationPolicyV1:
    """The policy as apps of 2024 know it."""
    return _policy_v1(call)


@route(
    "PATCH",
    "/api/v1/notifications/policy",
    person("write:notifications"),
    params=PolicyV1Params,
    returns=NotificationPolicyV1,
)
def set_policy_v1(call: Call) -> NotificationPolicyV1:
    """Changes the policy; true holds back, false accepts."""
    asked = structs.asdict(call.params(PolicyV1Params))
    wanted = {
        name.replace("filter_", "for_"): "filter" if value else "accept"
        for name, value in asked.items()
        if value is not None
    }
    actions.set_policy(call.me, wanted)
    return _policy_v1(call)


def _policy(call: Call) -> NotificationPolicy:
    row = queries.policy_of(call.me)
    return NotificationPolicy(
        for_not_following=row.for_not_following,
        for_not_followers=row.for_not_followers,
        for_new_accounts=row.for_new_accounts,
        for_private_mentions=row.for_private_mentions,
        for_limited_accounts=row.for_limited_accounts,
        summary=_summary(call),
    )


def _policy_v1(call: Call) -> NotificationPolicyV1:
    row = queries.policy_of(call.me)
    return NotificationPolicyV1(
        filter_not_following=row.for_not_following != "accept",
        filter_not_followers=row.for_not_followers != "accept",
        filter_new_accounts=row.for_new_accounts != "accept",
        filter_private_mentions=row.for_private_mentions != "accept",
        summary=_summary(call),
    )


def _summary(call: Call) -> PolicySummary:
    return PolicySummary(*queries.pending(call.me))


@route(
    "GET",
    "/api/v1/notifications/requests",
    person("read:notifications"),
    params=PageParams,
    returns=list[NotificationRequest],
)
def requests(call: Call) -> Reply:
    """Whose notifications are held back, the newest request first; 40 of them, at most 80."""
    paging = call.paging(DEFAULT, MOST)
    found = queries.requests(call.me, paging)
    if not found:
        return call.paged([], None, None)
    return call.paged(_render(call, found), found[0].id, found[-1].id, more=len(found) == paging.limit)


@route("GET", "/api/v1/notifications/requests/merged", person("read:notifications"), returns=Merged)
def merged(call: Call) -> Merged:
    """Always: what is accepted is on the list before the answer to it is sent."""
    return Merged(merged=bool(call.me))


@route(
    "POST",
    "/api/v1/notifications/requests/accept",
    person("write:notifications"),
    params=ManyParams,
    returns=dict[str, str],
)
def accept_many(call: Call) -> dict[str, str]:
    """Lets these senders through, now and from now on."""
    actions.accept(call.me, access_requests(call.me, call.params(ManyParams).id))
    return {}


@route(
    "POST",
    "/api/v1/notifications/requests/dismiss",
    person("write:notifications"),
    params=ManyParams,
    returns=dict[str, str],
)
def dismiss_many(call: Call) -> dict[str, str]:
    """Forgets what these senders sent."""
    actions.refuse(call.me, access_requests(call.me, call.params(ManyParams).id))
    return {}


@route("GET", "/api/v1/notifications/requests/:id", person("read:notifications"), returns=NotificationRequest)
def request(call: Call, id: int) -> NotificationRequest:
    """One request."""
    found = queries.request(call.me, id)
    if found is None:
        raise NotFound
    return _render(call, [found])[0]


@route(
    "POST",
    "/api/v1/notifications/requests/:id/accept",
    person("write:notifications"),
    returns=dict[str, str],
)
def accept(call: Call, id: int) -> dict[str, str]:
    """Lets this sender through, now and from now on."""
    actions.accept(call.me, access_requests(call.me, [id]))
    return {}


@route(
    "POST",
    "/api/v1/notifications/requests/:id/dismiss",
    person("write:notifications"),
    returns=dict[str, str],
)
def dismiss(call: Call, id: int) -> dict[str, str]:
    """Forgets what this sender sent."""
    actions.refuse(call.me, access_requests(call.me, [id]))
    return {}


def _render(call: Call, found: list[Request]) -> list[NotificationRequest]:
    readable = visible_ids(call.me, [r.last_post_id for r in found if r.last_post_id])
    posts = {line.id: line for line in read_ids(list(readable))}
    page = rendering.Page(call, list(posts.values()), CONTEXT, hiding=False)
    senders = rendering.render_account_parts(call.base, {r.sender_id for r in found})
    return [
        NotificationRequest(
            id=str(r.id),
            created_at=iso(r.created_at),
            updated_at=iso(r.updated_at),
            notifications_count=str(r.count),
            account=Raw(senders[r.sender_id]),  # type: ignore[arg-type]
            last_status=Raw(page.one(posts[r.last_post_id])) if r.last_post_id in posts else None,  # type: ignore[arg-type]
        )
        for r in found
    ]
