"""Hours that no calendar knows are refused beside their field."""

import pytest
from tests.conftest import step

ENDS = ["0001-01-01T00:00", "9999-12-31T23:59", "10000-01-01T00:00", "2027-13-01T10:00"]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("hour", ENDS)
def test_opening_that_no_calendar_knows_is_refused(make_case, alice, browser_for, hour, zone):
    round = make_case()
    sent = {"version": round.version, "title": "T", "hashtag": "HaemRounds", "licence": "CC-BY-4.0"}
    sent |= {"notice_minutes": "0", "time_zone": zone, "opens_at": hour}
    answer = browser_for(alice).post(f"/rounds/{round.slug}/edit", sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["opens_at"]


@pytest.mark.parametrize("hour", ENDS)
def test_release_that_no_calendar_knows_is_refused(running, alice, browser_for, hour):
    sent = {"version": "1", "title": "T", "text": "T", "release_by": "time", "release_at": hour}
    path = f"/rounds/{running.slug}/edit/steps/{step(running, 2).pk}"
    answer = browser_for(alice).post(path, sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["release_at"]


def test_button_of_a_state_that_has_passed_says_so_in_words(running, alice, browser_for):
    client = browser_for(alice)
    for _ in range(2):
        answer = client.post(f"/rounds/{running.slug}/host/run", {"do": "closing"})
    assert answer.status_code == 422
    assert "That cannot be done as the round stands now" in answer.content.decode()
