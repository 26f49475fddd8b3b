"""Finding rounds: by filter, by words, page by page, by feed and by calendar."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from tests.conftest import step

from openrounds.rounds import actions
from openrounds.rounds.drafts import RoundDraft, SeriesDraft
from openrounds.rounds.models import Round
from openrounds.web.views.rounds import catalogue, feeds

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
        ("licence=open", True),
        ("licence=CC-BY-4.0", True),
        ("licence=CC-BY-NC-4.0", False),
        ("licence=nonsense", False),
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


def test_what_may_not_be_sold_or_changed_is_marked_and_not_among_what_may_be_reused(running):
    assert 'rel="license noopener noreferrer">CC BY 4.0</a>' in read(f"/rounds/{running.slug}")
    Round.objects.update(licence="CC-BY-NC-ND-4.0")
    for path in ("/rounds", f"/rounds/{running.slug}"):
        body = read(path)
        assert 'href="https://creativecommons.org/licenses/by-nc-nd/4.0/"' in body, path
        assert ">non-commercial<" in body, path
        assert ">no changes<" in body, path
    assert not listed(read("/rounds?licence=open").partition("Found")[2])
    Round.objects.update(licence="all-rights")
    assert "All rights reserved" in read(f"/rounds/{running.slug}")


def test_feed_says_the_licence_of_each_round(running):
    feed = ET.fromstring(read("/rounds.rss"))
    (item,) = feed.iter("item")
    deed = "{http://backend.userland.com/creativeCommonsRssModule}license"
    assert item.findtext(deed) == "https://creativecommons.org/licenses/by/4.0/"
    assert item.findtext("{http://purl.org/dc/elements/1.1/}rights") == "CC BY 4.0"
    Round.objects.update(licence="all-rights")
    (item,) = ET.fromstring(read("/rounds.rss")).iter("item")
    assert item.find(deed) is None
    assert item.findtext("{http://purl.org/dc/elements/1.1/}rights") == "All rights reserved"


@pytest.mark.parametrize("path", ["/rounds.ics", "/rounds.rss", "{round}.ics", "/@{host}/rounds.ics"])
def test_feed_is_sent_again_only_when_it_has_changed(running, path):
    client = Client()
    path = path.format(round=f"/rounds/{running.slug}", host=running.host.username)
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.edit_round(running, RoundDraft(title="A new title"), None)
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "A new title" in changed.content.decode()


def test_calendar_that_was_written_already_is_not_written_again(running, monkeypatch):
    body = read("/rounds.ics")
    monkeypatch.setattr(feeds, "calendar", lambda *_: pytest.fail("written again"))
    assert read("/rounds.ics") == body
