"""How far somebody has read: kept so that his next device starts there."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import Conflict
from openrounds.timelines.models import Marker

TIMELINES = ("home", "notifications")


def read(account_id: int, timelines: Sequence[str]) -> list[Marker]:
    """Those that were ever saved; one query."""
    return list(Marker.objects.filter(account_id=account_id, timeline__in=timelines))


def place(account_id: int, timeline: str) -> int | None:
    """How far the account has read there, if it was ever saved; one query."""
    sql = "SELECT last_read_id FROM timelines_marker WHERE account_id = %s AND timeline = %s"
    found = db.row(sql, [account_id, timeline])
    return int(found[0]) if found else None


def save(account_id: int, places: Mapping[str, int]) -> list[Marker]:
    """Moves the markers, all or none. Raises Conflict when another device moved one in the same moment."""
    with transaction.atomic():
        for timeline, last_read_id in places.items():
            _move(account_id, timeline, last_read_id)
        return read(account_id, list(places))


def _move(account_id: int, timeline: str, last_read_id: int) -> None:
    fresh = Marker(account_id=account_id, timeline=timeline, last_read_id=last_read_id)
    if _is_new(fresh):
        return
    former = Marker.objects.get(account_id=account_id, timeline=timeline)
    unchanged = Marker.objects.filter(pk=former.pk, version=former.version)
    if not unchanged.update(last_read_id=last_read_id, version=former.version + 1, updated_at=now()):
        raise Conflict


def _is_new(marker: Marker) -> bool:
    """Whether it was the first of its kind, and is written now."""
    return bool(
        db.execute(
            "INSERT INTO timelines_marker (account_id, timeline, last_read_id, version, updated_at) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [
                marker.account_id,
                marker.timeline,
                marker.last_read_id,
                marker.version,
                db.moment(marker.updated_at),
            ],
        )
    )
