"""Notifications in groups: what many people did about the same is told once."""

from msgspec import Struct

from openrounds.api import rendering
from openrounds.api.call import Call, Reply
from openrounds.api.entities.account import Account
from openrounds.api.entities.notification import GroupedNotificationsResults, UnreadCount
from openrounds.api.mastodon.notifications import DEFAULT, MOST, ChoiceParams, choice, counted
from openrounds.api.render.notification import render_groups
from openrounds.api.routing import person, route
from openrounds.core.errors import NotFound
from openrounds.timelines import notification_actions as actions
from openrounds.timelines import notification_queries as queries
from openrounds.timelines.notification_queries import Choice
from openrounds.timelines.notification_rules import GROUPABLE

PARTIAL = "partial_avatars"


class GroupParams(ChoiceParams):
    """Which notifications; those of other than `grouped_types` stand alone. `expand_accounts` is full or partial_avatars."""

    grouped_types: list[str] | None = None
    expand_accounts: str = "full"


class PageParams(Struct):
    """A page of accounts: 40, at most 80. Pages go by notification."""

    limit: int | None = None
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


def kinds(asked: GroupParams) -> list[str]:
    return [kind for kind in GROUPABLE if asked.grouped_types is None or kind in asked.grouped_types]


@route(
    "GET",
    "/api/v2/notifications",
    person("read:notifications"),
    params=GroupParams,
    returns=GroupedNotificationsResults,
)
def index(call: Call) -> Reply:
    """What the caller was told, in groups, the newest first; 40 of them, at most 80."""
    asked, paging = call.params(GroupParams), call.paging(DEFAULT, MOST)
    groups = queries.grouped(call.me, choice(call, asked), paging, kinds(asked))
    body = render_groups(call, groups, partial=asked.expand_accounts == PARTIAL)
    if not groups:
        return call.paged(body, None, None)
    first, last = max(g.newest.id for g in groups), min(g.newest.id for g in groups)
    return call.paged(body, first, last, more=len(groups) == paging.limit)


@route(
    "GET",
    "/api/v2/notifications/unread_count",
    person("read:notifications"),
    params=GroupParams,
    returns=UnreadCount,
)
def unread_count(call: Call) -> UnreadCount:
    """How many groups have something new since the marker; counted up to `limit` (100, at most 1000)."""
    asked, above = call.params(GroupParams), queries.marker(call.me)
    chosen = choice(call, asked)
    return UnreadCount(queries.count_groups(call.me, chosen, kinds(asked), above=above, most=counted(asked)))


@route(
    "GET",
    "/api/v2/notifications/:group_key",
    person("read:notifications"),
    returns=GroupedNotificationsResults,
)
def show(call: Call, group_key: str) -> bytes:
    """One group."""
    found = queries.group(call.me, group_key, choice(call, ChoiceParams()).kinds)
    if found is None:
        raise NotFound
    return render_groups(call, [found])


@route(
    "POST", "/api/v2/notifications/:group_key/dismiss", person("write:notifications"), returns=dict[str, str]
)
def dismiss(call: Call, group_key: str) -> dict[str, str]:
    """Takes the whole group off the list."""
    if not actions.dismiss_group(call.me, group_key):
        raise NotFound
    return {}


@route(
    "GET",
    "/api/v2/notifications/:group_key/accounts",
    person("read:notifications"),
    params=PageParams,
    returns=list[Account],
)
def accounts(call: Call, group_key: str) -> Reply:
    """Everyone in the group, the newest first."""
    paging = call.paging(DEFAULT, MOST)
    chosen = Choice(choice(call, ChoiceParams()).kinds, key=group_key)
    found = queries.listed(call.me, chosen, paging)
    if not found:
        raise NotFound
    people = list(dict.fromkeys(line.actor_id for line in found))
    body = rendering.render_accounts(call, people)
    return call.paged(body, found[0].id, found[-1].id, more=len(found) == paging.limit)
