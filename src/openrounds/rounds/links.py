"""Where a round is read."""

from openrounds.core.options import options
from openrounds.rounds.announcements import Subject
from openrounds.rounds.models import Round, Series


def path_to(round: Round) -> str:
    return f"/rounds/{round.slug}"


def link_to(round: Round) -> str:
    """The permanent address. Without a configured domain, as the server was called when the round was written."""
    return f"{options().base_url or round.base_url}{path_to(round)}"


def path_to_series(series: Series) -> str:
    return f"/rounds/series/{series.slug}"


def subject_of(round: Round) -> Subject:
    """What announcing posts say of a round."""
    return Subject(round.kind, round.title, link_to(round), round.hashtag.display_name)
