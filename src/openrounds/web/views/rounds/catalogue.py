"""Finding rounds: what is debated now, what is coming, everything there was; by team and by series."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from msgspec import Struct
from msgspec.structs import replace

from openrounds.accounts.access import access_local
from openrounds.api.entities.account import Account
from openrounds.core.errors import NotFound
from openrounds.core.markdown import render_markdown
from openrounds.core.paging import Paging
from openrounds.rounds import current, queries, room_queries
from openrounds.rounds.access import access_series, acts_for
from openrounds.rounds.contributions import counts
from openrounds.rounds.licence_rules import TERMS
from openrounds.rounds.models import Level, Round, Series, State
from openrounds.rounds.queries import Wanted
from openrounds.rounds.series_queries import coming_dates, coming_of, series_run_by
from openrounds.search.queries import find_rounds
from openrounds.search.rules import parse
from openrounds.web import people, reading, rooms
from openrounds.web.access import for_members
from openrounds.web.rhythms import rhythm_in_words

PER_PAGE = 20
FIELDS = ("kind", "state", "specialty", "presentation", "level", "image_kind", "licence")
LONGEST = 200
DATES_SHOWN = 5


class Entry(Struct, frozen=True):
    """A round in a list: all that its template shows, in the reader's language, so that it can be drawn once and kept."""

    id: int
    slug: str
    title: str
    state: str
    badge: str
    kind: str
    level: str
    specialty: str
    hashtag: str
    licence: str
    opens_at: datetime | None
    opened_at: datetime | None
    closes_at: datetime | None
    host_name: str
    host_url: str
    released: int
    posts: int


def entries(request: HttpRequest, found: Sequence[Round]) -> list[Entry]:
    """Three queries, however many."""
    ids = [round.pk for round in found]
    if not ids:
        return []
    hosts = people.by_id(reading.call_of(request), {round.host_id for round in found})
    released, talk = queries.numbers_of(ids), counts(ids)
    return [
        _entry(round, hosts[round.host_id], released.get(round.pk, 0), talk.get(round.pk, (0, 0))[0])
        for round in found
        if round.host_id in hosts
    ]


def _entry(round: Round, host: Account, released: int, posts: int) -> Entry:
    return Entry(
        id=round.pk,
        slug=round.slug,
        title=round.title,
        state=round.state,
        badge=str(rooms.BADGES[round.state]),
        kind=str(rooms.KINDS[round.kind]),
        level=gettext(Level(round.level).label) if round.level else "",
        specialty=round.specialty,
        hashtag=round.hashtag.display_name,
        licence=round.licence,
        opens_at=round.opens_at,
        opened_at=round.opened_at,
        closes_at=round.closes_at,
        host_name=host.display_name or host.username,
        host_url=host.url,
        released=released,
        posts=posts,
    )


def now_and_coming(request: HttpRequest) -> dict[str, Any]:
    """For the pages where people arrive; five queries."""
    open_ones = current.debated_now()
    shown = entries(request, [*open_ones, *current.coming()])
    running = {round.pk for round in open_ones}
    return {
        "rounds_now": [entry for entry in shown if entry.id in running],
        "rounds_coming": [entry for entry in shown if entry.id not in running],
    }


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything there is, or what the filters in the address ask for."""
    wanted, text = _wanted(request)
    filtered = bool(text) or wanted != Wanted()
    page = {
        "filtered": filtered,
        "q": text,
        "wanted": {name: request.GET.get(name, "") for name in (*FIELDS, "since", "until", "host", "series")},
        "facets": _facets(),
        "series_list": queries.series_list(),
        "open_licences": queries.OPEN_LICENCES,
    }
    page |= _list(request, wanted if filtered else Wanted(state=State.CLOSED), _kept(request))
    if not filtered and page["first_page"]:
        page |= now_and_coming(request)
    return render(request, "rounds/catalogue.html", page)


def _list(request: HttpRequest, wanted: Wanted, kept: str) -> dict[str, Any]:
    cursor = reading.cursor(request)
    found = queries.catalogue(None, wanted, Paging(PER_PAGE, max_id=cursor))
    return {
        "found": entries(request, found),
        "older": found[-1].pk if len(found) == PER_PAGE else None,
        "first_page": cursor is None,
        "kept": kept,
    }


def _wanted(request: HttpRequest) -> tuple[Wanted, str]:
    """What is asked for; nonsense is passed over, a host or series that there is not finds nothing."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    wanted = Wanted(since=_day(request, "since"), until=_day(request, "until"))
    for name in FIELDS:
        wanted = replace(wanted, **{name: request.GET.get(name, "").strip()[:LONGEST]})
    if text:
        wanted = replace(wanted, ids=tuple(find_rounds(None, parse(text))))
    if name := request.GET.get("host", "").strip().lstrip("@"):
        wanted = replace(wanted, host_id=_host(name))
    if slug := request.GET.get("series", "").strip():
        wanted = replace(wanted, series_id=_series(slug))
    return wanted, text


