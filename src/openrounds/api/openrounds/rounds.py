"""Rounds: the catalogue, one round, and writing one. Released steps of public rounds need no token."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from openrounds.accounts.access import access_account
from openrounds.api.call import Call, Reply
from openrounds.api.entities.round import Round
from openrounds.api.params import Id, part
from openrounds.api.render.rounds import render_round, render_rounds
from openrounds.api.routing import anyone, person, route
from openrounds.core.errors import Invalid
from openrounds.rounds import actions, queries
from openrounds.rounds.access import access_hosted, access_round, access_round_named
from openrounds.rounds.drafts import RoundDraft
from openrounds.rounds.models import Round as Row
from openrounds.rounds.rules import YEARS

BASE = "/api/openrounds/v1/rounds"
Moment = Annotated[datetime, Meta(tz=True)]


class CatalogueParams(Struct):
    """What to look for; left out means all. `state` open is debated now, scheduled is to come. `licence` is an SPDX
    identifier, all-rights, or open for whatever may be reused and changed. `since` and `until` are about the opening. `mine`:
    the caller's own, drafts included."""

    kind: str = ""
    state: str = ""
    specialty: str = ""
    presentation: str = ""
    level: str = ""
    image_kind: str = ""
    licence: str = ""
    host_id: Id | None = None
    series_id: Id | None = None
    since: Moment | None = None
    until: Moment | None = None
    mine: bool = False
    limit: int = 20
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None


class LookupParams(Struct):
    """The name in a round's address."""

    slug: str


class NewRound(RoundDraft, kw_only=True, frozen=True):
    """`host_id` is the team (or the caller himself) that hosts."""

    kind: Literal["case", "chat"]
    host_id: Id


class RoundEdit(RoundDraft, kw_only=True, frozen=True):
    """`version` is the one that the editor saw: when somebody else was first, the answer is 409 and nothing is overwritten."""

    version: int | None = None


class VersionParams(Struct):
    """The version that the editor saw, if he minds."""

    version: int | None = None


class CloseParams(Struct):
    """Closing without what was learned has to be said."""

    without_summary: bool = False


class ReasonParams(Struct):
    """Why; whom it concerns is told."""

    reason: str


class SlowParams(Struct):
    """How many seconds one waits between two posts of the reply box; 0 for not at all."""

    seconds: int


class FacilitatorParams(Struct):
    """Who may run it beside the host's own people: the whole list."""

    account_ids: list[Id]


@route("GET", BASE, anyone("read:statuses"), params=CatalogueParams, returns=list[Round])
def catalogue(call: Call) -> Reply:
    asked = call.params(CatalogueParams)
    if any(moment is not None and moment.year not in YEARS for moment in (asked.since, asked.until)):
        raise Invalid(f"Validation failed: The year lies between {YEARS[0]} and {YEARS[-1]}")
    paging = call.paging(20, 40)
    wanted = queries.Wanted(
        **{field: getattr(asked, field) for field in asked.__struct_fields__ if field in _WANTED}
    )
    found = queries.catalogue(call.account_id, wanted, paging)
    hosting = [row.pk for row in found] if asked.mine and call.account_id else []
    ends = (found[0].pk, found[-1].pk) if found else (None, None)
    return call.paged(render_rounds(call, found, hosting=hosting), *ends, more=len(found) == paging.limit)


_WANTED = frozenset(queries.Wanted.__struct_fields__)


@route("GET", f"{BASE}/lookup", anyone("read:statuses"), params=LookupParams, returns=Round)
def lookup(call: Call) -> Round:
    """By the name in its address."""
    return render_round(call, access_round_named(call.account_id, call.params(LookupParams).slug))


@route("GET", f"{BASE}/:id", anyone("read:statuses"), returns=Round)
def show(call: Call, id: int) -> Round:
    return render_round(call, access_round(call.account_id, id))


@route("POST", BASE, person("write:statuses"), params=NewRound, returns=Round)
def create(call: Call) -> Round:
    """A draft that only its hosts see."""
    asked = call.params(NewRound)
    me, host = access_account(call.me, call.me), access_account(call.me, asked.host_id)
    made = actions.create_round(me, host, asked.kind, part(asked, RoundDraft), base_url=call.base)
    return render_round(call, made)


