"""What people say of how a series recurs is a rule that calendars read, and is read back from it."""

from datetime import UTC, date, datetime

import pytest

from openrounds.rounds.recurrence import check_rule, occurrences
from openrounds.rounds.rhythm import Every, Rhythm, rhythm_of, rule_of
from openrounds.rounds.rules import Unacceptable

TUESDAY = datetime.fromisoformat("2026-11-10T20:00")  # the second of its month
LAST_TUESDAY = datetime.fromisoformat("2026-11-24T20:00")
SATURDAY = datetime.fromisoformat("2026-11-14T20:00")
THIRTIETH = datetime.fromisoformat("2026-11-30T20:00")  # a fifth Monday


@pytest.mark.parametrize("every", list(Every))
@pytest.mark.parametrize(
    "end", [{}, {"count": 6}, {"until": date(2027, 6, 1)}], ids=["endless", "counted", "dated"]
)
@pytest.mark.parametrize("interval", [1, 2])
def test_rule_is_kept_by_calendars_begins_on_the_first_date_and_is_read_back(every, end, interval):
    rhythm = Rhythm(every, interval, **end)
    rule = rule_of(rhythm, LAST_TUESDAY)
    check_rule(rule, LAST_TUESDAY.isoformat())
    first = next(occurrences(LAST_TUESDAY.isoformat(), rule, "UTC", datetime(2026, 1, 1, tzinfo=UTC)))
    assert first == LAST_TUESDAY.replace(tzinfo=UTC)
    assert rhythm_of(rule, LAST_TUESDAY) == rhythm


@pytest.mark.parametrize(
    ("every", "second"),
    [
        (Every.WEEK, datetime.fromisoformat("2026-12-01T20:00")),
        (Every.NTH, datetime.fromisoformat("2026-12-22T20:00")),
        (Every.LAST, datetime.fromisoformat("2026-12-29T20:00")),
        (Every.DATE, datetime.fromisoformat("2026-12-24T20:00")),
        (Every.WORKDAY, datetime.fromisoformat("2026-11-25T20:00")),
        (Every.DAY, datetime.fromisoformat("2026-11-25T20:00")),
        (Every.YEAR, datetime.fromisoformat("2027-11-24T20:00")),
    ],
    ids=str,
)
def test_second_date_is_the_one_that_people_mean(every, second):
    after = LAST_TUESDAY.replace(tzinfo=UTC)
    rule = rule_of(Rhythm(every), LAST_TUESDAY)
    assert next(occurrences(LAST_TUESDAY.isoformat(), rule, "UTC", after)) == second.replace(tzinfo=UTC)


def test_last_day_is_one_of_the_series():
    rule = rule_of(Rhythm(Every.WEEK, until=date(2026, 11, 24)), TUESDAY)
    found = list(occurrences(TUESDAY.isoformat(), rule, "UTC", datetime(2026, 1, 1, tzinfo=UTC)))
    assert [day.day for day in found] == [10, 17, 24]


@pytest.mark.parametrize(
    ("every", "start"),
    [
        (Every.NTH, THIRTIETH),
        (Every.DATE, THIRTIETH),
        (Every.LAST, TUESDAY),
        (Every.WORKDAY, SATURDAY),
    ],
    ids=["fifth", "thirtieth", "not-last", "saturday"],
)
def test_first_date_that_the_rhythm_does_not_meet_is_refused(every, start):
    with pytest.raises(Unacceptable):
        rule_of(Rhythm(every), start)


def test_weekly_rule_that_names_the_first_weekday_is_weekly():
    assert rhythm_of("FREQ=WEEKLY;BYDAY=TU", TUESDAY) == Rhythm(Every.WEEK)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "FREQ=WEEKLY;BYDAY=WE",
        "FREQ=WEEKLY;UNTIL=20270601",
        "FREQ=DAILY;WKST=SU",
    ],
)
def test_rule_that_says_more_is_not_read_as_less(rule):
    assert rhythm_of(rule, TUESDAY) is None
