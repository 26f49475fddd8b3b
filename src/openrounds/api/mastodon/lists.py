"""Lists. Their timeline is with the other timelines."""

from typing import Any

from msgspec import Struct

from openrounds.api import rendering
from openrounds.api.call import Call, Reply
from openrounds.api.entities.account import Account
from openrounds.api.entities.list import List, RepliesPolicy
from openrounds.api.params import Id
from openrounds.api.render.list import render_list
from openrounds.api.routing import person, route
from openrounds.timelines import list_actions, list_queries
from openrounds.timelines.access import access_list


class ListParams(Struct):
    """A list; `replies_policy` is `list` if nothing is said."""

    title: str = ""
    replies_policy: RepliesPolicy | None = None
    exclusive: bool = False


class ListEditParams(Struct):
    """What is to change."""

    title: str | None = None
    replies_policy: RepliesPolicy | None = None
    exclusive: bool | None = None


class MemberParams(Struct):
    """Whom to put on a list or take off it."""

    account_ids: list[Id] = []


class MembersPageParams(Struct):
    """A page of members: at most 80, or with `limit` 0 all of them."""

    limit: int = 40
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None


@route("GET", "/api/v1/lists", person("read:lists"), returns=list[List])
def index(call: Call) -> list[List]:
    """The caller's lists."""
    return [render_list(row) for row in list_queries.lists_of(call.me)]


@route("POST", "/api/v1/lists", person("write:lists"), params=ListParams, returns=List)
def create(call: Call) -> List:
    """Makes a list."""
    asked = call.params(ListParams)
    row = list_actions.create_list(
        call.me, asked.title, replies_policy=asked.replies_policy, exclusive=asked.exclusive
    )
    return render_list(row)


@route("GET", "/api/v1/lists/:id", person("read:lists"), returns=List)
def show(call: Call, id: int) -> List:
    """One list."""
    return render_list(access_list(call.me, id))


@route("PUT", "/api/v1/lists/:id", person("write:lists"), params=ListEditParams, returns=List)
def edit(call: Call, id: int) -> List:
    """Changes a list."""
    asked = call.params(ListEditParams)
    row = list_actions.edit_list(
        call.me, id, title=asked.title, replies_policy=asked.replies_policy, exclusive=asked.exclusive
    )
    return render_list(row)


@route("DELETE", "/api/v1/lists/:id", person("write:lists"), returns=dict[str, Any])
def delete(call: Call, id: int) -> dict[str, Any]:
    """Deletes a list; the accounts on it stay followed."""
    list_actions.delete_list(call.me, id)
    return {}


@route(
    "GET",
    "/api/v1/lists/:id/accounts",
    person("read:lists"),
    params=MembersPageParams,
    returns=list[Account],
)
def members(call: Call, id: int) -> Reply:
    """Who is on a list, those last put on it first."""
    chosen = access_list(call.me, id)
    if call.params(MembersPageParams).limit == 0:
        return Reply(rendering.render_accounts(call, list_queries.all_members(chosen.pk)))
    found = list_queries.members_page(chosen.pk, call.paging(40, 80))
    body = rendering.render_accounts(call, [member_id for _, member_id in found])
    return call.paged(body, found[0][0] if found else None, found[-1][0] if found else None)


@route(
    "POST",
    "/api/v1/lists/:id/accounts",
    person("write:lists"),
    params=MemberParams,
    returns=dict[str, Any],
)
def add(call: Call, id: int) -> dict[str, Any]:
    """Puts accounts that the caller follows on a list."""
    list_actions.add_members(call.me, id, call.params(MemberParams).account_ids)
    return {}


@route(
    "DELETE",
    "/api/v1/lists/:id/accounts",
    person("write:lists"),
    params=MemberParams,
    returns=dict[str, Any],
)
def remove(call: Call, id: int) -> dict[str, Any]:
    """Takes accounts off a list."""
    list_actions.remove_members(call.me, id, call.params(MemberParams).account_ids)
    return {}
