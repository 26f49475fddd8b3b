"""The room of a round: the stage on one side, the debate on the other; before the opening a waiting room."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from openrounds.accounts.models import User
from openrounds.api.call import Call
from openrounds.core.errors import NotFound
from openrounds.oauth.queries import list_actors
from openrounds.rounds import actions, debate_queries, queries, room_queries, standing
from openrounds.rounds.access import access_round_named, hosts
from openrounds.rounds.models import Round, State
from openrounds.rounds.standing import Reader
from openrounds.web import reading, rooms
from openrounds.web.context import is_member
from openrounds.web.said_parts import Curating

GUESSES = 3


@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """Readable for strangers; what each reader may be shown is asked anew with every request."""
    call = reading.call_of(request)
    return show(request, call, access_round_named(call.account_id, slug))


def show(
    request: HttpRequest, call: Call, round: Round, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The room with what is wrong with a form (`more`)."""
    page = rooms.frame(call, round) | {"back": f"/rounds/{round.slug}"}
    if round.state == State.WITHDRAWN:
        return render(request, "rounds/withdrawn.html", page, status=410)
    if round.state in (State.DRAFT, State.SCHEDULED):
        return render(
            request, "rounds/waiting.html", page | _before(round, page) | (more or {}), status=status
        )
    page |= _inside(request, call, round, hosting=page["hosting"])
    return render(request, "rounds/room.html", page | (more or {}), status=status)


def _before(round: Round, page: dict[str, Any]) -> dict[str, Any]:
    """What hosts see while they wait: what comes first."""
    first = round.steps.filter(released_at=None).first() if page["hosting"] else None
    return {"waiting_step": first}


def _inside(request: HttpRequest, call: Call, round: Round, *, hosting: bool) -> dict[str, Any]:
    reader = _enter(call, round, hosting=hosting)
    wanted = rooms.asked(request, round)
    page: dict[str, Any] = _stage(call, reader) | {
        "asked": wanted,
        "mark": room_queries.Pulse(round.state, round.paused_at is not None, len(reader.steps), 0).mark,
        "pinned": rooms.pinned(call, reader) if not wanted.show else [],
        "curating": _curating(reader),
    }
    if call.account_id is not None:
        page |= _own(request, call, reader)
    page |= rooms.debate(call, reader, wanted)
    if page["first_page"] and not (wanted.oldest_first or wanted.step):
        _remember(call, reader, page["newest"])
    return page


def _curating(reader: Reader) -> Curating | None:
    """For hosts: where a contribution can be moved to."""
    if not reader.hosting:
        return None
    places = ((place.position, rooms.label(reader.round, place.position)) for place in reader.steps)
    return Curating(reader.round.slug, tuple(places))


def _enter(call: Call, round: Round, *, hosting: bool) -> Reader:
    """The reader; up to which step he was shown the round is remembered."""
    reader = standing.reader(round, call.account_id, hosting=hosting)
    learns = call.account_id is not None and not hosting and round.state != State.CLOSED
    if learns and reader.upto > reader.seen_step:
        actions.see(call.me, round.pk, reader.upto)
    return reader


def _remember(call: Call, reader: Reader, newest: int) -> None:
    """How far he has read."""
    if call.account_id is not None and newest > reader.read_post:
        actions.mark_read(call.me, reader.round.pk, newest)


def _stage(call: Call, reader: Reader) -> dict[str, Any]:
    """What the side of the stage is made of."""
    return {
        "stages": rooms.stages(call, reader),
        "held_back": reader.held_back,
        "guesses": _blank_guesses(),
    }


def _own(request: HttpRequest, call: Call, reader: Reader) -> dict[str, Any]:
    """What is about the reader, as it was before this reading."""
    round_id, person = reader.round.pk, request.user
    return {
        "read_up_to": str(reader.read_post) if reader.read_post else "",
        "catch_up": None if reader.hosting else rooms.catch_up(call, reader),
        "my_asks": queries.asks_of(round_id, call.me) if reader.asks and not reader.hosting else [],
        "my_hidden": debate_queries.hidden_of(round_id, call.me) if reader.hidden else [],
        "key": uuid4().hex,
        "said_text": "",
        "actors": list_actors(person) if isinstance(person, User) and is_member(request) else [],
        "asks_waiting": reader.waiting,
        "next_step": reader.more,
    }


def _blank_guesses() -> list[dict[str, Any]]:
    return [{"n": n, "text": "", "sure": ""} for n in range(1, GUESSES + 1)]


@require_safe
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether anything has changed: `{"mark": …, "newest": …}`; 304 while it has not. Asked by every open room, so it looks
    at nothing but two indexes; whoever may not know of the round is not told."""
    found = room_queries.pulse(slug)
    if found is None or found[1].state in (State.DRAFT, State.WITHDRAWN):
        raise NotFound
    pulse = found[1]
    tag = quote_etag(f"{pulse.mark}-{pulse.newest}")
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        response = JsonResponse({"mark": pulse.mark, "newest": str(pulse.newest)})
    response["ETag"], response["Cache-Control"] = tag, "private, no-cache"
    return response


def _entered(request: HttpRequest, slug: str) -> tuple[Call, Reader]:
    """The reader of a room. Raises NotFound before it opens."""
    call = reading.call_of(request)
    round = access_round_named(call.account_id, slug)
    if round.state in (State.DRAFT, State.SCHEDULED, State.WITHDRAWN):
        raise NotFound
    return call, _enter(call, round, hosting=hosts(call.account_id, round))


@require_safe
def stage(request: HttpRequest, slug: str) -> HttpResponse:
    """The side of the stage alone, for rooms that are open when a part is released."""
    call, reader = _entered(request, slug)
    round = reader.round
    page = {"round": round, "hosting": reader.hosting, "closed": round.state == State.CLOSED}
    return render(request, "rounds/stages.html", page | _stage(call, reader))


@require_safe
def fresh(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said since a post, to be put on top of the debate; or one contribution as it is now (`only`)."""
    call, reader = _entered(request, slug)
    only = reading.cursor(request, "only")
    since = only - 1 if only else reading.cursor(request, "since") or 0
    said = rooms.fresh(call, reader, since, before=only + 1 if only else None)
    if said and said[0].post and not only:
        _remember(call, reader, int(said[0].post.id))
    page = {"said": said, "back": f"/rounds/{slug}", "curating": _curating(reader)}
    return render(request, "rounds/said_list.html", page)
