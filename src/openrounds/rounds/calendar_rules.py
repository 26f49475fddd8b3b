"""Rounds as an iCalendar document (RFC 5545): what a phone or a hospital's calendar subscribes to. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from openrounds.core.text import without_controls

if TYPE_CHECKING:
    from icalendar import Event

REFRESH: Final = timedelta(hours=1)
YEARS_AHEAD: Final = 10
_PRODUCT: Final = "-//OpenRounds//Rounds//EN"
_UNTIL = re.compile(r"UNTIL=(\d{8})(?:T(\d{6})Z?)?", re.IGNORECASE | re.ASCII)


class Entry(Struct, frozen=True):
    """A round, or with `rrule` a whole series, in the calendar.

    `uid` never changes; `sequence` is raised with each change of the hour (RFC 5545 §3.8.7.4). Times are aware; they are
    written in `time_zone` (IANA), so that a recurring hour keeps its place on the wall. `ends_at` None: no end is known.
    """

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime | None
    time_zone: str
    modified_at: datetime
    url: str
    description: str = ""
    sequence: int = 0
    cancelled: bool = False
    rrule: str = ""
    categories: tuple[str, ...] = ()


def calendar(name: str, url: str, entries: Iterable[Entry]) -> bytes:
    """The document: UTF-8, CRLF, folded lines, with a VTIMEZONE for each zone that is named in it."""
    from icalendar import Calendar

    document = Calendar()
    document.add("prodid", _PRODUCT)
    document.add("version", "2.0")
    document.add("calscale", "GREGORIAN")
    document.add("method", "PUBLISH")
    document.add("name", without_controls(name))
    document.add("x-wr-calname", without_controls(name))
    document.add("url", url)
    document.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    document.add("x-published-ttl", "PT1H")
    listed = list(entries)
    for entry in listed:
        document.add_component(_event(entry))
    if listed:
        document.add_missing_timezones(*_span(listed))
    written: bytes = document.to_ical()
    return written


def _span(entries: Sequence[Entry]) -> tuple[date, date]:
    """The years whose clock changes are written down; a recurrence is kept up to date by being fetched again."""
    first = min(entry.starts_at for entry in entries).year
    last = max(entry.starts_at for entry in entries).year
    return date(first - 1, 1, 1), date(last + YEARS_AHEAD, 1, 1)


def _event(entry: Entry) -> "Event":
    from icalendar import Event, vRecur

    zone = ZoneInfo(entry.time_zone)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.modified_at.astimezone(UTC))
    event.add("last-modified", entry.modified_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    if entry.ends_at is not None:
        event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", without_controls(entry.title))
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.description:
        event.add("description", without_controls(entry.description))
    if entry.categories:
        event.add("categories", [without_controls(word) for word in entry.categories])
    if entry.rrule:
        event.add("rrule", vRecur.from_ical(_until_in_utc(entry.rrule, zone)))
    return event


def _until_in_utc(rule: str, zone: ZoneInfo) -> str:
    """Beside a start in a zone, UNTIL is in UTC (RFC 5545 §3.3.10); series keep it as the wall clock says."""

    def utc(match: re.Match[str]) -> str:
        wall = datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S").replace(tzinfo=zone)
        return f"UNTIL={wall.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    return _UNTIL.sub(utc, rule)
