"""A series is made, kept and ended in a browser without scripts."""

import re
from datetime import UTC, datetime

import msgspec
import pytest
from django.test import Client

from openrounds.accounts.models import TeamMembership, TeamRight
from openrounds.rounds import actions
from openrounds.rounds.models import Round, Series, State
from openrounds.rounds.series_queries import coming_of

NEW = "/rounds/series/new"
FIRST = "2099-03-10T20:00"  # the second Tuesday; London's clocks change on the 29th


@pytest.fixture
def host(alice, team, browser_for) -> Client:
    return browser_for(alice)


@pytest.fixture
def sent(team) -> dict[str, object]:
    """What a chat every Tuesday in London sends."""
    return {
        "kind": "chat",
        "host": team.pk,
        "title": "Tuesday chat",
        "hashtag": "TueChat",
        "description": "For **everybody**",
        "licence": "CC-BY-4.0",
        "time_zone": "Europe/London",
        "starts_at": FIRST,
        "every": "week",
        "interval": "1",
        "ends": "never",
        "minutes": "60",
        "notice_minutes": "30",
    }


@pytest.fixture
def series(host, sent) -> Series:
    assert host.post(NEW, sent).status_code == 302
    return Series.objects.get()


def fields(page) -> dict[str, object]:
    """What the form on a page would send back as it stands."""
    return {bound.name: value for bound in page.context["form"] if (value := bound.value()) is not None}


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode()))


def test_series_is_made_for_a_team_with_its_next_date(host, sent, team):
    page = host.post(NEW, sent)
    made = Series.objects.get()
    assert page["Location"] == f"/rounds/series/{made.slug}"
    assert (made.host_id, made.rrule, made.starts_at) == (team.pk, "FREQ=WEEKLY", FIRST)
    coming = Round.objects.get(series=made)
    assert (coming.state, coming.opens_at) == (State.SCHEDULED, datetime(2099, 3, 10, 20, tzinfo=UTC))


def test_way_there_is_on_one_s_own_rounds_and_back_to_the_series(host, series, bob, browser_for):
    page = host.get("/rounds/mine").content.decode()
    assert f'href="{NEW}"' in page
    assert f"/rounds/series/{series.slug}" in page
    assert "Every week: Tuesday, 20:00 (Europe/London)" in text(host.get("/rounds/mine"))
    assert f"/rounds/series/{series.slug}" not in browser_for(bob).get("/rounds/mine").content.decode()


def test_writing_a_series_counts_as_calls_do_where_there_are_limits(host, sent, settings):
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, rate_limits=True)
    assert host.post(NEW, sent).status_code == 302
    path = f"/rounds/series/{Series.objects.get().slug}/edit"
    assert host.post(path, fields(host.get(path)) | {"title": "Ward chat"}).status_code == 302
    assert Series.objects.get().title == "Ward chat"


