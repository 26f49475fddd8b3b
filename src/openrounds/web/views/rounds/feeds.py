"""Rounds for feed readers (RSS) and calendars (iCalendar): all, of one host, of one series."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import conditional_page, require_safe

from openrounds.accounts.access import access_local
from openrounds.core.cache import MEGABYTE, Kept
from openrounds.core.clock import ago
from openrounds.core.markdown import render_markdown
from openrounds.core.options import options
from openrounds.core.paging import Paging
from openrounds.rounds import queries
from openrounds.rounds.access import access_round_named, access_series
from openrounds.rounds.calendar_rules import Entry, calendar
from openrounds.rounds.licence_rules import TERMS, Terms
from openrounds.rounds.links import path_to, path_to_series
from openrounds.rounds.models import Round, State
from openrounds.rounds.queries import Wanted
from openrounds.web.rooms import BADGES
from openrounds.web.rss import Rss

LENGTH = 30
CALENDAR_DAYS = 400
LONGEST = 200
_calendars: Kept[bytes, bytes] = Kept(4 * MEGABYTE)

if TYPE_CHECKING:
    _Feed = Feed[Round, Any]
else:
    _Feed = Feed  # generic for the type checker alone


class _Licensed(Rss):
    """RSS whose items say what others may do with them, for readers and harvesters (Dublin Core, creativeCommons module)."""

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        terms: Terms = item["terms"]
        handler.addQuickElement("dc:rights", terms.name)
        if terms.deed:
            handler.addQuickElement("creativeCommons:license", terms.deed)


class RoundFeed(_Feed):
    """The latest rounds, as anybody may read of them. What is not released is in none of them."""

    feed_type = _Licensed

    def __init__(self, title: str, link: str, wanted: Wanted) -> None:
        self._title, self._link, self._wanted = title, link, wanted

    def title(self) -> str:
        return f"{self._title} · {options().title}"

    def link(self) -> str:
        return self._link

    def description(self) -> str:
        return gettext("Cases and chats, debated under a hashtag")

    def items(self) -> list[Round]:
        return queries.catalogue(None, self._wanted, Paging(LENGTH))

    def item_title(self, item: Round) -> str:
        return f"{item.title} ({BADGES[item.state]})"

    def item_description(self, item: Round) -> str:
        return str(render_markdown(item.intro)) or f"#{item.hashtag.display_name}"

    def item_link(self, item: Round) -> str:
        return path_to(item)

    def item_pubdate(self, item: Round) -> datetime:
        return item.opened_at or item.created_at

    def item_updateddate(self, item: Round) -> datetime:
        return item.closed_at or item.updated_at

    def item_author_name(self, item: Round) -> str:
        return item.host.display_name or item.host.username

    def item_extra_kwargs(self, item: Round) -> dict[str, Any]:
        return {"terms": TERMS[item.licence]}

    def item_categories(self, item: Round) -> list[str]:
        return [word for word in (item.hashtag.display_name, item.specialty, item.presentation) if word]


def _scope(named: dict[str, str]) -> tuple[str, str, Wanted]:
    """Title, page and condition of all rounds, or those of a host or a series."""
    if "username" in named:
        host = access_local(named["username"])
        name = host.display_name or host.username
        return gettext("Rounds of %s") % name, f"/@{host.username}/rounds", Wanted(host_id=host.pk)
    if "slug" in named:
        series = access_series(named["slug"])
        return series.title, path_to_series(series), Wanted(series_id=series.pk)
    return gettext("Rounds"), "/rounds", Wanted()


@require_safe
@conditional_page
def rss(request: HttpRequest, **named: str) -> HttpResponse:
    return _public(RoundFeed(*_scope(named))(request))


@require_safe
@conditional_page
def ics(request: HttpRequest, **named: str) -> HttpResponse:
    """What is coming, and what there was in the last year."""
    title, link, wanted = _scope(named)
    found = queries.catalogue(None, wanted, Paging(LONGEST))
    recent = [round for round in found if round.opens_at and round.opens_at > ago(days=CALENDAR_DAYS)]
    return _calendar(request, title, link, recent)


@require_safe
@conditional_page
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One round for the calendar; a withdrawn one is cancelled there by being gone."""
    round = access_round_named(None, slug)
    return _calendar(request, round.title, path_to(round), [round] if round.opens_at else [])


def _calendar(request: HttpRequest, title: str, link: str, found: Sequence[Round]) -> HttpResponse:
    base = options().base_url or f"{request.scheme}://{request.get_host()}"
    entries = [_entry(round, base) for round in found]
    content = _written(f"{title} · {options().title}", base + link, entries)
    return _public(HttpResponse(content, content_type="text/calendar; charset=utf-8"))


def _written(name: str, url: str, entries: Sequence[Entry]) -> bytes:
    """Kept by all that is in it: calendars ask every hour, and to write it takes longer than to read the rounds."""
    key = blake2b(msgspec.json.encode((name, url, entries)), digest_size=32).digest()
    content = _calendars.get(key)
    if content is None:
        content = calendar(name, url, entries)
        _calendars.put(key, content)
    return content


def _entry(round: Round, base: str) -> Entry:
    """An open one ends when it was closed."""
    host = base.partition("://")[2].partition(":")[0]
    opens, closes = round.opens_at or round.created_at, round.closed_at or round.closes_at
    return Entry(
        uid=f"round-{round.pk}@{host}",
        title=round.title,
        starts_at=opens,
        ends_at=closes if closes is not None and closes > opens else None,
        time_zone=round.time_zone,
        modified_at=round.updated_at,
        url=base + path_to(round),
        description=f"{round.intro}\n\n#{round.hashtag.display_name}".strip(),
        sequence=round.sequence,
        cancelled=round.state == State.WITHDRAWN,
        categories=tuple(word for word in (round.hashtag.display_name, round.specialty) if word),
    )


def _public(response: HttpResponse) -> HttpResponse:
    """The same for everybody, so caches may keep it for as long as readers usually wait."""
    response["Cache-Control"] = "public, max-age=300"
    return response
