"""Markers: how far each timeline was read."""

from msgspec import Struct

from openrounds.api.call import Call
from openrounds.api.entities.marker import Marker
from openrounds.api.params import Id
from openrounds.api.routing import person, route
from openrounds.core.clock import iso
from openrounds.core.ids import time_of
from openrounds.timelines import markers
from openrounds.timelines.models import Marker as MarkerRow

NOTIFICATIONS = "notifications"


class TimelineParams(Struct):
    """Which of home and notifications; none, none."""

    timeline: list[str] = []


class PlaceParams(Struct):
    """The id that was read last."""

    last_read_id: Id


class MarkerParams(Struct):
    """What was read last, on either timeline or both."""

    home: PlaceParams | None = None
    notifications: PlaceParams | None = None


@route("GET", "/api/v1/markers", person("read:statuses"), params=TimelineParams, returns=dict[str, Marker])
def index(call: Call) -> dict[str, Marker]:
    """Where the caller stopped reading. The one of notifications is answered before it was ever saved, as Elk relies on it."""
    timelines = call.params(TimelineParams).timeline
    found = {row.timeline: _render(row) for row in markers.read(call.me, timelines)}
    if NOTIFICATIONS in timelines and NOTIFICATIONS not in found:
        found[NOTIFICATIONS] = Marker(last_read_id="0", version=0, updated_at=iso(time_of(call.me)))
    return found


@route("POST", "/api/v1/markers", person("write:statuses"), params=MarkerParams, returns=dict[str, Marker])
def save(call: Call) -> dict[str, Marker]:
    """Moves the markers. Conflict when another device moved one in the same moment."""
    asked = call.params(MarkerParams)
    places = {"home": asked.home, NOTIFICATIONS: asked.notifications}
    moved = {timeline: place.last_read_id for timeline, place in places.items() if place}
    return {row.timeline: _render(row) for row in markers.save(call.me, moved)}


def _render(row: MarkerRow) -> Marker:
    return Marker(last_read_id=str(row.last_read_id), version=row.version, updated_at=iso(row.updated_at))
