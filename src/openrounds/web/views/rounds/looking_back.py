"""Looking back: the replay stage by stage, the whole archive on one page, and the page that is printed."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from msgspec import Struct
from msgspec.structs import replace

from openrounds.api.call import Call
from openrounds.core.errors import NotFound
from openrounds.rounds import queries, standing
from openrounds.rounds.access import access_round_named
from openrounds.rounds.models import Round, State
from openrounds.web import chapters, reading, rooms, saving
from openrounds.web.rooms import Said
from openrounds.web.sent import charge_anybody


def _over(request: HttpRequest, slug: str) -> tuple[Call, Round]:
    """A closed round; one that still runs has its room instead."""
    call = reading.call_of(request)
    round = access_round_named(call.account_id, slug)
    if round.state != State.CLOSED:
        raise NotFound
    return call, round


@require_safe
def replay(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One stage, and what was said of it: nothing of what came later. What one would have said is kept nowhere."""
    call, round = _over(request, slug)
    whole = standing.reader(round, call.account_id, hosting=False)
    if not 1 <= number <= whole.upto:
        raise NotFound
    reader = replace(whole, upto=number)
    shown = rooms.stages(call, reader)
    wanted = rooms.Asked(number, "", oldest_first=True)
    page = rooms.frame(call, round) | rooms.debate(call, reader, wanted)
    page |= {
        "stages": shown,
        "stage": shown[-1],
        "earlier": shown[:-1],
        "last_number": whole.upto,
        "opened": "talk" in request.GET or not page["first_page"],
        "back": request.get_full_path(),
    }
    return render(request, "rounds/replay.html", page)


class Chapter(Struct, frozen=True):
    """A step with everything that was said of it; `stage` None for what came before the first."""

    stage: rooms.Stage | None
    said: list[Said]


@require_safe
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """All of it in order on one page that can be saved; every contribution has a number, and so has every gap."""
    call, round = _over(request, slug)
    page = rooms.frame(call, round) | {"chapters": _chapters(call, round, only_marked=False)}
    return render(request, "rounds/archive.html", page | {"comments": _comments(round)})


@require_safe
def zipped(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The archive to be kept: the same for the same reader, as a ZIP that needs no server."""
    call, round = _over(request, slug)
    charge_anybody(call, "archive")
    return FileResponse(saving.save(call, round), as_attachment=True, filename=f"{round.slug}.zip")


@require_safe
def printed(request: HttpRequest, slug: str) -> HttpResponse:
    """Case and highlights of the debate, for paper or PDF."""
    call = reading.call_of(request)
    round = access_round_named(call.account_id, slug)
    if round.state in (State.DRAFT, State.SCHEDULED, State.WITHDRAWN):
        raise NotFound
    page = rooms.frame(call, round) | {"chapters": _chapters(call, round, only_marked=True)}
    return render(request, "rounds/print.html", page)


def _chapters(call: Call, round: Round, *, only_marked: bool) -> list[Chapter]:
    read = chapters.read_marked if only_marked else chapters.read
    said = {step: read(call, round.pk, places) for step, places in chapters.order(round.pk).items()}
    shown = rooms.stages(call, standing.reader(round, call.account_id, hosting=False))
    before = [Chapter(None, said[0])] if said.get(0) else []
    return before + [Chapter(stage, said.get(stage.shown.position, [])) for stage in shown]


def _comments(round: Round) -> list[object]:
    return list(queries.archived_comments(round))


@require_safe
def first(request: HttpRequest, slug: str) -> HttpResponse:
    _over(request, slug)
    return redirect("round_replay", slug=slug, number=1)
