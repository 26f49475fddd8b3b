"""Teams: making one, choosing its members, and who really wrote what it posted."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from openrounds.accounts import actions, queries
from openrounds.accounts.access import access_account, access_owned_team, access_team
from openrounds.accounts.models import TeamMembership
from openrounds.api.call import Call
from openrounds.api.entities.team import PostAuthor, Team
from openrounds.api.params import Id
from openrounds.api.rendering import render_account, render_account_parts
from openrounds.api.routing import person, route
from openrounds.core.errors import NotFound
from openrounds.posts.access import access_post

Right = Literal["owner", "poster"]


class NewTeam(Struct):
    """The caller becomes its owner."""

    username: str
    display_name: str = ""
    specialty: str = ""


class NewMember(Struct):
    """A person of this server."""

    account_id: Id
    right: Right = "poster"


class MemberRight(Struct):
    """What a member may do: `owner` also chooses the members."""

    right: Right


@route("GET", "/api/openrounds/v1/teams", person("read:accounts"), returns=list[Team])
def mine(call: Call) -> list[dict[str, object]]:
    """The teams that the caller may act as."""
    return _teams(call, queries.teams_of(call.me))


@route(
    "POST",
    "/api/openrounds/v1/teams",
    person("write:accounts"),
    rate="sign_up",
    params=NewTeam,
    returns=Team,
)
def create(call: Call) -> dict[str, object]:
    asked = call.params(NewTeam)
    team = actions.create_account(
        username=asked.username,
        display_name=asked.display_name,
        specialty=asked.specialty,
        team=True,
        owner=access_account(call.me, call.me),
    )
    return _team(call, team.pk)


@route("GET", "/api/openrounds/v1/teams/:id", person("read:accounts"), returns=Team)
def show(call: Call, id: int) -> dict[str, object]:
    """For members."""
    return _team(call, id)


@route(
    "POST",
    "/api/openrounds/v1/teams/:id/members",
    person("write:accounts"),
    params=NewMember,
    returns=Team,
)
def add(call: Call, id: int) -> dict[str, object]:
    """By an owner."""
    team, asked = access_owned_team(call.me, id), call.params(NewMember)
    actions.set_member(team.pk, access_account(call.me, asked.account_id), asked.right)
    return _team(call, id)


@route(
    "PATCH",
    "/api/openrounds/v1/teams/:id/members/:account_id",
    person("write:accounts"),
    params=MemberRight,
    returns=Team,
)
def change(call: Call, id: int, account_id: int) -> dict[str, object]:
    """By an owner; the last owner stays one."""
    team = access_owned_team(call.me, id)
    member = access_team(account_id, team.pk).member
    actions.set_member(team.pk, member, call.params(MemberRight).right)
    return _team(call, id)


@route(
    "DELETE",
    "/api/openrounds/v1/teams/:id/members/:account_id",
    person("write:accounts"),
    returns=dict[str, str],
)
def remove(call: Call, id: int, account_id: int) -> dict[str, str]:
    """By an owner, or by the member himself; the last owner cannot go."""
    team_id = access_team(call.me, id).team_id if account_id == call.me else access_owned_team(call.me, id).pk
    actions.remove_member(team_id, account_id)
    return {}


@route("GET", "/api/openrounds/v1/posts/:id/author", person("read:statuses"), returns=PostAuthor)
def author(call: Call, id: int) -> dict[str, object]:
    """For owners of the team that posted, and moderators; for everyone else there is nothing here."""
    post = access_post(call.account_id, id)
    viewer = call.viewer
    allowed = (
        viewer and viewer.user_id and (viewer.is_moderator or queries.owns(viewer.user_id, post.account_id))
    )
    if not (allowed and post.account.is_team):
        raise NotFound
    writer = post.posted_by
    return {"account": msgspec.Raw(render_account(call, writer.account_id)) if writer else None}


def _team(call: Call, team_id: int) -> dict[str, object]:
    return _teams(call, [access_team(call.me, team_id)])[0]


def _teams(call: Call, own: Sequence[TeamMembership]) -> list[dict[str, object]]:
    """Two queries and those of the accounts' rendering."""
    members = queries.members([membership.team_id for membership in own])
    people = {m.member_id for rows in members.values() for m in rows}
    parts = render_account_parts(call.base, people | set(members))
    return [_render(membership, members[membership.team_id], parts) for membership in own]


def _render(
    own: TeamMembership, members: Sequence[TeamMembership], parts: dict[int, bytes]
) -> dict[str, object]:
    return {
        "account": msgspec.Raw(parts[own.team_id]),
        "right": own.right,
        "members": [{"account": msgspec.Raw(parts[m.member_id]), "right": m.right} for m in members],
        "warnings": queries.team_warnings(members),
    }
