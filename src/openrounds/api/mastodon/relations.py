"""Follow, block, mute and the like. Each answers the new Relationship."""

from typing import Annotated

from msgspec import Meta, Struct

from openrounds.accounts import actions
from openrounds.accounts.access import access_account
from openrounds.api.call import Call
from openrounds.api.entities.account import Relationship
from openrounds.api.render.people import render_relation
from openrounds.api.routing import person, route

TEN_YEARS = 315_360_000


class FollowParams(Struct):
    """What is left out stays as it is; at first boosts are shown, nothing is notified, all languages are."""

    reblogs: bool | None = None
    notify: bool | None = None
    languages: list[str] | None = None


class MuteParams(Struct):
    """`duration` in seconds, 0 for good."""

    notifications: bool = True
    duration: Annotated[int, Meta(ge=0, le=TEN_YEARS)] = 0


class NoteParams(Struct):
    """An empty comment takes the note away."""

    comment: str = ""


@route(
    "POST", "/api/v1/accounts/:id/follow", person("write:follows"), params=FollowParams, returns=Relationship
)
def follow(call: Call, id: int) -> Relationship:
    """A locked account is asked first: `requested`."""
    wishes = call.params(FollowParams)
    target = access_account(call.me, id)
    actions.follow(
        call.me, target.pk, show_boosts=wishes.reblogs, notify=wishes.notify, languages=wishes.languages
    )
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/unfollow", person("write:follows"), returns=Relationship)
def unfollow(call: Call, id: int) -> Relationship:
    """Takes back a request too."""
    actions.unfollow(call.me, access_account(call.me, id).pk)
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/remove_from_followers", person("write:follows"), returns=Relationship)
def remove_from_followers(call: Call, id: int) -> Relationship:
    actions.remove_from_followers(call.me, access_account(call.me, id).pk)
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/block", person("write:blocks"), returns=Relationship)
def block(call: Call, id: int) -> Relationship:
    """Ends follows both ways."""
    actions.block(call.me, access_account(call.me, id).pk)
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/unblock", person("write:blocks"), returns=Relationship)
def unblock(call: Call, id: int) -> Relationship:
    actions.unblock(call.me, access_account(call.me, id).pk)
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/mute", person("write:mutes"), params=MuteParams, returns=Relationship)
def mute(call: Call, id: int) -> Relationship:
    """Muting again changes what was wished."""
    wishes = call.params(MuteParams)
    target = access_account(call.me, id)
    actions.mute(call.me, target.pk, notifications=wishes.notifications, seconds=wishes.duration)
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/unmute", person("write:mutes"), returns=Relationship)
def unmute(call: Call, id: int) -> Relationship:
    actions.unmute(call.me, access_account(call.me, id).pk)
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/note", person("write:accounts"), params=NoteParams, returns=Relationship)
def note(call: Call, id: int) -> Relationship:
    """Seen by its author alone."""
    actions.set_note(call.me, access_account(call.me, id).pk, call.params(NoteParams).comment)
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/endorse", person("write:accounts"), returns=Relationship)
@route("POST", "/api/v1/accounts/:id/pin", person("write:accounts"), returns=Relationship)
def endorse(call: Call, id: int) -> Relationship:
    """Shows the account on the caller's profile; `pin` is the old name."""
    actions.endorse(call.me, access_account(call.me, id).pk)
    return render_relation(call, id)


@route("POST", "/api/v1/accounts/:id/unendorse", person("write:accounts"), returns=Relationship)
@route("POST", "/api/v1/accounts/:id/unpin", person("write:accounts"), returns=Relationship)
def unendorse(call: Call, id: int) -> Relationship:
    actions.unendorse(call.me, access_account(call.me, id).pk)
    return render_relation(call, id)
