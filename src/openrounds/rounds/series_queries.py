"""Reads of series: whose they are, and when they come next."""

from datetime import datetime
from itertools import islice

from django.db.models import Q

from openrounds.accounts.models import TeamMembership
from openrounds.core.clock import now
from openrounds.rounds.models import Round, Series, State
from openrounds.rounds.recurrence import occurrences


def series_run_by(viewer_id: int) -> list[Series]:
    """Those of the viewer and of his teams, newest first, ended ones too; one query."""
    teams = TeamMembership.objects.filter(member_id=viewer_id).values("team_id")
    found = Series.objects.filter(Q(host_id=viewer_id) | Q(host_id__in=teams))
    return list(found.select_related("host", "hashtag").order_by("-id"))


def coming_of(series: Series) -> Round | None:
    """Its next round that is made, a draft too: for those who run it; one query."""
    made = Round.objects.filter(series=series, state__in=(State.DRAFT, State.SCHEDULED), opens_at__gt=now())
    return made.order_by("opens_at").first()


def coming_dates(series: Series, coming: Round | None, limit: int) -> list[datetime]:
    """The next hours (UTC): that of the round which is made and keeps it, then those of the rule. No query."""
    if series.ended_at is not None:
        return [coming.opens_at] if coming and coming.opens_at else []
    made = [coming.opens_at] if coming and coming.opens_at else []
    after = made[-1] if made else now()
    rest = occurrences(series.starts_at, series.rrule, series.time_zone, after)
    return [*made, *islice(rest, limit - len(made))]
