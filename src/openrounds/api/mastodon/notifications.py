"""Notifications one by one: the list, a single one, clearing, how many are unread."""

from msgspec import Struct

from openrounds.api.call import Call, Reply
from openrounds.api.entities.notification import Notification, UnreadCount
from openrounds.api.params import Id
from openrounds.api.render.notification import Told
from openrounds.api.routing import person, route
from openrounds.core.errors import NotFound
from openrounds.timelines import notification_actions as actions
from openrounds.timelines import notification_queries as queries
from openrounds.timelines.notification_queries import Choice
from openrounds.timelines.notification_rules import ALL_KINDS, OF_THE_HOUSE

DEFAULT, MOST = 40, 80
COUNTED, MOST_COUNTED = 100, 1000


class ChoiceParams(Struct):
    """Which notifications: of these `types` and not of those, by one account, with those held back or without."""

    limit: int | None = None
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None
    types: list[str] = []
    exclude_types: list[str] = []
    account_id: Id | None = None
    include_filtered: bool = False


class OneParams(Struct):
    """Which one."""

    id: Id


def choice(call: Call, asked: ChoiceParams) -> Choice:
    """What house-keepers are told is for those who still keep the house."""
    barred = set(asked.exclude_types)
    if call.viewer is None or not call.viewer.is_moderator:
        barred.update(OF_THE_HOUSE)
    kinds = tuple(k for k in ALL_KINDS if k not in barred and (not asked.types or k in asked.types))
    return Choice(kinds, asked.account_id, filtered=asked.include_filtered)


def counted(asked: ChoiceParams) -> int:
    """How far to count."""
    return max(1, min(asked.limit or COUNTED, MOST_COUNTED))


@route(
    "GET",
    "/api/v1/notifications",
    person("read:notifications"),
    params=ChoiceParams,
    returns=list[Notification],
)
def index(call: Call) -> Reply:
    """What the caller was told, the newest first; 40 of them, at most 80."""
    paging = call.paging(DEFAULT, MOST)
    found = queries.listed(call.me, choice(call, call.params(ChoiceParams)), paging)
    if not found:
        return call.paged(b"[]", None, None)
    return call.paged(
        Told(call, found).all(found), found[0].id, found[-1].id, more=len(found) == paging.limit
    )


@route("GET", "/api/v1/notifications/:id", person("read:notifications"), returns=Notification)
def show(call: Call, id: int) -> bytes:
    """One notification, held back or not."""
    found = queries.one(call.me, id, choice(call, ChoiceParams()).kinds)
    if found is None:
        raise NotFound
    told = Told(call, [found])
    if not told.shows(found):
        raise NotFound
    return told.one(found)


@route("POST", "/api/v1/notifications/clear", person("write:notifications"), returns=dict[str, str])
def clear(call: Call) -> dict[str, str]:
    """Empties the list."""
    actions.clear(call.me)
    return {}


@route("POST", "/api/v1/notifications/:id/dismiss", person("write:notifications"), returns=dict[str, str])
def dismiss(call: Call, id: int) -> dict[str, str]:
    """Takes one off the list."""
    return _dismissed(call, id)


@route(
    "POST",
    "/api/v1/notifications/dismiss",
    person("write:notifications"),
    params=OneParams,
    returns=dict[str, str],
)
def dismiss_by_parameter(call: Call) -> dict[str, str]:
    """Takes one off the list, as apps of 2017 ask for it."""
    return _dismissed(call, call.params(OneParams).id)


def _dismissed(call: Call, notification_id: int) -> dict[str, str]:
    if not actions.dismiss(call.me, notification_id):
        raise NotFound
    return {}


@route(
    "GET",
    "/api/v1/notifications/unread_count",
    person("read:notifications"),
    params=ChoiceParams,
    returns=UnreadCount,
)
def unread_count(call: Call) -> UnreadCount:
    """How many came since the marker; counted up to `limit` (100, at most 1000)."""
    asked = call.params(ChoiceParams)
    above = queries.marker(call.me)
    return UnreadCount(queries.count(call.me, choice(call, asked), above=above, most=counted(asked)))
