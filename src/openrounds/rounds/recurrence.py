"""When a series takes place: RFC 5545 rules on a wall clock, so that the hour stays when the clocks change. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from openrounds.rounds.rules import YEARS, Unacceptable

_DAYS = "MO|TU|WE|TH|FR|SA|SU"
# Only rules that every month or week fulfils: looking for a 30 February, dateutil takes half a minute.
_ANYWHERE: Final[Mapping[str, str]] = {
    "INTERVAL": r"[1-9]\d?",
    "COUNT": r"[1-9]\d{0,3}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "WKST": _DAYS,
}
_IN_A_WEEK: Final[Mapping[str, str]] = {"BYDAY": rf"({_DAYS})(,({_DAYS}))*"}
_IN_A_MONTH: Final[Mapping[str, str]] = {
    "BYDAY": rf"(-?[1-4])?({_DAYS})(,(-?[1-4])?({_DAYS}))*",
    "BYMONTHDAY": r"-?([1-9]|1\d|2[0-8])(,-?([1-9]|1\d|2[0-8]))*",
    "BYSETPOS": r"-?[1-4](,-?[1-4])*",
}
_IN_A_YEAR: Final[Mapping[str, str]] = {"BYMONTH": r"([1-9]|1[0-2])(,([1-9]|1[0-2]))*"}
_SHAPES: Final[Mapping[str, Mapping[str, str]]] = {
    "DAILY": _ANYWHERE,
    "WEEKLY": {**_ANYWHERE, **_IN_A_WEEK},
    "MONTHLY": {**_ANYWHERE, **_IN_A_MONTH},
    "YEARLY": {**_ANYWHERE, **_IN_A_MONTH, **_IN_A_YEAR},
}


def next_occurrence(starts_at: str, rule: str, zone: str, after: datetime) -> datetime | None:
    """The first hour (UTC) strictly after a moment, or None when the series is over. Raises Unacceptable."""
    return next(occurrences(starts_at, rule, zone, after), None)


def occurrences(starts_at: str, rule: str, zone: str, after: datetime) -> Iterator[datetime]:
    """The hours (UTC) strictly after a moment, in order; endless if the series is. Raises Unacceptable.

    An hour that the clock skips, or shows twice, is read with the offset before the change (RFC 5545 §3.3.5).
    """
    place = ZoneInfo(zone)
    start = checked_start(starts_at)
    # Around a change the wall clock's order is not that of the moments: begin early, and judge by the moment.
    early = after.astimezone(place).replace(tzinfo=None) - timedelta(days=1)
    walls = _rule(rule, start).xafter(early, inc=True) if rule else iter([start])
    moments = (wall.replace(tzinfo=place).astimezone(UTC) for wall in walls)
    return (moment for moment in moments if moment > after)


def checked_start(text: str) -> datetime:
    """`2026-11-24T20:00` as a wall-clock time. Raises Unacceptable."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise Unacceptable("The first hour is not a date and time") from problem
    if found.tzinfo is not None:
        raise Unacceptable("The first hour is a local time, without a zone")
    if found.year not in YEARS:
        raise Unacceptable(f"The first hour lies between {YEARS[0]} and {YEARS[-1]}")
    return found


def check_rule(rule: str, starts_at: str) -> None:
    """Raises Unacceptable for what is no rule we keep: malformed, more often than daily, never again."""
    start = checked_start(starts_at)
    if _rule(rule, start).after(start, inc=True) is None:
        raise Unacceptable("The recurrence has no date")


def _rule(rule: str, start: datetime) -> rrule | rruleset:
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    _check_shape(parts, rule)
    try:
        return rrulestr(rule.upper(), dtstart=start, ignoretz=True)
    except (ValueError, TypeError, KeyError) as problem:
        raise Unacceptable("The recurrence cannot be read") from problem


def _check_shape(parts: dict[str, str], rule: str) -> None:
    shapes = _SHAPES.get(parts.get("FREQ", ""))
    if shapes is None or len(parts) < len(rule.split(";")):
        raise Unacceptable(
            "The recurrence is not one that a calendar keeps (FREQ=WEEKLY;BYDAY=TU, for example)"
        )
    for name, value in parts.items():
        if name != "FREQ" and (name not in shapes or not re.fullmatch(shapes[name], value, re.ASCII)):
            raise Unacceptable(f"The recurrence cannot say {name}={value[:20]}: it may name no date at all")
    if {"COUNT", "UNTIL"} <= parts.keys():
        raise Unacceptable("The recurrence ends after a number of times or on a day, not both")
    if "BYSETPOS" in parts and not re.fullmatch(_IN_A_WEEK["BYDAY"], parts.get("BYDAY", "")):
        raise Unacceptable("The recurrence counts (BYSETPOS) among days of the week (BYDAY=MO,TU)")
    if {"BYDAY", "BYMONTHDAY"} <= parts.keys():
        raise Unacceptable("The recurrence goes by days of the week or by days of the month, not both")