def _host(name: str) -> int:
    try:
        return access_local(name).pk
    except NotFound:
        return -1


def _series(slug: str) -> int:
    try:
        return access_series(slug).pk
    except NotFound:
        return -1


def _day(request: HttpRequest, name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(request.GET.get(name, "")).replace(tzinfo=UTC)
    except ValueError:
        return None


def _kept(request: HttpRequest) -> str:
    """The filters, for links to further pages."""
    kept = {name: value for name, value in request.GET.items() if value and name != "max_id"}
    return f"{urlencode(kept)}&" if kept else ""


def _facets() -> dict[str, list[tuple[str, str, int]]]:
    """By filter: value, what it is called, how many rounds have it."""
    words: dict[str, Mapping[str, Any]] = {
        "kind": rooms.KINDS,
        "level": {level.value: gettext(level.label) for level in Level},
        "licence": {code: terms.name if terms.deed else gettext(terms.name) for code, terms in TERMS.items()},
    }
    return {
        name: [(value, str(words.get(name, {}).get(value, value)), n) for value, n in found]
        for name, found in queries.facets().items()
    }


@require_safe
def of_team(request: HttpRequest, username: str) -> HttpResponse:
    """Everything that somebody hosts."""
    host = access_local(username)
    page = _list(request, Wanted(host_id=host.pk), "")
    page |= {
        "title": gettext("Rounds of @%s") % host.username,
        "host": host,
        "feed": f"/@{host.username}/rounds",
    }
    return render(request, "rounds/list.html", page)


@require_safe
def of_series(request: HttpRequest, slug: str) -> HttpResponse:
    """A series: what it is, when it comes next, what there was."""
    series = access_series(slug)
    page = _list(request, Wanted(series_id=series.pk), "")
    page |= {
        "title": series.title,
        "series": series,
        "description": render_markdown(series.description),
        "next_round": _next(series),
        "host": series.host,
        "feed": f"/rounds/series/{series.slug}",
        "rhythm": rhythm_in_words(series),
        **_kept_by(request, series),
    }
    return render(request, "rounds/list.html", page)


def _kept_by(request: HttpRequest, series: Series) -> dict[str, Any]:
    """What those who keep a series see besides: its next dates, the first of them as a round to be written."""
    reader = reading.call_of(request).account_id
    if reader is None or not acts_for(reader, series.host_id):
        return {}
    coming = coming_of(series)
    return {"keeping": True, "coming": coming, "dates": coming_dates(series, coming, DATES_SHOWN)}


def _next(series: Series) -> Round | None:
    return next((round for round in current.coming(50) if round.series_id == series.pk), None)


@require_safe
@for_members
def own(request: HttpRequest) -> HttpResponse:
    """What one hosts and takes part in, and how sure one may be."""
    call = reading.call_of(request)
    hosted = queries.catalogue(call.account_id, Wanted(mine=True), Paging(PER_PAGE))
    took_part = room_queries.rounds_taken_part(call.me)
    rounds = {round.pk: round for round in took_part}
    page = {
        "hosted": entries(request, hosted),
        "series": [(series, rhythm_in_words(series)) for series in series_run_by(call.me)],
        "taken": [(entry, _turns(rounds[entry.id], call.me)) for entry in entries(request, took_part)],
        "judgement": queries.own_judgement(call.me),
        "waiting": {round.pk: room_queries.waiting_asks(round.pk) for round in hosted},
    }
    return render(request, "rounds/own.html", page)


def _turns(round: Round, account_id: int) -> list[tuple[str, queries.Turn]]:
    return [(rooms.label(round, turn.position), turn) for turn in queries.change_of_mind(round, account_id)]
