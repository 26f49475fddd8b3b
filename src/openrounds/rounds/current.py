"""Rounds that are debated and that are coming, for the pages where people arrive: in plain SQL, as everybody comes by there."""

from collections.abc import Sequence

from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.instances import columns, instance, width
from openrounds.hashtags.models import Hashtag
from openrounds.rounds.models import Round, State
from openrounds.rounds.rules import RUNNING


def debated_now(limit: int = 5) -> list[Round]:
    """Rounds that are debated, the latest first, with their hashtags; one query."""
    states = sorted(RUNNING)
    return _read(f"r.state IN ({db.marks(states)}) ORDER BY r.opened_at DESC LIMIT %s", [*states, limit])


def coming(limit: int = 5) -> list[Round]:
    """Rounds that will open, the next first, with their hashtags; one query."""
    rest = "r.state = %s AND r.opens_at > %s ORDER BY r.opens_at LIMIT %s"
    return _read(rest, [State.SCHEDULED.value, db.moment(now()), limit])


def _read(rest: str, params: Sequence[object]) -> list[Round]:
    found = db.rows(
        f"SELECT {columns(Round, 'r')}, {columns(Hashtag, 'h')} FROM rounds_round r "
        "JOIN accounts_account a ON a.id = r.host_id JOIN hashtags_hashtag h ON h.id = r.hashtag_id "
        f"WHERE a.suspended_at IS NULL AND {rest}",
        params,
    )
    return [_round(row) for row in found]


def _round(row: db.Row) -> Round:
    round = instance(Round, row[: width(Round)])
    round.hashtag = instance(Hashtag, row[width(Round) :])
    return round
