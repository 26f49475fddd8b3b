"""The editor of rounds, as its hosts use it without a script, and as scripts save it."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import msgspec
import pytest
from django.test import Client
from PIL import Image
from tests.conftest import step
from tests.factories.uploads import part, photo

from openrounds.accounts.models import TeamMembership
from openrounds.core.clock import now
from openrounds.media.models import HeldFile
from openrounds.rounds import actions
from openrounds.rounds.models import Question, Round, Step


def browser(account) -> Client:
    client = Client()
    client.force_login(account.user)
    return client


@pytest.fixture
def host(alice, team) -> Client:
    return browser(alice)


@pytest.fixture
def draft(make_case) -> Round:
    return make_case(2)


def fields(page) -> dict[str, object]:
    """What the form on a page would send back as it stands."""
    form = page.context["form"]
    sent = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False and not bound.name.endswith("_file"):
            sent[bound.name] = value
    return sent


def test_draft_is_begun_for_a_team_and_leads_to_the_editor(host, team):
    page = host.post(
        "/rounds/new", {"kind": "case", "host": team.pk, "title": "A rash", "hashtag": "DermRounds"}
    )
    made = Round.objects.get()
    assert page.url == f"/rounds/{made.slug}/edit"
    assert made.host_id == team.pk
    assert b"Before it can be published" in host.get(page.url).content


def test_writing_counts_as_calls_do_where_there_are_limits(host, team, settings):
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, rate_limits=True)
    page = host.post(
        "/rounds/new", {"kind": "case", "host": team.pk, "title": "A rash", "hashtag": "DermRounds"}
    )
    assert page.status_code == 302
    made = Round.objects.get()
    step = host.post(f"/rounds/{made.slug}/edit/steps/new", {"text": "Spots", "release_by": "hand"})
    assert step.status_code == 302
    assert host.post(f"/rounds/{made.slug}/edit/duplicate").status_code == 302


def test_nobody_begins_a_draft_for_a_team_that_is_not_his(bob, team):
    page = browser(bob).post(
        "/rounds/new", {"kind": "case", "host": team.pk, "title": "A rash", "hashtag": "X1a"}
    )
    assert page.status_code == 422
    assert not Round.objects.exists()


def test_for_others_there_is_no_editor(draft, bob):
    for client in (browser(bob), Client()):
        for path in ("edit", "edit/steps/new", f"edit/steps/{step(draft, 1).pk}", "preview/1", "edit/delete"):
            assert client.get(f"/rounds/{draft.slug}/{path}").status_code in (302, 404)
        assert client.post(f"/rounds/{draft.slug}/edit/publish", {"what": "schedule"}).status_code in (
            302,
            404,
        )
    assert Round.objects.get().state == "draft"


def test_hours_are_those_of_the_round_s_time_zone(host, draft):
    path = f"/rounds/{draft.slug}/edit"
    sent = fields(host.get(path)) | {
        "time_zone": "Australia/Sydney",
        "opens_at": "2027-01-05T20:00",
        "closes_at": "2027-01-12T20:00",
    }
    assert host.post(path, sent).status_code == 302
    assert Round.objects.get().opens_at == datetime(2027, 1, 5, 9, tzinfo=UTC)
    assert b'value="2027-01-05T20:00"' in host.get(path).content


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(host, draft):
    path = f"/rounds/{draft.slug}/edit"
    sent = fields(host.get(path)) | {"closes_at": "2020-01-01T10:00", "intro": "Written for an hour"}
    page = host.post(path, sent)
    assert page.status_code == 422
    assert "closes_at" in page.context["form"].errors
    assert b"Written for an hour" in page.content


def test_step_is_written_with_results_pictures_and_a_question(host, draft):
    film = BytesIO()
    Image.new("RGB", (40, 40), "pink").save(film, "PNG")
    film.seek(0)
    film.name = "film.png"
    sent = {
        "title": "The film",
        "text": "Look **closely**.",
        "results": "Hb | 78 | g/l | 130-170 | L\nLDH\t900\tU/l\t<250\tH",
        "questions": "What is it?\nWhat next?",
        "release_by": "hand",
        "commit_first": "on",
        "new0_file": film,
        "new0_text": "Fragments of red cells",
        "new0_kind": "Blood film",
        "question_text": "Which test?",
        "option0_title": "ADAMTS13",
        "option0_right": "on",
        "option0_why": "It is low",
        "option1_title": "D-dimer",
    }
    page = host.post(f"/rounds/{draft.slug}/edit/steps/new", sent)
    assert page.status_code == 302, page.content
    made = Step.objects.get(position=3)
    assert made.results[1] == {"test": "LDH", "value": "900", "unit": "U/l", "range": "<250", "flag": "H"}
    assert made.questions == ["What is it?", "What next?"]
    picture = made.pictures.get()
    assert picture.media.description == "Fragments of red cells"
    assert HeldFile.objects.filter(pk=picture.media.name).exists()
    assert Question.objects.get(step=made).options.count() == 2
    shown = host.get(f"/rounds/{draft.slug}/edit/pictures/{picture.media_id}")
    assert shown.status_code == 200
    assert Image.open(BytesIO(b"".join(shown.streaming_content))).size == (40, 40)
    assert shown["Cache-Control"] == "private, no-store"
    again = host.get(page.url)
    assert b"Hb | 78 | g/l | 130-170 | L" in again.content
    assert host.post(page.url, fields(again) | {"title": "Film"}).status_code == 302
    assert Step.objects.get(pk=made.pk).pictures.count() == 1
    kept = fields(host.get(page.url)) | {f"picture{picture.media_id}_remove": "on"}
    assert host.post(page.url, kept).status_code == 302
    assert not made.pictures.exists()


def test_pictures_of_a_draft_are_for_its_hosts_alone(host, draft, bob):
    test_step_is_written_with_results_pictures_and_a_question(host, draft)
    assert browser(bob).get(f"/rounds/{draft.slug}/edit/pictures/1").status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"results": "just words"}, "results"),
        ({"results": "Hb | 78 | g/l | x | maybe"}, "results"),
        ({"question_text": "?", "option0_title": "only one", "option0_right": "on"}, "question_text"),
        ({"release_by": "time"}, "release_at"),
        ({"release_by": "commitments"}, "release_after"),
        ({"release_by": "magic"}, "release_by"),
    ],
    ids=["results", "flag", "options", "time", "answers", "way"],
)
def test_bad_step_is_refused_beside_its_field_and_nothing_is_written(host, draft, change, field):
    sent = {"title": "New", "text": "x", "release_by": "hand"} | change
    page = host.post(f"/rounds/{draft.slug}/edit/steps/new", sent)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert Step.objects.count() == 2


def test_file_that_is_no_picture_is_refused_and_the_text_stays(host, draft):
    nonsense = BytesIO(b"#!/bin/sh")
    nonsense.name = "film.png"
    sent = {"text": "Kept words", "release_by": "hand", "new0_file": nonsense}
    page = host.post(f"/rounds/{draft.slug}/edit/steps/new", sent)
    assert page.status_code == 422
    assert b"Kept words" in page.content


def test_second_editor_sees_what_the_first_has_saved_and_loses_nothing(host, draft, bob, team):
    TeamMembership.objects.create(team=team, member=bob)
    path = f"/rounds/{draft.slug}/edit/steps/{step(draft, 1).pk}"
    both = fields(host.get(path))
    assert host.post(path, both | {"text": "Alice's words"}).status_code == 302
    page = browser(bob).post(path, both | {"text": "Bob's words"})
    assert page.status_code == 409
    assert b"Alice&#x27;s words" in page.content
    assert b"Bob&#x27;s words" in page.content
    assert Step.objects.get(position=1).text == "Alice's words"
    again = both | {"text": "Bob's words", "version": page.context["fresh_version"]}
    assert browser(bob).post(path, again).status_code == 302
    assert Step.objects.get(position=1).text == "Bob's words"


def test_conflict_names_the_tick_that_differs_and_not_the_one_that_is_the_same(host, draft, bob, team):
    TeamMembership.objects.create(team=team, member=bob)
    path = f"/rounds/{draft.slug}/edit/steps/{step(draft, 1).pk}"
    seen = fields(host.get(path)) | {"text": "One"}
    assert browser(bob).post(path, seen | {"text": "Bob's", "commit_first": "on"}).status_code == 302
    without, ticked = host.post(path, seen), host.post(path, seen | {"commit_first": "on"})
    assert (without.status_code, ticked.status_code) == (409, 409)
    label = "Learners commit to an answer before the next step opens to them"
    assert (label, "Yes") in without.context["conflict"]
    assert label not in [name for name, _ in ticked.context["conflict"]]


def test_two_people_write_at_two_steps_without_a_conflict(host, draft, bob, team):
    TeamMembership.objects.create(team=team, member=bob)
    first, second = (f"/rounds/{draft.slug}/edit/steps/{step(draft, n).pk}" for n in (1, 2))
    one, two = fields(host.get(first)), fields(browser(bob).get(second))
    assert host.post(first, one | {"text": "One"}).status_code == 302
    assert browser(bob).post(second, two | {"text": "Two"}).status_code == 302


def test_script_saves_and_is_told_the_next_version_or_what_is_wrong(host, draft):
    path = f"/rounds/{draft.slug}/edit/steps/{step(draft, 1).pk}"
    sent = fields(host.get(path))
    saved = host.post(path, sent | {"text": "Typed"}, headers={"X-Autosave": "1"})
    assert saved.json() == {"version": sent["version"] + 1}
    late = host.post(path, sent | {"text": "Typed on an old page"}, headers={"X-Autosave": "1"})
    assert late.status_code == 409
    assert "Somebody else" in late.json()["problems"][0]


def test_steps_are_moved_and_removed_after_asking(host, draft):
    first, second = step(draft, 1), step(draft, 2)
    host.post(f"/rounds/{draft.slug}/edit/steps/{first.pk}/move", {"by": "1"})
    assert list(draft.steps.values_list("pk", flat=True)) == [second.pk, first.pk]
    assert host.post(f"/rounds/{draft.slug}/edit/steps/{first.pk}/move", {"by": "9"}).status_code == 400
    path = f"/rounds/{draft.slug}/edit/steps/{first.pk}/remove"
    assert b"Remove step 2" in host.get(path).content
    assert Step.objects.count() == 2
    host.post(path)
    assert list(draft.steps.values_list("pk", "position")) == [(second.pk, 1)]


def test_round_is_published_taken_back_duplicated_and_deleted(host, draft):
    path = f"/rounds/{draft.slug}/edit"
    host.post(f"{path}/publish", {"what": "schedule"})
    assert Round.objects.get().state == "scheduled"
    host.post(f"{path}/publish", {"what": "unschedule"})
    host.post(f"{path}/duplicate")
    copy = Round.objects.latest("pk")
    assert copy.title.endswith("(copy)")
    assert copy.steps.count() == 2
    assert b"Delete this draft" in host.get(f"/rounds/{copy.slug}/edit/delete").content
    host.post(f"/rounds/{copy.slug}/edit/delete")
    assert not Round.objects.filter(pk=copy.pk).exists()


def test_what_is_missing_is_said_and_keeps_it_from_being_published(host, draft):
    Step.objects.filter(position=2).update(text="", title="")
    Round.objects.update(opens_at=now() - timedelta(days=1))
    page = host.get(f"/rounds/{draft.slug}/edit")
    assert b"This step is empty" in page.content
    answer = host.post(f"/rounds/{draft.slug}/edit/publish", {"what": "schedule"}, follow=True)
    assert b"This step is empty" in answer.content
    assert Round.objects.get().state == "draft"


def test_preview_shows_a_step_as_a_learner_will_meet_it(host, draft):
    page = host.get(f"/rounds/{draft.slug}/preview/1")
    assert b"Secret of stage 1" in page.content
    assert b"Secret of stage 2" not in page.content
    assert host.get(f"/rounds/{draft.slug}/preview/3").status_code == 404


def test_released_step_keeps_its_question_and_its_hour(host, draft, alice):
    actions.release_step(step(draft, 1), alice)
    path = f"/rounds/{draft.slug}/edit/steps/{step(draft, 1).pk}"
    assert host.post(path, fields(host.get(path)) | {"text": "Corrected"}).status_code == 302
    assert Step.objects.get(position=1).text == "Corrected"


def test_picture_and_question_may_have_licences_of_their_own(host, draft, alice, anonymous):
    first = step(draft, 1)
    path = f"/rounds/{draft.slug}/edit/steps/{first.pk}"
    sent = fields(host.get(path)) | {
        "new0_file": part(photo()),
        "new0_text": "A film",
        "new0_licence": "CC-BY-NC-4.0",
        "new0_credit": "Film: M. Miller",
        "question_text": "What is it?",
        "question_licence": "CC0-1.0",
        **{f"option{n}_title": title for n, title in enumerate(("Iron", "Scurvy"))},
        "option1_right": "on",
    }
    assert host.post(path, sent).status_code == 302
    actions.release_step(step(draft, 1), alice)
    told = anonymous.get(f"/api/openrounds/v1/rounds/{draft.pk}/steps").json()[0]
    assert (told["pictures"][0]["licence"], told["pictures"][0]["credit"]) == (
        "CC-BY-NC-4.0",
        "Film: M. Miller",
    )
    assert told["pictures"][0]["licence_url"] == "https://creativecommons.org/licenses/by-nc/4.0/"
    assert told["question"]["licence"] == "CC0-1.0"
    body = Client().get(f"/rounds/{draft.slug}").content.decode()
    assert "Film: M. Miller" in body
    assert "publicdomain/zero/1.0/" in body
    copied = actions.duplicate_round(draft, alice).steps.get(position=1)
    assert (copied.pictures.get().licence, copied.question.licence) == ("CC-BY-NC-4.0", "CC0-1.0")


def test_licence_that_there_is_not_is_refused(draft, alice, client_of):
    path = f"/api/openrounds/v1/rounds/{draft.pk}"
    host, first = client_of(alice), step(draft, 1)
    media = host.post("/api/v2/media", {"file": part(photo())}, form=True).json()["id"]
    for change in (
        {"pictures": [{"media": int(media), "licence": "WTFPL"}]},
        {
            "question": {
                "text": "?",
                "options": [{"title": "a", "right": True}, {"title": "b"}],
                "licence": "MIT",
            }
        },
    ):
        assert host.patch(f"{path}/steps/{first.pk}", change).status_code == 422
    assert not first.pictures.exists()
    assert host.patch(path, {"licence": "MIT"}).status_code == 422


def test_host_says_how_long_a_question_can_be_answered_and_what_an_app_said_stays(host, draft, alice):
    path = f"/rounds/{draft.slug}/edit/steps/{step(draft, 1).pk}"
    asked = {
        "question_text": "What?",
        "option0_title": "Iron",
        "option0_right": "on",
        "option1_title": "Lead",
    }
    host.post(path, {"release_by": "hand", "version": 1, "question_minutes": "60", **asked})
    assert Question.objects.get().minutes == 60
    Question.objects.update(minutes=45)
    page = host.get(path)
    assert '<option value="45" selected>45 minutes</option>' in page.content.decode()
    host.post(path, {**fields(page), "title": "New"})
    assert Question.objects.get().minutes == 45
    assert step(draft, 1).title == "New"
