"""GET and POST /api/v1/markers"""

import msgspec
import pytest

from openrounds.api.entities.marker import Marker
from openrounds.core.errors import Conflict
from openrounds.timelines import markers
from openrounds.timelines.models import Marker as MarkerRow

MARKERS = "/api/v1/markers"


def read(answer) -> dict[str, Marker]:
    assert answer.status_code == 200, answer.content
    return msgspec.json.decode(answer.content, type=dict[str, Marker])


def test_notifications_marker_is_there_before_it_was_saved(alice, client_of):
    found = read(client_of(alice).get(MARKERS, {"timeline[]": ["home", "notifications"]}))
    assert found.keys() == {"notifications"}
    assert found["notifications"].last_read_id == "0"


@pytest.mark.parametrize("name", ["timeline", "timeline[]"])
def test_only_markers_asked_for_are_answered(name, alice, client_of):
    client = client_of(alice)
    client.post(MARKERS, {"home": {"last_read_id": "103206604258487607"}})
    assert read(client.get(MARKERS, {name: "home"}))["home"].last_read_id == "103206604258487607"
    assert read(client.get(MARKERS)) == {}
    assert read(client.get(MARKERS, {name: "elsewhere"})) == {}


def test_each_save_raises_the_version_and_is_ones_own(alice, charlie, client_of):
    client = client_of(alice)
    for version, place in enumerate(("5", "9"), start=1):
        saved = read(client.post("/api/v1/markers", {"notifications": {"last_read_id": place}}))[
            "notifications"
        ]
        assert (saved.last_read_id, saved.version) == (place, version)
    assert (
        read(client_of(charlie).get(MARKERS, {"timeline[]": "notifications"}))["notifications"].version == 0
    )


def test_marker_is_saved_as_a_form_too(alice, client_of):
    answer = client_of(alice).post(
        MARKERS, {"home[last_read_id]": "7", "notifications[last_read_id]": "8"}, form=True
    )
    assert {name: m.last_read_id for name, m in read(answer).items()} == {"home": "7", "notifications": "8"}


@pytest.mark.parametrize(
    "body", [{"home": {"last_read_id": "x"}}, {"home": 5}, {"home": {"last_read_id": -1}}]
)
def test_nonsense_is_refused_and_nothing_written(body, alice, client_of):
    assert client_of(alice).post(MARKERS, {"notifications": {"last_read_id": 1}, **body}).status_code == 422
    assert not MarkerRow.objects.exists()


def test_two_devices_at_once_are_told_apart(alice, client_of, monkeypatch):
    markers.save(alice.pk, {"home": 1})
    stale = MarkerRow.objects.get()
    markers.save(alice.pk, {"home": 2})
    monkeypatch.setattr(MarkerRow.objects, "get", lambda **_: stale)
    with pytest.raises(Conflict):
        markers.save(alice.pk, {"home": 3})
    assert client_of(alice).post(MARKERS, {"home": {"last_read_id": 3}}).status_code == 409
    assert MarkerRow.objects.filter(last_read_id=2).exists()


def test_markers_need_their_scopes(alice, anonymous, client_of):
    assert anonymous.get(MARKERS).status_code == 401
    assert client_of(alice, "read").post(MARKERS, {}).status_code == 403
