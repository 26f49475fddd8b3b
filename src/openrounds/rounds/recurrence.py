"""When a series takes place: RFC 5545 rules on a wall clock, so that the hour stays when the clocks change. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from openrounds.rounds.rules import Unacceptable

ALLOWED = frozenset(
    {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "BYMONTH", "COUNT", "UNTIL", "WKST"}
)
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})


def next_occurrence(starts_at: str, rule: str, zone: str, after: datetime) -> datetime | None:
    """The first hour (UTC) strictly after a moment, or None when the series is over. Raises Unacceptable."""
    wall_after = after.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    hour = checked_start(starts_at)
    found = _rule(rule, hour).after(wall_after) if rule else (hour if hour > wall_after else None)
    return found.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if found else None


def checked_start(text: str) -> datetime:
    """`2026-11-24T20:00` as a wall-clock time. Raises Unacceptable."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise Unacceptable("The first hour is not a date and time") from problem
    if found.tzinfo is not None:
        raise Unacceptable("The first hour is a local time, without a zone")
    return found


def check_rule(rule: str, starts_at: str) -> None:
    """Raises Unacceptable for what is no rule we keep: malformed, more often than daily, never again."""
    start = checked_start(starts_at)
    if _rule(rule, start).after(start, inc=True) is None:
        raise Unacceptable("The recurrence has no date")


def _rule(rule: str, start: datetime) -> rrule | rruleset:
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
    if parts.get("FREQ") not in FREQUENCIES or not parts.keys() <= ALLOWED:
        raise Unacceptable(
            "The recurrence is not one that a calendar keeps (FREQ=WEEKLY;BYDAY=TU, for example)"
        )
    try:
        return rrulestr(rule, dtstart=start, ignoretz=True)
    except (ValueError, TypeError, KeyError) as problem:
        raise Unacceptable("The recurrence cannot be read") from problem
