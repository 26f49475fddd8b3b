"""Forms by which hosts make and keep a series of rounds."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.rounds.drafts import SeriesDraft
from openrounds.rounds.models import Licence, Series
from openrounds.rounds.recurrence import checked_start, occurrences
from openrounds.rounds.rhythm import Every, Rhythm, rhythm_of, rule_of
from openrounds.rounds.rules import YEARS, Unacceptable
from openrounds.web.forms.rounds import KINDS, LOCAL, NOTICES, HourField
from openrounds.web.language import zones
from openrounds.web.words import refusal_in_words

DAY = 24 * 60
DATES_SHOWN = 5
LENGTHS = [
    (30, _("Half an hour")),
    (45, _("45 minutes")),
    (60, _("An hour")),
    (90, _("An hour and a half")),
    (120, _("Two hours")),
    (DAY, _("A day")),
    (3 * DAY, _("Three days")),
    (7 * DAY, _("A week")),
]
RHYTHMS = [
    (Every.WEEK.value, _("Weekly, on the same weekday")),
    (Every.NTH.value, _("Monthly, as on the 2nd Tuesday")),
    (Every.LAST.value, _("Monthly, as on the last Tuesday")),
    (Every.DATE.value, _("Monthly, as on the 15th")),
    (Every.WORKDAY.value, _("Monday to Friday")),
    (Every.DAY.value, _("Daily")),
    (Every.YEAR.value, _("Yearly, on the same date")),
]
AS_IT_IS = ""  # a rule that an app has set, and that the choices above do not say
NEVER, TIMES, ON = "never", "times", "on"
ENDS = [
    (NEVER, _("It goes on until I end it")),
    (TIMES, _("After a number of rounds")),
    (ON, _("On a day")),
]
ABOUT = ("kind", "host", "title", "hashtag", "description", "licence")
WHEN = ("time_zone", "starts_at", "every", "interval", "ends", "count", "until")
SESSION = ("minutes", "notice_minutes")


class SeriesForm(forms.Form):
    """What a series says of itself and when it comes; `zone` is what a new one begins with."""

    title = forms.CharField(label=_("Title"), max_length=200)
    hashtag = forms.CharField(
        label=_("Hashtag"),
        max_length=101,
        help_text=_("The same for every round: people follow it, and everybody who writes it takes part."),
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whom it is for, and what it is about. Markdown."),
    )
    licence = forms.ChoiceField(label=_("Licence"), choices=Licence.choices, initial=Licence.CC_BY)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("It keeps its hour there when the clocks change."),
    )
    starts_at = HourField(label=_("First date and hour"), help_text=_("In that time zone."))
    every = forms.ChoiceField(
        label=_("How it recurs"),
        choices=RHYTHMS,
        initial=Every.WEEK.value,
        help_text=_("Which day it is follows from the first date."),
    )
    interval = forms.IntegerField(
        label=_("Every how many weeks or months"),
        min_value=1,
        max_value=99,
        initial=1,
        help_text=_("1 for each, 2 for every other one."),
    )
    ends = forms.ChoiceField(label=_("How long it goes on"), choices=ENDS, initial=NEVER)
    count = forms.IntegerField(
        label=_("How many rounds"),
        min_value=1,
        max_value=9999,
        required=False,
        help_text=_("Only where it ends after a number of rounds."),
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only where it ends on a day; that day included."),
    )
    minutes = forms.TypedChoiceField(label=_("How long each round lasts"), coerce=int, initial=60)
    notice_minutes = forms.TypedChoiceField(label=_("Announce it"), coerce=int, initial=30)

    def __init__(self, *args: Any, series: Series | None = None, zone: str = "UTC", **kwargs: Any) -> None:
        kwargs["initial"] = {"time_zone": zone} | (_initial(series) if series else {})
        super().__init__(*args, **kwargs)
        self.series = series
        known = {*zones(), self.initial["time_zone"]}
        self._choose("time_zone", [(name, name) for name in sorted(known)])
        self._choose("minutes", _spans(LENGTHS, series.minutes if series else None))
        self._choose("notice_minutes", _spans(NOTICES, series.notice_minutes if series else None))
        if self.initial.get("every") == AS_IT_IS and series:
            rule = series.rrule or gettext("once")
            self._choose("every", [(AS_IT_IS, _("As an app has set it: %s") % rule), *RHYTHMS])
            self.fields["every"].required = False

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The visible fields under the headings of the page."""
        parts = (
            (gettext("What it is"), ABOUT),
            (gettext("When it comes"), WHEN),
            (gettext("Each round"), SESSION),
        )
        return [(heading, [self[name] for name in names if name in self.fields]) for heading, names in parts]

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        if sent.get("ends") == TIMES and not sent.get("count") and "count" not in self.errors:
            self.add_error("count", _("Say after how many rounds it ends."))
        if sent.get("ends") == ON and "until" not in self.errors:
            self._check_until(sent)
        if not self.errors:
            self._check_start(sent)
        return sent

    def _check_until(self, sent: dict[str, Any]) -> None:
        until, start = sent.get("until"), sent.get("starts_at")
        if until is None:
            self.add_error("until", _("Say on which day it ends."))
        elif until.year not in YEARS or (start and until < start.date()):
            self.add_error("until", _("It ends before it has begun."))

    def _check_start(self, sent: dict[str, Any]) -> None:
        try:
            sent["rrule"] = self._rule(sent)
        except Unacceptable as problem:
            self.add_error("starts_at", f"{refusal_in_words(str(problem))}.")

    def _rule(self, sent: dict[str, Any]) -> str:
        if sent["every"] == AS_IT_IS and self.series is not None:
            return self.series.rrule
        count = sent["count"] if sent["ends"] == TIMES else None
        until = sent["until"] if sent["ends"] == ON else None
        return rule_of(Rhythm(Every(sent["every"]), sent["interval"], count, until), sent["starts_at"])

    def dates(self) -> list[datetime]:
        """The next hours (UTC) of what is in the form, which must be valid."""
        sent = self.cleaned_data
        coming = occurrences(f"{sent['starts_at']:{LOCAL}}", sent["rrule"], sent["time_zone"], now())
        return list(islice(coming, DATES_SHOWN))

    def draft(self) -> SeriesDraft:
        sent = self.cleaned_data
        same = (
            "title",
            "hashtag",
            "description",
            "licence",
            "time_zone",
            "rrule",
            "minutes",
            "notice_minutes",
        )
        return SeriesDraft(starts_at=f"{sent['starts_at']:{LOCAL}}", **{name: sent[name] for name in same})


