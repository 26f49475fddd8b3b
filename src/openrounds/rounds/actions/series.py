"""Series: the same host, hashtag and hour. The next round of a series is always there to be looked forward to."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.errors import Conflict
from openrounds.rounds.access import check_host
from openrounds.rounds.actions.checks import (
    MEANWHILE,
    check_row,
    check_zone,
    given,
    hashtag_of,
    invalid,
    write,
)
from openrounds.rounds.actions.timing import plan_hours
from openrounds.rounds.drafts import SeriesDraft
from openrounds.rounds.models import Kind, Round, Series, State
from openrounds.rounds.naming import free_slug
from openrounds.rounds.recurrence import check_rule, checked_start, next_occurrence
from openrounds.rounds.rules import MOST_NOTICE, Unacceptable

LONGEST_MINUTES = 7 * 24 * 60


@transaction.atomic
def create_series(
    creator: Account, host: Account, kind: str, draft: SeriesDraft, *, base_url: str = ""
) -> Series:
    """A public series with its next round. Raises Invalid, NotFound (not the creator's to host)."""
    check_host(creator.pk, host.pk)
    if kind not in Kind.values:
        raise invalid("kind", "There is no such kind of round")
    if not isinstance(draft.hashtag, str) or not draft.hashtag.strip():
        raise invalid("hashtag", "A hashtag is needed: it is the door to the debate")
    title = draft.title if isinstance(draft.title, str) else ""
    series = Series(host=host, kind=kind, created_by=creator, slug=free_slug(title))
    _fill(series, draft)
    series.save(force_insert=True)
    ensure_next(series, base_url=base_url)
    return series


@transaction.atomic
def edit_series(series: Series, draft: SeriesDraft, version: int | None, *, base_url: str = "") -> Series:
    """Changes what the draft gives; rounds that were made already keep their hour. One that was over and has dates again
    goes on. Raises Invalid, Conflict."""
    expected = {} if version is None else {"version": version}
    if not Series.objects.filter(pk=series.pk, **expected).update(version=F("version") + 1):
        raise Conflict(MEANWHILE)
    series.refresh_from_db()
    _fill(series, draft)
    series.save()
    ensure_next(series, base_url=base_url)
    return series


def _fill(series: Series, draft: SeriesDraft) -> None:
    changes = given(draft)
    if "hashtag" in changes:
        changes["hashtag"] = hashtag_of(changes["hashtag"])
    write(series, changes)
    check_row(series, exclude={"hashtag", "host", "created_by"})
    check_zone(series.time_zone)
    if not 5 <= series.minutes <= LONGEST_MINUTES:
        raise invalid("minutes", "Between five minutes and a week")
    if series.notice_minutes > MOST_NOTICE:
        raise invalid("notice_minutes", "Announce it at most a week before")
    _check_hours(series)


def _check_hours(series: Series) -> None:
    try:
        checked_start(series.starts_at)
    except Unacceptable as problem:
        raise invalid("starts_at", str(problem)) from problem
    try:
        if series.rrule:
            check_rule(series.rrule, series.starts_at)
    except Unacceptable as problem:
        raise invalid("rrule", str(problem)) from problem


@transaction.atomic
def end_series(series: Series) -> None:
    """No further rounds; what there is stays."""
    Series.objects.filter(pk=series.pk, ended_at=None).update(ended_at=now())


def ensure_next(series: Series, *, after: datetime | None = None, base_url: str = "") -> Round | None:
    """The coming round of the series, made if there is none (`after` a date that was given up): a chat is in the calendar at
    once, a case starts as a draft."""
    held = Series.objects.select_for_update(of=("self",)).select_related("host", "hashtag").get(pk=series.pk)
    coming = Round.objects.filter(series=held, state__in=(State.DRAFT, State.SCHEDULED), opens_at__gt=now())
    if held.ended_at is not None or coming.exists():
        return coming.first()
    return next_round(held, after=after, base_url=base_url)


def next_round(series: Series, *, after: datetime | None = None, base_url: str = "") -> Round | None:
    """One more round after the latest of the series, and after a moment; None when the series is over."""
    latest = Round.objects.filter(series=series, opens_at__isnull=False).order_by("opens_at").last()
    taken = latest.opens_at if latest is not None else None
    past = max(moment for moment in (now(), taken, after) if moment is not None)
    opens = next_occurrence(series.starts_at, series.rrule, series.time_zone, past)
    if opens is None:
        return None
    made = Round(
        kind=series.kind,
        host=series.host,
        series=series,
        hashtag=series.hashtag,
        language=series.host.default_language or "en",
        title=series.title,
        licence=series.licence,
        time_zone=series.time_zone,
        opens_at=opens,
        closes_at=opens + timedelta(minutes=series.minutes),
        notice_minutes=series.notice_minutes,
        created_by=series.created_by,
        base_url=base_url or (latest.base_url if latest else ""),
        slug=free_slug(series.title),
        state=State.SCHEDULED if series.kind == Kind.CHAT else State.DRAFT,
    )
    made.save(force_insert=True)
    plan_hours(made)
    return made
