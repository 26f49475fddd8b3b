"""A57: a step that is not released, a question's key and a withdrawn round are read by no exit."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from tests.conftest import ApiClient, step
from tests.domain.streaming.conftest import Live

from openrounds.core.clock import now
from openrounds.jobs.models import Happening
from openrounds.media.models import MediaFile
from openrounds.posts.models import Post
from openrounds.rounds import actions
from openrounds.rounds.drafts import OptionDraft, PictureDraft, QuestionDraft, ResultRow, StepDraft
from openrounds.rounds.models import Contribution, Round

BASE = "/api/openrounds/v1/rounds"
SECRET = "Zebrafinch"


def _picture() -> BytesIO:
    drawn = BytesIO()
    Image.new("RGB", (64, 64), "purple").save(drawn, "PNG")
    drawn.seek(0)
    drawn.name = "film.png"
    return drawn


@pytest.fixture
def held(running: Round, alice, team, client_of: Callable[..., ApiClient]) -> tuple[Round, MediaFile]:
    """A running case whose second stage is full of secrets."""
    answer = client_of(alice).post(
        "/api/v2/media", {"file": _picture(), "description": f"{SECRET} film"}, form=True
    )
    media = MediaFile.objects.get(pk=int(answer.json()["id"]))
    written = StepDraft(
        title=f"{SECRET} title",
        text=f"{SECRET} text",
        results=[ResultRow(test=f"{SECRET} test", value="1")],
        questions=[f"{SECRET} asks?"],
        announcement=f"{SECRET} announced",
        pictures=[PictureDraft(media=media.pk, kind=f"{SECRET} film")],
        question=QuestionDraft(
            text=f"{SECRET} choice?",
            options=[OptionDraft(title=f"{SECRET} a", right=True), OptionDraft(title="b")],
        ),
    )
    actions.edit_step(step(running, 2), written, None, editor_id=alice.pk)
    return running, MediaFile.objects.get(pk=media.pk)


def _exits(round: Round, media: MediaFile) -> list[str]:
    second = step(round, 2)
    return [
        f"{BASE}/{round.pk}",
        BASE,
        f"{BASE}/{round.pk}/steps",
        f"{BASE}/{round.pk}/posts",
        f"{BASE}/{round.pk}/marked",
        f"{BASE}/{round.pk}/catch_up",
        f"{BASE}/{round.pk}/steps/{second.pk}/pool",
        f"{BASE}/lookup?slug={round.slug}",
        f"/api/openrounds/v1/questions/{second.question.pk}",
        f"/api/v2/search?q={SECRET.lower()}",
        f"/api/v2/search?q={SECRET.lower()}&type=statuses",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/HaemRounds",
        f"/api/v1/accounts/{round.host_id}/statuses",
        f"/api/v1/accounts/{round.host_id}/statuses?only_media=true",
        f"/api/v1/statuses/{step(round, 1).post_id}/history",
        f"/api/v1/statuses/{step(round, 1).post_id}/context",
        f"/api/v1/media/{media.pk}",
        "/rounds",
        "/rounds.rss",
        "/rounds.ics",
        f"/rounds?q={SECRET.lower()}",
        f"/rounds/{round.slug}",
        f"/rounds/{round.slug}/archive",
        f"/rounds/{round.slug}.zip",
        f"/rounds/{round.slug}/print",
        f"/rounds/{round.slug}/replay/2",
        f"/@{round.host.username}",
        f"/@{round.host.username}.rss",
        "/tags/HaemRounds",
        "/tags/HaemRounds.rss",
        f"/search?q={SECRET.lower()}",
        f"/media/{media.name}",
        f"/media/{media.preview or media.name}",
    ]


def test_a57_no_exit_shows_a_held_back_step(held, bob, client_of, anonymous):
    round, media = held
    learner = client_of(bob)
    browser = Client()
    browser.force_login(bob.user)
    for path in _exits(round, media):
        for client in (learner, anonymous, browser):
            answer = client.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code < 500, path
            assert SECRET not in body.decode(errors="replace"), path
    assert anonymous.get(f"/media/{media.name}").status_code == 404


def test_a57_writes_to_a_held_back_step_answer_as_if_it_were_not_there(held, bob, client_of):
    round, _ = held
    second, learner = step(round, 2), client_of(bob)
    for path, data in [
        ("commit", {"guesses": [{"text": "x"}]}),
        ("commit", {"choices": [0]}),
        ("give_up", {}),
        ("release", {}),
    ]:
        real = learner.post(f"{BASE}/{round.pk}/steps/{second.pk}/{path}", data)
        absent = learner.post(f"{BASE}/{round.pk}/steps/{second.pk + 7}/{path}", data)
        assert (real.status_code, real.content) == (absent.status_code, absent.content)
        assert real.status_code == 404


def test_a57_absent_and_held_back_cost_the_same_queries(held, bob, client_of):
    round, _ = held
    learner, path = client_of(bob), f"{BASE}/{round.pk}/steps"
    second = step(round, 2).pk
    learner.get(f"{path}/{second + 7}/pool")
    with CaptureQueriesContext(connection) as absent:
        learner.get(f"{path}/{second + 7}/pool")
    with CaptureQueriesContext(connection) as real:
        learner.get(f"{path}/{second}/pool")
    assert [q["sql"][:60] for q in real] == [q["sql"][:60] for q in absent]


def test_a57_streams_and_outbox_do_not_carry_what_is_held_back(held, alice, bob):
    round, _ = held
    live = Live()
    listener = live.listen(bob, "round", round_id=str(round.pk))
    actions.edit_step(step(round, 2), StepDraft(text=f"{SECRET} again"), None, editor_id=alice.pk)
    live.settle()
    assert SECRET not in str(listener.events)
    assert not Happening.objects.filter(payload__contains=SECRET).exists()


def test_a57_release_opens_all_of_it_at_once(held, alice, anonymous):
    round, media = held
    actions.release_step(step(round, 2), alice)
    assert SECRET in str(anonymous.get(f"{BASE}/{round.pk}/steps").json())
    shown = anonymous.get(f"/media/{media.name}")
    assert shown.status_code == 200
    assert b"".join(shown.streaming_content)
    announced = Post.objects.get(pk=step(round, 2).post_id)
    assert announced.has_media


def test_a57_key_of_a_question_is_read_by_nobody_before_his_answer(held, alice, bob, client_of, anonymous):
    round, _ = held
    actions.release_step(step(round, 2), alice)
    question = step(round, 2).question
    path = f"/api/openrounds/v1/questions/{question.pk}"
    learner = client_of(bob)
    for client in (anonymous, learner):
        assert {o["right"] for o in client.get(path).json()["options"]} == {None}
        shown = client.get(f"{BASE}/{round.pk}/steps").json()[-1]["question"]
        assert {o["right"] for o in shown["options"]} == {None}
        poll = client.get(f"/api/v1/polls/{question.poll_id}").json()
        assert "right" not in str(poll)
    learner.post(f"/api/v1/polls/{question.poll_id}/votes", {"choices": [1]})
    assert [o["right"] for o in learner.get(path).json()["options"]] == [True, False]
    assert {o["right"] for o in anonymous.get(path).json()["options"]} == {None}


def test_a57_other_people_s_pictures_cannot_be_taken_into_a_step(running, alice, bob, client_of):
    answer = client_of(bob).post("/api/v2/media", {"file": _picture()}, form=True)
    path = f"{BASE}/{running.pk}/steps/{step(running, 2).pk}"
    stolen = client_of(alice).patch(path, {"pictures": [{"media": int(answer.json()["id"])}]})
    assert stolen.status_code == 422
    assert MediaFile.objects.get().owner_id == bob.pk


def test_a57_early_and_late_answers_are_refused_by_the_server_s_time(running, alice, bob, client_of):
    first, learner = step(running, 1), client_of(bob)
    actions.release_step(step(running, 2), alice)
    late = learner.post(f"{BASE}/{running.pk}/steps/{first.pk}/commit", {"guesses": [{"text": "TTP"}]})
    assert late.status_code == 422
    Round.objects.update(opened_at=now() - timedelta(days=1))
    actions.close_round(Round.objects.get(), without_summary=True)
    over = learner.post(
        f"{BASE}/{running.pk}/steps/{step(running, 2).pk}/commit", {"guesses": [{"text": "TTP"}]}
    )
    assert over.status_code == 422


@pytest.fixture
def gated(make_case, alice, post_as, run_jobs) -> Round:
    """Two stages are out, the second opens to whoever has answered the first; its debate is marked, pinned and asks."""
    round = make_case(commit_first=True)
    for position in (1, 2):
        actions.release_step(step(round, position), alice)
    spoiler = post_as(alice, f"A2: {SECRET}, is it not? #HaemRounds", in_reply_to_id=step(round, 2).post_id)
    found = Contribution.objects.get(post=spoiler)
    actions.mark(found, "key_point")
    actions.pin(found, pinned=True)
    for number in range(6):
        post_as(alice, f"A1: thought {number}? #HaemRounds")
    return round


def test_a57_debate_behind_an_unanswered_stage_is_not_in_the_room(gated, bob, client_of):
    learner, browser = client_of(bob), Client()
    browser.force_login(bob.user)
    debate = f"{BASE}/{gated.pk}/posts"
    for path in (debate, f"{debate}?step_id={step(gated, 2).pk}", *_rest(gated)):
        assert SECRET not in learner.get(path).content.decode(), path
    for part in ("", "/fresh", "/stage", "/print", "?show=marked", "?step=2", "?order=old"):
        assert SECRET not in browser.get(f"/rounds/{gated.slug}{part}").content.decode(), part


def test_a57_debate_opens_with_the_answer(gated, bob, client_of):
    learner = client_of(bob)
    guesses = {"guesses": [{"text": "ITP"}]}
    assert learner.post(f"{BASE}/{gated.pk}/steps/{step(gated, 1).pk}/commit", guesses).status_code == 200
    for path in (f"{BASE}/{gated.pk}/posts", *_rest(gated)):
        assert SECRET in learner.get(path).content.decode(), path


def _rest(round: Round) -> list[str]:
    return [f"{BASE}/{round.pk}/marked", f"{BASE}/{round.pk}/catch_up"]