class NewSeriesForm(SeriesForm):
    """`actors` are the accounts for which one may make a series."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, initial="chat")
    host = forms.ChoiceField(label=_("Who hosts it?"))

    def __init__(self, *args: Any, actors: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("host", [(str(a.pk), f"{a.display_name or a.username} (@{a.username})") for a in actors])


class SeriesEditForm(SeriesForm):
    """`version` is the one that the editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


def _spans(choices: Sequence[tuple[int, Any]], present: int | None) -> list[tuple[int, Any]]:
    """A span that an app has given stays among the choices."""
    given = {} if present is None else {present: _("%d minutes") % present}
    return sorted((given | dict(choices)).items())


def _initial(series: Series) -> dict[str, Any]:
    start = checked_start(series.starts_at)
    same = ("version", "title", "description", "licence", "time_zone", "minutes", "notice_minutes")
    return {name: getattr(series, name) for name in same} | {
        "hashtag": series.hashtag.display_name,
        "starts_at": start.strftime(LOCAL),
        **_initial_rhythm(rhythm_of(series.rrule, start)),
    }


def _initial_rhythm(rhythm: Rhythm | None) -> dict[str, Any]:
    if rhythm is None:
        return {"every": AS_IT_IS}
    ends = TIMES if rhythm.count else ON if rhythm.until else NEVER
    return {
        "every": rhythm.every.value,
        "interval": rhythm.interval,
        "ends": ends,
        "count": rhythm.count,
        "until": rhythm.until,
    }
