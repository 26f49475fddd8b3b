"""Rounds in a calendar: what a calendar reads back is what was meant."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from openrounds.rounds.calendar_rules import Entry, calendar
from openrounds.rounds.recurrence import occurrences

URL = "https://rounds.example/rounds/x"
ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "UTC",
]
MOMENTS = st.integers(1420070400, 2082758400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def entry(**changes: object) -> Entry:
    values: dict[str, object] = {
        "uid": "round-1@rounds.example",
        "title": "A tired teacher",
        "starts_at": datetime(2026, 3, 24, 20, tzinfo=UTC),
        "ends_at": datetime(2026, 3, 24, 21, tzinfo=UTC),
        "time_zone": "Europe/London",
        "modified_at": datetime(2026, 3, 1, tzinfo=UTC),
        "url": URL,
    }
    return Entry(**values | changes)  # type: ignore[arg-type]


def read(*entries: Entry) -> tuple[Calendar, list[Event]]:
    document = Calendar.from_ical(calendar("Rounds", "https://rounds.example/rounds", entries))
    assert isinstance(document, Calendar)
    return document, document.events


def test_calendar_reads_what_was_written() -> None:
    document, [event] = read(
        entry(description="Bring a film; or two,\nplease.", sequence=3, categories=("Haematology",))
    )
    assert document.calendar_name == "Rounds"
    assert event["uid"] == "round-1@rounds.example"
    assert event["summary"] == "A tired teacher"
    assert event["description"] == "Bring a film; or two,\nplease."
    assert (event["sequence"], event["url"], event["status"]) == (3, URL, "CONFIRMED")
    assert event["last-modified"].dt == event["dtstamp"].dt == datetime(2026, 3, 1, tzinfo=UTC)
    assert event["categories"].to_ical() == b"Haematology"


def test_zone_is_named_and_described() -> None:
    document, [event] = read(entry())
    assert event["dtstart"].params["TZID"] == "Europe/London"
    assert [zone.tz_name for zone in document.timezones] == ["Europe/London"]


def test_cancelled_round_is_cancelled_in_the_calendar() -> None:
    _, [event] = read(entry(cancelled=True, sequence=1))
    assert event["status"] == "CANCELLED"


def test_round_without_an_end_has_none() -> None:
    _, [event] = read(entry(ends_at=None))
    assert "dtend" not in event


def test_empty_calendar_is_a_calendar() -> None:
    document, events = read()
    assert events == []
    assert document.calendar_name == "Rounds"


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    made = calendar("Rounds", URL, [entry(title="Ärger " * 60)])
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    assert b"\n" not in made.replace(b"\r\n", b"")


@given(MOMENTS, st.integers(1, 10**4), st.sampled_from(ZONES), st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_moment_survives_the_way_through_a_calendar(
    at: datetime, minutes: int, zone: str, title: str
) -> None:
    ends_at = at + timedelta(minutes=minutes)
    _, [event] = read(entry(starts_at=at, ends_at=ends_at, time_zone=zone, title=f"a{title}b"))
    # Of the two hours that one wall-clock time means, iCalendar can only say the first (RFC 5545 §3.3.5).
    for written, meant in ((event["dtstart"].dt, at), (event["dtend"].dt, ends_at)):
        assert written.astimezone(UTC) == meant.astimezone(ZoneInfo(zone)).replace(fold=0).astimezone(UTC)


@given(
    MOMENTS,
    st.sampled_from(ZONES),
    st.sampled_from(["FREQ=WEEKLY", "FREQ=MONTHLY;BYDAY=-1TU", "FREQ=DAILY;INTERVAL=9"]),
)
@settings(max_examples=25, deadline=None)
def test_recurrence_in_the_calendar_is_ours(at: datetime, zone: str, rule: str) -> None:
    wall = at.astimezone(ZoneInfo(zone)).replace(hour=20, fold=0)
    _, [event] = read(entry(starts_at=wall, ends_at=None, time_zone=zone, rrule=rule))
    theirs = rrulestr(event["rrule"].to_ical().decode(), dtstart=event["dtstart"].dt.replace(tzinfo=None))
    hours = [hour.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for hour in islice(theirs, 8)]
    before = wall.astimezone(UTC) - timedelta(seconds=1)
    assert hours == list(islice(occurrences(wall.strftime("%Y-%m-%dT%H:%M:%S"), rule, zone, before), 8))


@pytest.mark.parametrize(
    ("until", "written"),
    [
        ("20260401T200000", b"UNTIL=20260401T190000Z"),
        ("20260101T200000Z", b"UNTIL=20260101T200000Z"),
        ("20260401", b"UNTIL=20260331T230000Z"),
    ],
)
def test_end_of_a_series_is_written_in_utc(until: str, written: bytes) -> None:
    assert written in calendar("Rounds", URL, [entry(rrule=f"FREQ=WEEKLY;UNTIL={until}")])


def test_control_characters_break_no_calendar() -> None:
    _, [event] = read(entry(title="A\x00\x1b[31m case\r\nEND:VCALENDAR"))
    assert event["summary"] == "A[31m case\nEND:VCALENDAR"