@route("PATCH", f"{BASE}/:id", person("write:statuses"), params=RoundEdit, returns=Round)
def edit(call: Call, id: int) -> Round:
    asked = call.params(RoundEdit)
    return render_round(
        call, actions.edit_round(access_hosted(call.me, id), part(asked, RoundDraft), asked.version)
    )


@route("DELETE", f"{BASE}/:id", person("write:statuses"), returns=dict[str, str])
def delete(call: Call, id: int) -> dict[str, str]:
    """A draft; what was published is withdrawn instead."""
    actions.delete_draft(access_hosted(call.me, id))
    return {}


@route("POST", f"{BASE}/:id/duplicate", person("write:statuses"), returns=Round)
def duplicate(call: Call, id: int) -> Round:
    """A draft with the same text, steps and questions."""
    made = actions.duplicate_round(access_hosted(call.me, id), access_account(call.me, call.me))
    return render_round(call, made)


@route("PUT", f"{BASE}/:id/facilitators", person("write:statuses"), params=FacilitatorParams, returns=Round)
def facilitators(call: Call, id: int) -> Round:
    row = access_hosted(call.me, id)
    actions.set_facilitators(row, call.params(FacilitatorParams).account_ids)
    return render_round(call, access_hosted(call.me, id))


@route("POST", f"{BASE}/:id/schedule", person("write:statuses"), params=VersionParams, returns=Round)
def schedule(call: Call, id: int) -> Round:
    """Publishes it with its hours, without its steps; every problem is named beside its field."""
    row = access_hosted(call.me, id)
    return render_round(call, actions.schedule_round(row, call.params(VersionParams).version))


@route("POST", f"{BASE}/:id/unschedule", person("write:statuses"), returns=Round)
def unschedule(call: Call, id: int) -> Round:
    return _changed(call, id, actions.unschedule_round(access_hosted(call.me, id)))


@route("POST", f"{BASE}/:id/open", person("write:statuses"), returns=Round)
def open_now(call: Call, id: int) -> Round:
    """Opens the debate before its hour."""
    return _changed(call, id, actions.open_round(access_hosted(call.me, id)))


@route("POST", f"{BASE}/:id/closing", person("write:statuses"), returns=Round)
def closing(call: Call, id: int) -> Round:
    """Ends the releases; the debate goes on until it is closed."""
    return _changed(call, id, actions.begin_closing(access_hosted(call.me, id)))


@route("POST", f"{BASE}/:id/reopen", person("write:statuses"), returns=Round)
def reopen(call: Call, id: int) -> Round:
    return _changed(call, id, actions.reopen(access_hosted(call.me, id)))


@route("POST", f"{BASE}/:id/close", person("write:statuses"), params=CloseParams, returns=Round)
def close(call: Call, id: int) -> Round:
    """Needs a summary and a reference, unless `without_summary` is said."""
    asked = call.params(CloseParams)
    row = actions.close_round(access_hosted(call.me, id), without_summary=asked.without_summary)
    return _changed(call, id, row)


@route("POST", f"{BASE}/:id/withdraw", person("write:statuses"), params=ReasonParams, returns=Round)
def withdraw(call: Call, id: int) -> Round:
    """Takes the round and its announcements out of sight; afterwards it is 410 for others."""
    row, me = access_hosted(call.me, id), access_account(call.me, call.me)
    return _changed(call, id, actions.withdraw_round(row, me, call.params(ReasonParams).reason))


@route("POST", f"{BASE}/:id/pause", person("write:statuses"), returns=Round)
def pause(call: Call, id: int) -> Round:
    """Closes the room's reply box for a while."""
    row = access_hosted(call.me, id)
    actions.pause(row)
    return _changed(call, id, row)


@route("POST", f"{BASE}/:id/resume", person("write:statuses"), returns=Round)
def resume(call: Call, id: int) -> Round:
    row = access_hosted(call.me, id)
    actions.resume(row)
    return _changed(call, id, row)


@route("POST", f"{BASE}/:id/slow", person("write:statuses"), params=SlowParams, returns=Round)
def slow(call: Call, id: int) -> Round:
    row = access_hosted(call.me, id)
    actions.set_slow_mode(row, call.params(SlowParams).seconds)
    return _changed(call, id, row)


def _changed(call: Call, id: int, _: Row) -> Round:
    """As it is now, with everything that the change brought."""
    return render_round(call, access_hosted(call.me, id))
