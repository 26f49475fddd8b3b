"""Polls and posts that wait for their hour."""

from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from openrounds.api.call import Call, Reply
from openrounds.api.entities.status import Poll, ScheduledStatus
from openrounds.api.params import Id
from openrounds.api.render import poll as poll_render
from openrounds.api.render.scheduled import render_scheduled
from openrounds.api.routing import anyone, person, route
from openrounds.core.errors import Invalid
from openrounds.posts import access, actions, queries


class VoteParams(Struct):
    """The places of the chosen options, from 0."""

    choices: list[int]


class RescheduleParams(Struct):
    """When instead."""

    scheduled_at: datetime | None = None


class Cursors(Struct):
    """A page: at most 40."""

    limit: int = 20
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None


@route("GET", "/api/v1/polls/:id", anyone("read:statuses"), returns=Poll)
def show(call: Call, id: int) -> Poll:
    """A poll with its counts."""
    post_id = access.access_poll(call.account_id, id).post_id
    return poll_render.load([post_id], call.account_id)[post_id]


@route("POST", "/api/v1/polls/:id/votes", person("write:statuses"), params=VoteParams, returns=Poll)
def vote(call: Call, id: int) -> Poll:
    """Votes, once."""
    poll = actions.vote(call.me, id, call.params(VoteParams).choices)
    return poll_render.load([poll.post_id], call.me)[poll.post_id]


@route(
    "GET",
    "/api/v1/scheduled_statuses",
    person("read:statuses"),
    params=Cursors,
    returns=list[ScheduledStatus],
)
def scheduled(call: Call) -> Reply:
    """What waits for its hour."""
    found = queries.scheduled(call.me, call.paging(20, 40))
    body = [render_scheduled(call.base, row) for row in found]
    return call.paged(body, found[0].pk if found else None, found[-1].pk if found else None)


@route("GET", "/api/v1/scheduled_statuses/:id", person("read:statuses"), returns=ScheduledStatus)
def show_scheduled(call: Call, id: int) -> ScheduledStatus:
    """One of them."""
    return render_scheduled(call.base, access.access_scheduled(call.me, id))


@route(
    "PUT",
    "/api/v1/scheduled_statuses/:id",
    person("write:statuses"),
    params=RescheduleParams,
    returns=ScheduledStatus,
)
def reschedule(call: Call, id: int) -> ScheduledStatus:
    """Another hour, at least 5 minutes ahead."""
    at = call.params(RescheduleParams).scheduled_at
    if at is None:
        raise Invalid("Validation failed: Scheduled at can't be blank")
    return render_scheduled(
        call.base, actions.reschedule(call.me, id, at if at.tzinfo else at.replace(tzinfo=UTC))
    )


@route("DELETE", "/api/v1/scheduled_statuses/:id", person("write:statuses"), returns=dict[str, Any])
def unschedule(call: Call, id: int) -> dict[str, Any]:
    """Never mind."""
    actions.unschedule(call.me, id)
    return {}
