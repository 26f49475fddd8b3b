"""Questions to and from other programs, as pages: files to take along, files looked at before anything is made."""

import io
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from django.test import Client
from tests.conftest import step
from tests.factories.questions import notes_of

from openrounds.accounts.models import Account
from openrounds.core.clock import ago, now
from openrounds.portability.models import Import
from openrounds.portability.questions import holding
from openrounds.posts.actions import Author, vote
from openrounds.posts.models import Poll
from openrounds.rounds import actions
from openrounds.rounds.drafts import OptionDraft, QuestionDraft, StepDraft
from openrounds.rounds.models import Question, Round

pytestmark = pytest.mark.django_db
WHY = "Iron sits around the nucleus"
ASKED = QuestionDraft(
    text="What is the ring made of?",
    options=[OptionDraft(title="Iron", right=True, explanation=WHY), OptionDraft(title="Lead")],
)
TABLE = b"question,A,B,answer\nWhich?,Iron,Lead,A\nWho knows?,I,You,\n"

Browser = Callable[[Account], Client]


def taken(answer) -> bytes:  # type: ignore[no-untyped-def]
    """Read to its end, which closes it."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def body(answer) -> str:  # type: ignore[no-untyped-def]
    return taken(answer).decode(errors="replace")


@pytest.fixture
def question(alice: Account, run_jobs: Callable[[], int]) -> Question:
    made = actions.ask_question(Author(alice), ASKED)
    run_jobs()
    return made


def given(name: str = "cells.csv", data: bytes = TABLE) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


# -------------------------------------------------------------------------------------------------------------- taking along
def test_author_takes_his_questions_along_in_every_form(question, alice, browser_for):
    host = browser_for(alice)
    assert WHY in body(host.get("/rounds/questions.csv"))
    package = host.get("/rounds/questions.qti")
    inside = ZipFile(io.BytesIO(taken(package)))
    assert WHY in inside.read(f"items/q{question.pk}.xml").decode()
    deck = host.get("/rounds/questions.anki")
    [fields] = notes_of(taken(deck))
    assert WHY in fields
    assert [p["Cache-Control"] for p in (package, deck)] == ["private, no-store"] * 2
    assert deck["Content-Disposition"] == 'attachment; filename="alice.apkg"'
    assert b"1 question, of your posts" in host.get("/rounds/questions").content


@pytest.mark.parametrize("form", ["csv", "qti", "anki"])
def test_no_form_gives_the_key_before_ones_own_answer(form, question, bob, charlie, browser_for):
    path = f"/questions/{question.pk}.{form}"
    vote(charlie.pk, question.poll_id, [1])
    for client in (Client(), browser_for(bob)):
        assert client.get(path).status_code == 404
    answered = browser_for(charlie).get(path)
    assert answered.status_code == 200
    assert answered["Cache-Control"] == "private, no-store"
    assert taken(answered)


def test_key_is_anybodys_once_the_poll_is_over(question):
    Poll.objects.filter(pk=question.poll_id).update(expires_at=ago(minutes=1))
    assert WHY in body(Client().get(f"/questions/{question.pk}.csv"))


def test_a57_unreleased_question_goes_to_its_hosts_alone(running: Round, alice, bob, browser_for):
    actions.edit_step(step(running, 2), StepDraft(question=ASKED), None, editor_id=alice.pk)
    question, host = Question.objects.get(), browser_for(alice)
    paths = [f"/questions/{question.pk}.csv", f"/rounds/questions.csv?round={running.slug}"]
    for path in paths:
        assert WHY in body(host.get(path))
        for client in (browser_for(bob), Client()):
            assert client.get(path).status_code in (302, 404)
    assert WHY not in body(browser_for(bob).get("/rounds/questions.csv"))
    assert b"/rounds/questions.anki?round=" in host.get(f"/rounds/{running.slug}/edit").content


def test_what_is_no_form_or_no_question_is_not_there(question, alice, browser_for):
    host = browser_for(alice)
    for path in (
        "/rounds/questions.exe",
        f"/questions/{question.pk}.exe",
        "/questions/7.csv",
        f"/questions/{2**70}.csv",
    ):
        assert host.get(path).status_code == 404
    assert Client().get("/rounds/questions.csv").status_code == 302


def test_learner_finds_the_files_where_the_key_stands(question, charlie, browser_for):
    page = f"/@alice/{question.poll.post_id}"
    link = f"/questions/{question.pk}.anki".encode()
    assert link not in browser_for(charlie).get(page).content
    vote(charlie.pk, question.poll_id, [0])
    assert link in browser_for(charlie).get(page).content


# ------------------------------------------------------------------------------------------------------------------ taking in
def fields(team: Account, **more: object) -> dict[str, object]:
    return {"into": "", "host": team.pk, "kind": "case", "title": "Rings", "hashtag": "#HaemRounds", **more}


def test_file_is_looked_at_first_and_taken_in_by_a_second_press(team, alice, browser_for):
    host = browser_for(alice)
    page = host.post("/rounds/questions/import", fields(team, file=given()))
    assert page.status_code == 200
    assert not Round.objects.exists()
    shown = page.content.decode()
    assert "1 question can be taken in" in shown
    assert "Say which option is right" in shown
    done = host.post("/rounds/questions/import", fields(team, token=page.context["token"], name="cells.csv"))
    run = Import.objects.get()
    assert done.url == f"/rounds/questions/imports/{run.pk}"
    made = Round.objects.get()
    assert (made.host, made.created_by, made.state) == (team, alice, "draft")
    assert f"/rounds/{made.slug}/edit" in host.get(done.url).content.decode()
    undone = host.post(f"{done.url}/undo", follow=True)
    assert b"The import was taken back." in undone.content
    assert not Round.objects.exists()
    assert b"This import was taken back." in host.get(done.url).content


def test_questions_go_into_the_draft_they_were_asked_from(team, alice, browser_for, make_case):
    host, draft = browser_for(alice), make_case(1)
    path = f"/rounds/questions/import?into={draft.slug}"
    assert path.encode() in host.get(f"/rounds/{draft.slug}/edit").content
    assert f'<option value="{draft.slug}" selected>' in host.get(path).content.decode()
    page = host.post("/rounds/questions/import", {"into": draft.slug, "file": given()})
    host.post("/rounds/questions/import", {"into": draft.slug, "token": page.context["token"], "name": "x"})
    assert draft.steps.count() == 2
    assert Question.objects.get().step.round == draft


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose a file."),
        ({"file": given(), "title": ""}, "A new draft needs a title."),
        ({"file": given(), "hashtag": "two words"}, "A hashtag has letters and digits"),
        ({"file": given("x.csv", b"name,mail\n")}, "The first line does not name the columns"),
        ({"file": given("x.zip", b"PK\x03\x04broken")}, "This ZIP file is damaged"),
        ({"file": given("x.xml", b"<a><b></a>")}, "Line 1 is no well-formed XML"),
        ({"file": given(), "host": "7"}, "Select a valid choice"),
        ({"file": given(), "into": "somebody-elses"}, "Select a valid choice"),
    ],
    ids=["no file", "no title", "no hashtag", "no table", "no package", "no xml", "no host", "no draft"],
)
def test_what_is_wrong_stands_beside_its_field(sent, words, team, alice, browser_for):
    for file in (value for value in sent.values() if hasattr(value, "seek")):
        file.seek(0)
    page = browser_for(alice).post("/rounds/questions/import", fields(team, **sent))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Round.objects.exists()


def test_file_that_is_held_is_nobody_elses(team, alice, bob, browser_for):
    token = browser_for(alice).post("/rounds/questions/import", fields(team, file=given())).context["token"]
    own = fields(bob, token=token, name="x")
    assert browser_for(bob).post("/rounds/questions/import", own).status_code == 422
    for wrong in ("0" * 32, "../../etc/passwd", f"../{token[:20]}"):
        page = browser_for(alice).post("/rounds/questions/import", fields(team, token=wrong, name="x"))
        assert page.status_code == 422
    assert not Round.objects.exists()


def test_report_and_undo_are_for_those_who_run_it(team, alice, bob, browser_for):
    host = browser_for(alice)
    token = host.post("/rounds/questions/import", fields(team, file=given())).context["token"]
    path = host.post("/rounds/questions/import", fields(team, token=token, name="x")).url
    for client, status in ((browser_for(bob), 404), (Client(), 302)):
        assert client.get(path).status_code == status
        assert client.post(f"{path}/undo").status_code == status
    assert Round.objects.exists()


def test_held_files_are_forgotten_after_a_day(team, alice, browser_for, monkeypatch):
    browser_for(alice).post("/rounds/questions/import", fields(team, file=given()))
    [kept] = holding._directory().glob(f"{alice.pk}-*")
    holding.forget_held()
    assert kept.exists()
    monkeypatch.setattr(holding, "ago", lambda **_: now())
    holding.forget_held()
    assert not kept.exists()
