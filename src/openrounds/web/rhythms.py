"""When a series comes, in the reader's language."""

from datetime import datetime

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openrounds.rounds.models import Series
from openrounds.rounds.recurrence import checked_start
from openrounds.rounds.rhythm import Every, Rhythm, nth, rhythm_of


def rhythm_in_words(series: Series) -> str:
    """ "Every month: the second Tuesday, 20:00"; "" for a rule that the pages have no words for."""
    start = checked_start(series.starts_at)
    rhythm = rhythm_of(series.rrule, start)
    if rhythm is None:
        return ""
    often, day = _often(rhythm), _day(rhythm.every, start)
    said = f"{often}: {day}, {start:%H:%M}" if day else f"{often}, {start:%H:%M}"
    return said + _end(rhythm)


def _often(rhythm: Rhythm) -> str:
    n = rhythm.interval
    if rhythm.every in (Every.WEEK, Every.WORKDAY):
        return ngettext("Every week", "Every %(n)d weeks", n) % {"n": n}
    if rhythm.every is Every.DAY:
        return ngettext("Every day", "Every %(n)d days", n) % {"n": n}
    if rhythm.every is Every.YEAR:
        return ngettext("Every year", "Every %(n)d years", n) % {"n": n}
    return ngettext("Every month", "Every %(n)d months", n) % {"n": n}


def _day(every: Every, start: datetime) -> str:
    day = str(WEEKDAYS[start.weekday()])
    return {
        Every.WEEK: day,
        Every.NTH: _nth(nth(start), day),
        Every.LAST: _("the last %(day)s") % {"day": day},
        Every.DATE: _("day %(n)d of the month") % {"n": start.day},
        Every.WORKDAY: _("Monday to Friday"),
        Every.DAY: "",
        Every.YEAR: date_format(start, "MONTH_DAY_FORMAT"),
    }[every]


def _nth(n: int, day: str) -> str:
    said = {1: _("the first %(day)s"), 2: _("the second %(day)s"), 3: _("the third %(day)s")}
    return said.get(n, _("the fourth %(day)s")) % {"day": day}


def _end(rhythm: Rhythm) -> str:
    if rhythm.count is not None:
        return ngettext(" (%(n)d round)", " (%(n)d rounds)", rhythm.count) % {"n": rhythm.count}
    if rhythm.until is not None:
        return _(" (until %(day)s)") % {"day": date_format(rhythm.until)}
    return ""
