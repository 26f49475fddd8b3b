"""Series keep their hour on the wall clock, in every zone and across every change of the clocks."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openrounds.rounds.recurrence import check_rule, checked_start, next_occurrence, occurrences
from openrounds.rounds.rules import Unacceptable

LONDON = "Europe/London"
ZONES = [LONDON, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "UTC"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
WEEKLY = st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(
    lambda days: f"FREQ=WEEKLY;BYDAY={','.join(days)}"
)
NTH = st.sampled_from([n for n in range(-4, 5) if n])
MONTHLY = st.builds(lambda n, day: f"FREQ=MONTHLY;BYDAY={n}{day}", NTH, st.sampled_from(DAYS))
MONTH_DAY = st.builds(
    lambda n, m: f"FREQ=YEARLY;BYMONTH={m};BYMONTHDAY={n}", st.integers(1, 28), st.integers(1, 12)
)
RULES = st.builds(
    lambda rule, n: f"{rule};INTERVAL={n}",
    WEEKLY | MONTHLY | MONTH_DAY | st.just("FREQ=DAILY"),
    st.integers(1, 5),
)
STARTS = st.integers(1420070400, 2208988800).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M")
)


def next_in_london(rule: str, after: str, starts_at: str = "2026-03-03T20:00") -> str:
    found = next_occurrence(starts_at, rule, LONDON, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found is not None
    return found.strftime("%Y-%m-%dT%H:%M")


def test_eight_in_the_evening_stays_eight_when_summer_time_begins() -> None:
    assert next_in_london("FREQ=WEEKLY;BYDAY=TU", "2026-03-20T00:00") == "2026-03-24T20:00"
    assert next_in_london("FREQ=WEEKLY;BYDAY=TU", "2026-03-24T20:00") == "2026-03-31T19:00"


def test_hour_that_is_skipped_comes_with_the_offset_before() -> None:
    assert next_in_london("FREQ=DAILY", "2026-03-28T12:00", "2026-03-20T01:30") == "2026-03-29T01:30"


def test_hour_that_comes_twice_takes_place_once() -> None:
    hours = occurrences("2026-10-20T01:30", "FREQ=DAILY", LONDON, datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert [hour.strftime("%dT%H:%M") for hour in islice(hours, 2)] == ["25T00:30", "26T01:30"]


@pytest.mark.parametrize("after", ["2026-10-25T00:45", "2026-10-25T01:15"])
def test_after_the_first_of_the_double_hours_comes_the_next_day(after: str) -> None:
    assert next_in_london("FREQ=DAILY", after, "2026-10-20T01:30") == "2026-10-26T01:30"


def test_series_of_one_is_over_after_it() -> None:
    start = datetime(2026, 3, 3, 20, tzinfo=UTC)
    assert next_occurrence("2026-03-03T20:00", "", LONDON, start - timedelta(seconds=1)) == start
    assert next_occurrence("2026-03-03T20:00", "", LONDON, start) is None


def test_series_ends_with_its_last_time() -> None:
    hours = occurrences("2026-03-03T20:00", "FREQ=WEEKLY;COUNT=3", LONDON, datetime(2026, 1, 1, tzinfo=UTC))
    assert len(list(hours)) == 3
    until = "FREQ=WEEKLY;UNTIL=20260317T200000"
    assert len(list(occurrences("2026-03-03T20:00", until, LONDON, datetime(2026, 1, 1, tzinfo=UTC)))) == 3


@given(RULES, STARTS, st.sampled_from(ZONES), st.integers(0, 10**8))
@settings(max_examples=200, deadline=None)
def test_hours_are_later_each_time_and_the_same_on_the_wall(
    rule: str, starts_at: str, zone: str, seconds: int
) -> None:
    start, place = checked_start(starts_at), ZoneInfo(zone)
    after = start.replace(tzinfo=UTC) + timedelta(seconds=seconds)
    hours = list(islice(occurrences(starts_at, rule, zone, after), 12))
    assert len(hours) == 12
    assert hours[0] > after
    assert hours == sorted(set(hours))
    for hour in hours:
        wall = hour.astimezone(place)
        skipped = wall.replace(fold=0, tzinfo=None) - start.replace(
            year=wall.year, month=wall.month, day=wall.day
        )
        assert wall.time() == start.time() or abs(skipped) <= timedelta(hours=1)


@settings(deadline=None)
@given(RULES, STARTS, st.sampled_from(ZONES))
def test_each_next_hour_is_the_one_that_the_row_of_them_says(rule: str, starts_at: str, zone: str) -> None:
    after = checked_start(starts_at).replace(tzinfo=UTC)
    row = list(islice(occurrences(starts_at, rule, zone, after), 6))
    for before, hour in zip([after, *row], row, strict=False):
        assert next_occurrence(starts_at, rule, zone, before) == hour


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "nonsense",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=5MO",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20300101",
        "FREQ=WEEKLY;UNTIL=20269999",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;UNTIL=20200101",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=WEEKLY\nEXDATE:20260101",
        "DTSTART:20260101T000000\nRRULE:FREQ=DAILY",
        "FREQ=WEEKLY;",
        "FREQ=WEEKLY;INTERVAL=٣",
    ],
)
def test_rule_that_no_calendar_keeps_is_refused(rule: str) -> None:
    with pytest.raises(Unacceptable):
        check_rule(rule, "2026-03-03T20:00")


@pytest.mark.parametrize(
    "rule", ["freq=weekly;byday=tu", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY"]
)
def test_rule_that_calendars_keep_is_taken(rule: str) -> None:
    check_rule(rule, "2026-03-03T20:00")


@pytest.mark.parametrize(
    "text", ["", "today", "2026-02-30T10:00", "2026-03-03T20:00Z", "0001-01-01T00:00", "9999-12-31T23:59"]
)
def test_first_hour_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Unacceptable):
        checked_start(text)
