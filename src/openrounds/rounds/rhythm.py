"""How a series recurs as people say it ("every month, the second Tuesday"), as a rule of RFC 5545, and back. Pure."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from openrounds.rounds.rules import Unacceptable

DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# The end of the day: an hour on the last day is still one of the series.
_LAST_DAY = re.compile(r"(\d{8})T235959")


class Every(StrEnum):
    """By what a series recurs; which day it is follows from the first date."""

    WEEK = "week"
    NTH = "nth"
    LAST = "last"
    DATE = "date"
    WORKDAY = "workday"
    DAY = "day"
    YEAR = "year"


class Rhythm(Struct, frozen=True):
    """Every `interval` days, weeks, months or years; `count` times, or until a day (that one included), or without end."""

    every: Every
    interval: int = 1
    count: int | None = None
    until: date | None = None


def rule_of(rhythm: Rhythm, start: datetime) -> str:
    """The rule, counted from a first hour on the wall clock. Raises Unacceptable where that hour is none of the rhythm's."""
    _check_start(rhythm.every, start)
    parts = _parts(rhythm.every, start)
    if rhythm.interval > 1:
        parts["INTERVAL"] = str(rhythm.interval)
    if rhythm.count is not None:
        parts["COUNT"] = str(rhythm.count)
    if rhythm.until is not None:
        parts["UNTIL"] = f"{rhythm.until:%Y%m%d}T235959"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def rhythm_of(rule: str, start: datetime) -> Rhythm | None:
    """What `rule_of` would have made it from; None for a rule that says more."""
    said = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    interval, count, until = said.pop("INTERVAL", "1"), said.pop("COUNT", None), said.pop("UNTIL", None)
    last = _LAST_DAY.fullmatch(until or "")
    every = _every(said, start)
    if every is None or (until is not None and last is None):
        return None
    day = date.fromisoformat(last[1]) if last else None
    return Rhythm(every, int(interval), int(count) if count else None, day)


def nth(day: datetime) -> int:
    """The how-manieth of its weekday in its month, from 1."""
    return (day.day - 1) // 7 + 1


def _every(said: Mapping[str, str], start: datetime) -> Every | None:
    weekly = {"FREQ": "WEEKLY", "BYDAY": DAYS[start.weekday()]}
    plain = {"FREQ": "WEEKLY"} if said == weekly else said
    return next((every for every in Every if _parts(every, start) == plain), None)


def _parts(every: Every, start: datetime) -> dict[str, str]:
    day = DAYS[start.weekday()]
    return {
        Every.WEEK: {"FREQ": "WEEKLY"},
        Every.NTH: {"FREQ": "MONTHLY", "BYDAY": f"{nth(start)}{day}"},
        Every.LAST: {"FREQ": "MONTHLY", "BYDAY": f"-1{day}"},
        Every.DATE: {"FREQ": "MONTHLY", "BYMONTHDAY": str(start.day)},
        Every.WORKDAY: {"FREQ": "WEEKLY", "BYDAY": ",".join(DAYS[:5])},
        Every.DAY: {"FREQ": "DAILY"},
        Every.YEAR: {"FREQ": "YEARLY"},
    }[every]


def _check_start(every: Every, start: datetime) -> None:
    if every is Every.NTH and nth(start) > 4:
        raise Unacceptable("Not every month has this weekday a fifth time: choose the last one of the month")
    if every is Every.DATE and start.day > 28:
        raise Unacceptable("Not every month has this day: choose one up to the 28th")
    if every is Every.LAST and start.day + 7 <= monthrange(start.year, start.month)[1]:
        raise Unacceptable("This is not the last such weekday of its month")
    if every is Every.WORKDAY and start.weekday() > 4:
        raise Unacceptable("This is no working day")
