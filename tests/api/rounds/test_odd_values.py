"""What no host means to send: refused in words, or kept so that every page and feed can show it; never a 500."""

from datetime import timedelta

import pytest
from tests.conftest import step

from openrounds.core.clock import iso, now
from openrounds.rounds import actions
from openrounds.rounds.models import Question, Round

BASE = "/api/openrounds/v1/rounds"
SERIES = "/api/openrounds/v1/series"
FAR = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "1999-12-31T00:00:00Z",
    "2101-01-01T12:00:00Z",
)
PAGES = ("/rounds", "/rounds.rss", "/rounds.ics")
OPTIONS = [{"title": "a", "right": True}, {"title": "b"}]


@pytest.fixture
def host(alice, client_of):
    return client_of(alice)


@pytest.mark.parametrize(
    "values",
    [
        {"notice_minutes": 2_147_483_647},
        {"notice_minutes": 7 * 24 * 60 + 1},
        {"notice_minutes": 2**70},
        {"notice_minutes": -1},
        *({"opens_at": moment} for moment in FAR),
        *({"closes_at": moment} for moment in FAR),
        {"title": "   "},
        {"title": "\u0007"},
        {"language": "x" * 35},
        {"language": ""},
        {"time_zone": "Europe"},
        {"time_zone": "a\nb"},
        {"intro": "x" * 100_001},
        {"care": {"title": "x" * 100_001}},
        {"diagnoses": ["x" * 60_000, "x" * 60_000]},
    ],
    ids=lambda values: str(values)[:50],
)
def test_round_refuses_what_cannot_be_shown_or_planned(make_case, host, values):
    round = make_case()
    answer = host.patch(f"{BASE}/{round.pk}", values)
    assert answer.status_code == 422, answer.content
    assert answer.json()["error"].startswith("Validation failed: ")
    assert Round.objects.filter(pk=round.pk, version=round.version).exists()


@pytest.mark.parametrize(
    "values",
    [
        *({"release_by": "time", "release_at": moment} for moment in FAR),
        {"release_by": "time"},
        {"release_by": "commitments", "release_after": 0},
        {"pictures": [{"media": 2**70}]},
        {"pictures": [{"media": -5}]},
        {"results": [{"test": "Hb", "value": "78", "flag": "HUGE"}]},
        {"results": [{"test": "x" * 100_001, "value": "1"}]},
        {"questions": ["x" * 60_000, "x" * 60_000]},
        {"question": {"text": "?", "options": []}},
        {"question": {"text": "\u0007", "options": OPTIONS}},
        {"question": {"text": "?", "options": [{**OPTIONS[0], "explanation": "x" * 100_001}, OPTIONS[1]]}},
    ],
    ids=lambda values: str(values)[:50],
)
def test_step_refuses_what_cannot_be_shown_or_planned(running, host, values):
    answer = host.patch(f"{BASE}/{running.pk}/steps/{step(running, 2).pk}", values)
    assert answer.status_code == 422, answer.content
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "wanted", [{"notice_minutes": 2_147_483_647}, {"notice_minutes": 10_081}, {"title": "\u0007"}]
)
def test_series_refuses_what_cannot_be_planned(team, host, wanted):
    asked = {"kind": "chat", "host_id": str(team.pk), "title": "S", "hashtag": "MHChat", **wanted}
    asked |= {"time_zone": "Europe/London", "starts_at": "2026-12-01T20:00", "rrule": "FREQ=WEEKLY;BYDAY=TU"}
    assert host.post(SERIES, asked).status_code == 422
    assert not Round.objects.exists()


@pytest.mark.parametrize("minutes", [0, 10**9, 2_147_483_647])
def test_question_of_any_length_is_released(running, host, minutes):
    path = f"{BASE}/{running.pk}/steps/{step(running, 2).pk}"
    answer = host.patch(path, {"question": {"text": "?", "options": OPTIONS, "minutes": minutes}})
    assert answer.status_code == 200, answer.content
    assert host.post(f"{path}/release").status_code == 200
    assert Question.objects.get().poll.expires_at <= now() + timedelta(days=30)


def test_signs_that_no_feed_can_hold_take_no_feed_away(make_case, host, anonymous):
    round = make_case()
    said = {
        "title": "A bell\u0007 and\u000b a tab\nof two lines",
        "specialty": "Hema\u0000tology".replace("\0", "\x01"),
    }
    assert host.patch(f"{BASE}/{round.pk}", said | {"intro": "One\u000c\n\ntwo"}).json()["title"] == (
        "A bell and a tab of two lines"
    )
    assert host.post(f"{BASE}/{round.pk}/schedule").status_code == 200
    for path in (*PAGES, f"/rounds/{round.slug}", f"/rounds/{round.slug}.ics"):
        assert anonymous.get(path).status_code == 200, path


def test_post_with_signs_that_no_feed_can_hold_takes_no_feed_away(alice, post_as, anonymous):
    post_as(alice, "A case #Haem", spoiler_text="Rings\u0007")
    for path in ("/@alice.rss", "/tags/Haem.rss"):
        assert anonymous.get(path).status_code == 200, path


@pytest.mark.parametrize("lost", ["basis", "specialty", "level"])
def test_round_keeps_what_it_was_published_with(running, host, lost):
    answer = host.patch(f"{BASE}/{running.pk}", {lost: ""})
    assert answer.status_code == 422
    assert list(answer.json()["details"]) == [lost]
    assert getattr(Round.objects.get(pk=running.pk), lost)


def test_released_step_is_not_emptied(running, host):
    path = f"{BASE}/{running.pk}/steps/{step(running, 1).pk}"
    assert host.patch(path, {"text": " "}).status_code == 422
    assert step(running, 1).text == "Secret of stage 1"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "data:text/html,hello"),
        ("doi", "../../evil"),
        ("pmid", "abc"),
        ("url", "x" * 3000),
    ],
)
def test_reference_is_a_doi_a_pmid_or_a_link(running, host, kind, value):
    answer = host.post(f"{BASE}/{running.pk}/references", {"kind": kind, "value": value})
    assert answer.status_code == 422, answer.content
    assert not running.references.exists()


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("pmid", "123", "123"),
        ("doi", "https://doi.org/10.1000/XYZ", "10.1000/xyz"),
        ("url", "https://nice.org.uk/ng1", ""),
    ],
)
def test_reference_is_known_however_it_is_written(running, host, kind, value, kept):
    answer = host.post(f"{BASE}/{running.pk}/references", {"kind": kind, "value": value})
    assert answer.json()["value"] == (kept or value)


@pytest.mark.parametrize("name", ["since", "until"])
def test_catalogue_refuses_years_that_no_calendar_knows(db, anonymous, name):
    for moment in FAR:
        assert anonymous.get(BASE, {name: moment}).status_code == 422


def test_answer_that_grows_when_it_is_folded_is_taken(running, bob, client_of):
    grown = {"guesses": [{"text": "\ufdfa" * 120}]}
    path = f"{BASE}/{running.pk}/steps/{step(running, 1).pk}/commit"
    assert client_of(bob).post(path, grown).status_code == 200


def test_round_that_closes_in_an_hour_is_edited_while_it_runs(running, host):
    closes = iso(now() + timedelta(hours=1))
    assert host.patch(f"{BASE}/{running.pk}", {"closes_at": closes}).status_code == 200
    actions.begin_closing(running)
    assert host.patch(f"{BASE}/{running.pk}", {"title": "Another"}).status_code == 200
