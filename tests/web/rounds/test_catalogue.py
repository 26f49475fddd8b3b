"""Finding rounds: by filter, by words, page by page, by feed and by calendar."""

import re

import pytest
from django.test import Client
from tests.conftest import step

from openrounds.rounds import actions
from openrounds.rounds.drafts import RoundDraft, SeriesDraft
from openrounds.web.views.rounds import catalogue

pytestmark = pytest.mark.django_db
TITLE = "A man with bruises"


def read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def listed(body: str) -> list[str]:
    return re.findall(r'<h3>\s*<a href="/rounds/([\w-]+)"', body)


def test_what_is_open_stands_on_the_pages_where_people_arrive(running):
    for path in ("/", "/explore", "/rounds"):
        assert TITLE in read(path), path


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=case", True),
        ("kind=chat", False),
        ("specialty=Hematology", True),
        ("specialty=Haematology", True),
        ("specialty=Internal+medicine", True),
        ("specialty=Cardiology", False),
        ("level=registrar", True),
        ("host=haemteam", True),
        ("host=nobody", False),
        ("series=none", False),
        ("since=2020-01-01&until=2099-01-01", True),
        ("until=2020-01-01", False),
        ("q=bruises", True),
        ("q=zebra", False),
        ("q=secret+stage+2", False),
    ],
)
def test_filters_keep_what_is_asked_for(running, run_jobs, query, found):
    run_jobs()
    assert bool(listed(read(f"/rounds?kind=&{query}").partition("Found")[2])) is found


def test_date_that_is_none_is_passed_over(running):
    assert listed(read("/rounds?since=nonsense")) == listed(read("/rounds"))


def test_pages_lead_on_with_the_filters_kept(make_case, alice, monkeypatch):
    monkeypatch.setattr(catalogue, "PER_PAGE", 2)
    for _ in range(3):
        actions.release_step(step(make_case(1), 1), alice)
    first = read("/rounds?kind=case")
    link = re.search(r'href="(\?[^"]+)" rel="next"', first)
    assert link is not None
    assert "kind=case" in link[1]
    second = read("/rounds" + link[1].replace("&amp;", "&"))
    assert len(listed(first.partition("Found")[2])) == 2
    assert len(listed(second.partition("Found")[2])) == 1
    assert not set(listed(first)) & set(listed(second))


def test_series_says_its_next_date_and_has_feed_and_calendar(alice, team):
    draft = SeriesDraft(
        title="Monday chat",
        hashtag="MonChat",
        time_zone="Europe/Berlin",
        starts_at="2026-01-05T20:00",
        rrule="FREQ=WEEKLY;BYDAY=MO",
    )
    series = actions.create_series(alice, team, "chat", draft)
    there = f"/rounds/series/{series.slug}"
    assert "Europe/Berlin" in read(there)
    assert "Monday chat" in read(f"{there}.rss")
    calendar = read(f"{there}.ics")
    assert "BEGIN:VEVENT" in calendar
    assert "TZID=Europe/Berlin" in calendar


def test_calendar_of_a_round_names_its_page(make_case):
    round = make_case()
    actions.edit_round(round, RoundDraft(intro="Read the paper first"), None)
    actions.schedule_round(round, None)
    body = read(f"/rounds/{round.slug}.ics").replace("\r\n ", "")
    assert f"/rounds/{round.slug}" in body
    assert "Read the paper first" in body
    assert "Secret" not in body