@pytest.mark.parametrize(
    ("said", "rule", "words"),
    [
        ({"interval": "2"}, "FREQ=WEEKLY;INTERVAL=2", "Every 2 weeks: Tuesday, 20:00"),
        ({"every": "nth"}, "FREQ=MONTHLY;BYDAY=2TU", "Every month: the second Tuesday, 20:00"),
        ({"every": "date"}, "FREQ=MONTHLY;BYMONTHDAY=10", "Every month: day 10 of the month, 20:00"),
        (
            {"every": "last", "starts_at": "2099-03-31T20:00"},
            "FREQ=MONTHLY;BYDAY=-1TU",
            "Every month: the last Tuesday, 20:00",
        ),
        ({"every": "workday"}, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every week: Monday to Friday, 20:00"),
        ({"every": "day"}, "FREQ=DAILY", "Every day, 20:00"),
        ({"every": "year"}, "FREQ=YEARLY", "Every year: 10 March, 20:00"),
        ({"ends": "times", "count": "6"}, "FREQ=WEEKLY;COUNT=6", "20:00 (6 rounds)"),
        (
            {"ends": "on", "until": "2099-06-30"},
            "FREQ=WEEKLY;UNTIL=20990630T235959",
            "20:00 (until 30 Jun 2099)",
        ),
    ],
    ids=["fortnight", "nth", "day-of-month", "last", "workdays", "daily", "yearly", "counted", "until"],
)
def test_how_it_recurs_is_said_in_words_and_stays_when_it_is_edited(host, sent, said, rule, words):
    assert host.post(NEW, sent | said).status_code == 302
    made = Series.objects.get()
    assert made.rrule == rule
    assert words in text(host.get(f"/rounds/series/{made.slug}"))
    path = f"/rounds/series/{made.slug}/edit"
    assert host.post(path, fields(host.get(path))).status_code == 302
    assert Series.objects.get().rrule == rule


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": ""}, "title"),
        ({"hashtag": "no tag"}, "hashtag"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"every": "nth", "starts_at": "2099-03-31T20:00"}, "starts_at"),
        ({"every": "hourly"}, "every"),
        ({"interval": "0"}, "interval"),
        ({"ends": "times"}, "count"),
        ({"ends": "on"}, "until"),
        ({"ends": "on", "until": "2099-03-09"}, "until"),
        ({"minutes": "1"}, "minutes"),
        ({"notice_minutes": "-5"}, "notice_minutes"),
    ],
    ids=[
        *("no-title", "no-hashtag", "no-zone", "no-hour", "fifth-tuesday", "no-rhythm", "no-interval"),
        *("no-count", "no-last-day", "over-before", "no-length", "no-notice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(host, sent, said, field):
    page = host.post(NEW, sent | {"description": "Written for an hour"} | said)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in page.content.decode()
    assert "Written for an hour" in page.content.decode()
    assert not Series.objects.exists()


def test_nobody_makes_a_series_for_a_team_that_is_not_his(bob, browser_for, sent):
    assert browser_for(bob).post(NEW, sent).status_code == 422
    assert not Series.objects.exists()


def test_dates_are_shown_before_anything_is_made_in_both_zones_across_the_change_of_clocks(host, sent):
    host.cookies["zone"] = "America/New_York"
    page = host.post(NEW, sent | {"look": "1"})
    assert page.status_code == 200
    said = text(page)
    assert "Tue 10 Mar 2099, 20:00 GMT Tue 10 Mar 2099, 16:00 EDT" in said
    assert "Tue 31 Mar 2099, 20:00 BST Tue 31 Mar 2099, 15:00 EDT" in said
    assert len(page.context["dates"]) == 5
    assert not Series.objects.exists()


def test_hosts_see_the_next_dates_and_lead_on_to_the_first_others_do_not(host, series, bob, browser_for):
    there = f"/rounds/series/{series.slug}"
    page = host.get(there)
    coming = coming_of(series)
    assert f'href="/rounds/{coming.slug}/edit"' in page.content.decode()
    assert f'href="{there}/edit"' in page.content.decode()
    assert [f"{each:%d.%m. %H:%M}" for each in page.context["dates"]] == [
        *("10.03. 20:00", "17.03. 20:00", "24.03. 20:00", "31.03. 19:00", "07.04. 19:00")
    ]
    for reader in (Client(), browser_for(bob)):
        shown = reader.get(there).content.decode()
        assert "/edit" not in shown
        assert "Every week: Tuesday, 20:00" in shown


def test_questions_of_the_next_date_are_written_from_there(host, series):
    coming = coming_of(series)
    made = host.post(
        f"/rounds/{coming.slug}/edit/steps/new", {"text": "Q1: whom do you ask?", "release_by": "hand"}
    )
    assert made.status_code == 302
    assert coming.steps.get().text == "Q1: whom do you ask?"
    path = f"/rounds/{coming.slug}/edit"
    page = host.get(path)
    assert host.post(path, fields(page) | {"title": "About asking"}).status_code == 302


def test_date_that_is_made_keeps_its_hour_when_the_series_moves(host, series):
    path = f"/rounds/series/{series.slug}/edit"
    sent = fields(host.get(path)) | {"starts_at": "2099-03-12T18:00"}
    assert host.post(path, sent).status_code == 302
    page = host.get(f"/rounds/series/{series.slug}")
    assert [f"{each:%d.%m. %H:%M}" for each in page.context["dates"]][:2] == ["10.03. 20:00", "12.03. 18:00"]


def test_second_of_two_who_save_at_once_is_shown_what_the_first_stored(host, series):
    path = f"/rounds/series/{series.slug}/edit"
    mine = fields(host.get(path)) | {"title": "Mine"}
    theirs = fields(host.get(path)) | {"title": "Theirs", "every": "nth"}
    assert host.post(path, theirs).status_code == 302
    page = host.post(path, mine)
    assert page.status_code == 409
    assert "Theirs" in text(page)
    assert "Monthly, as on the 2nd Tuesday" in text(page)
    assert 'value="Mine"' in page.content.decode()
    assert Series.objects.get().title == "Theirs"
    again = host.post(path, mine | {"version": page.context["fresh_version"]})
    assert again.status_code == 302
    assert Series.objects.get().title == "Mine"


def test_rule_lengths_and_zone_that_an_app_has_set_stay_through_an_edit(host, series):
    rule = "FREQ=WEEKLY;BYDAY=TU,TH"
    there = {"rrule": rule, "minutes": 75, "notice_minutes": 15, "time_zone": "GB"}
    Series.objects.update(**there)
    path = f"/rounds/series/{series.slug}/edit"
    page = host.get(path)
    assert rule in text(page)
    assert host.post(path, fields(page) | {"title": "Twice a week"}).status_code == 302
    assert Series.objects.values("title", *there).get() == {"title": "Twice a week"} | there


def test_series_is_ended_after_a_question_and_what_is_made_stays(host, series):
    path = f"/rounds/series/{series.slug}/end"
    assert "takes place" in text(host.get(path))
    series.refresh_from_db()
    assert series.ended_at is None
    assert host.post(path).status_code == 302
    series.refresh_from_db()
    assert series.ended_at is not None
    assert coming_of(series) is not None
    shown = host.get(f"/rounds/series/{series.slug}")
    assert len(shown.context["dates"]) == 1
    assert f"{path}" not in shown.content.decode()


@pytest.mark.parametrize("page", ["edit", "end"])
def test_for_others_there_are_no_such_pages(series, bob, browser_for, page):
    path = f"/rounds/series/{series.slug}/{page}"
    assert browser_for(bob).get(path).status_code == 404
    assert browser_for(bob).post(path, {"title": "Mine now"}).status_code == 404
    assert Client().get(path)["Location"].startswith("/auth/sign_in")
    series.refresh_from_db()
    assert (series.title, series.ended_at) == ("Tuesday chat", None)


def test_every_member_of_the_team_keeps_its_series(series, bob, team, browser_for):
    TeamMembership.objects.create(team=team, member=bob, right=TeamRight.POSTER)
    path = f"/rounds/series/{series.slug}/edit"
    assert browser_for(bob).get(path).status_code == 200


def test_series_goes_on_with_the_date_after_a_draft_that_is_thrown_away(host, sent):
    host.post(NEW, sent | {"kind": "case", "minutes": str(7 * 24 * 60)})
    series = Series.objects.get()
    thrown = coming_of(series)
    assert host.post(f"/rounds/{thrown.slug}/edit/delete").status_code == 302
    assert coming_of(series).opens_at == datetime(2099, 3, 17, 20, tzinfo=UTC)
    assert Round.objects.count() == 1


def test_series_that_was_over_goes_on_when_it_has_dates_again(host, sent):
    host.post(NEW, sent | {"ends": "times", "count": "1"})
    series = Series.objects.get()
    coming = coming_of(series)
    actions.withdraw_round(coming, coming.created_by, "Nobody has time")
    assert coming_of(series) is None
    path = f"/rounds/series/{series.slug}/edit"
    assert host.post(path, fields(host.get(path)) | {"ends": "never"}).status_code == 302
    assert coming_of(series).opens_at == datetime(2099, 3, 17, 20, tzinfo=UTC)
