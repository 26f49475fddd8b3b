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
from openrounds.rounds import actions, queries, room_queries
from openrounds.rounds.access import access_round_named, hosts
from openrounds.rounds.models import Round, State
from openrounds.web import reading, rooms
from openrounds.web.context import is_member

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
    upto = _upto(call, round, hosting=hosting)
    wanted = rooms.asked(request, round)
    shown = rooms.stages(call, round, upto, hosting=hosting)
    released = queries.numbers_of([round.pk]).get(round.pk, 0)
    page: dict[str, Any] = _stage(shown, held_back=released > upto) | {
        "asked": wanted,
        "mark": room_queries.Pulse(round.state, round.paused_at is not None, released, 0).mark,
        "pinned": rooms.pinned(call, round, upto) if not wanted.show else [],
        "marks": rooms.MARKS,
    }
    if call.account_id is not None:
        page |= _own(request, call, round, upto, hosting=hosting)
    page |= rooms.debate(call, round, upto, wanted, hosting=hosting, held_back=page["held_back"])
    if call.account_id is not None and page["first_page"] and not (wanted.oldest_first or wanted.step):
        actions.mark_read(call.me, round.pk, page["newest"])
    return page


def _stage(shown: list[rooms.Stage], *, held_back: bool) -> dict[str, Any]:
    """What the side of the stage is made of."""
    return {"stages": shown, "held_back": held_back, "guesses": _blank_guesses()}


def _upto(call: Call, round: Round, *, hosting: bool) -> int:
    """The last step to show; that it was shown is remembered."""
    if hosting:
        return queries.open_position(round, None)
    upto = queries.open_position(round, call.account_id)
    if call.account_id is not None and round.state != State.CLOSED and not hosting:
        actions.see(call.me, round.pk, upto)
    return upto


def _own(request: HttpRequest, call: Call, round: Round, upto: int, *, hosting: bool) -> dict[str, Any]:
    """What is about the reader, read before he is said to have read it."""
    progress = queries.progress_of(round, call.me)
    page: dict[str, Any] = {
        "read_up_to": str(progress.read_post) if progress and progress.read_post else "",
        "catch_up": None if hosting else rooms.catch_up(call, round, upto, progress),
        "my_asks": [] if hosting else queries.asks_of(round.pk, call.me),
        "my_hidden": room_queries.hidden_of(round.pk, call.me),
        "key": uuid4().hex,
        "said_text": "",
        "actors": list_actors(request.user) if isinstance(request.user, User) and is_member(request) else [],
    }
    if hosting:
        page["asks_waiting"] = room_queries.waiting_asks(round.pk)
        page["next_step"] = round.steps.filter(released_at=None).first()
    return page


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


def _entered(request: HttpRequest, slug: str) -> tuple[Call, Round, bool, int]:
    """The reader, the round, whether he hosts it, and up to which step it is open to him. Raises NotFound before it opens."""
    call = reading.call_of(request)
    round = access_round_named(call.account_id, slug)
    if round.state in (State.DRAFT, State.SCHEDULED, State.WITHDRAWN):
        raise NotFound
    hosting = hosts(call.account_id, round)
    return call, round, hosting, _upto(call, round, hosting=hosting)


@require_safe
def stage(request: HttpRequest, slug: str) -> HttpResponse:
    """The side of the stage alone, for rooms that are open when a part is released."""
    call, round, hosting, upto = _entered(request, slug)
    page = {"round": round, "hosting": hosting, "closed": round.state == State.CLOSED}
    held_back = queries.numbers_of([round.pk]).get(round.pk, 0) > upto
    page |= _stage(rooms.stages(call, round, upto, hosting=hosting), held_back=held_back)
    return render(request, "rounds/stages.html", page)


@require_safe
def fresh(request: HttpRequest, slug: str) -> HttpResponse:
    """What was said since a post, to be put on top of the debate; or one contribution as it is now (`only`)."""
    call, round, hosting, upto = _entered(request, slug)
    only = reading.cursor(request, "only")
    since = only - 1 if only else reading.cursor(request, "since") or 0
    said = rooms.fresh(call, round, upto, since, hosting=hosting, before=only + 1 if only else None)
    if call.account_id is not None and said and said[0].post and not only:
        actions.mark_read(call.me, round.pk, int(said[0].post.id))
    page = {"said": said, "round": round, "hosting": hosting, "back": f"/rounds/{slug}", "marks": rooms.MARKS}
    return render(request, "rounds/said_list.html", page)
