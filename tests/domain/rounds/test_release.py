"""Releasing: in order, announced once, exactly once."""

from datetime import timedelta

import pytest
from tests.conftest import step

from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.jobs.models import Happening, Job
from openrounds.posts.models import Post
from openrounds.rounds import actions
from openrounds.rounds.drafts import RoundDraft, StepDraft
from openrounds.rounds.models import Contribution, Round, State, Step


def test_release_announces_the_step_in_one_public_post_of_the_host(running, team):
    post = Post.objects.get(account=team)
    assert "http://testserver/rounds/a-man-with-bruises-" in post.text
    assert "#HaemRounds" in post.text
    assert "Stage 1" in post.text
    assert running.state == State.OPEN
    assert step(running, 1).post == post


def test_second_release_of_a_step_changes_nothing(running, alice):
    again = actions.release_step(step(running, 1), alice)
    assert again.post_id == step(running, 1).post_id
    assert Post.objects.count() == 1
    assert Happening.objects.filter(kind="StepReleased").count() == 1


def test_later_steps_answer_the_announcement_before(running, alice):
    actions.release_step(step(running, 2), alice)
    first, second = step(running, 1).post, step(running, 2).post
    assert second.in_reply_to_id == first.pk
    assert second.thread == first.pk == Round.objects.get().thread


def test_step_out_of_order_is_refused_with_the_one_that_comes_first(running, alice):
    with pytest.raises(Invalid, match="Step 2 comes first"):
        actions.release_step(step(running, 3), alice)
    assert step(running, 3).released_at is None
    assert Post.objects.count() == 1


def test_empty_step_is_refused_with_its_number(make_case, alice):
    round = make_case(1)
    Step.objects.update(text="")
    with pytest.raises(Invalid, match="Step 1: This step is empty"):
        actions.release_step(step(round, 1), alice)


def test_case_without_basis_cannot_be_released(make_case, alice):
    round = make_case(1)
    actions.edit_round(round, RoundDraft(basis=""), None)
    with pytest.raises(Invalid, match="basis"):
        actions.open_round(round)
    with pytest.raises(Invalid, match="basis"):
        actions.release_step(step(round, 1), alice)
    assert Post.objects.count() == 0


def test_step_is_released_by_its_hour_even_after_the_worker_slept(make_case, alice, run_jobs):
    round = make_case(2, release_by="time", release_at=now() + timedelta(hours=2))
    actions.schedule_round(round, None)
    run_jobs()
    assert not round.steps.filter(released_at__isnull=False).exists()
    Step.objects.update(release_at=now() - timedelta(minutes=1))
    Job.objects.update(run_at=now() - timedelta(minutes=1))
    run_jobs()
    assert Step.objects.filter(released_at__isnull=False).count() == 2
    assert Post.objects.count() == 2


def test_moved_hour_takes_the_former_one_back(make_case, alice, run_jobs):
    round = make_case(1, release_by="time", release_at=now() + timedelta(hours=2))
    actions.schedule_round(round, None)
    later = now() + timedelta(hours=5)
    actions.edit_step(step(round, 1), StepDraft(release_at=later), None, editor_id=alice.pk)
    waiting = Job.objects.filter(handler="rounds.jobs.release_due")
    assert [job.run_at for job in waiting] == [later]


def test_chat_opens_with_its_hour_and_its_waiting_room(make_case, run_jobs):
    round = make_case(0, kind="chat")
    actions.schedule_round(round, None)
    Round.objects.update(opens_at=now() - timedelta(seconds=1))
    Job.objects.filter(handler="rounds.jobs.open_due").update(run_at=now())
    run_jobs()
    round.refresh_from_db()
    assert round.state == State.OPEN
    assert Post.objects.count() == 0


def test_notice_is_posted_once_before_the_hour(make_case, run_jobs):
    round = make_case(0, kind="chat")
    actions.edit_round(round, RoundDraft(notice_minutes=30), None)
    actions.schedule_round(round, None)
    Job.objects.filter(handler="rounds.jobs.notice_due").update(run_at=now())
    run_jobs()
    actions.announce(round)
    assert Post.objects.count() == 1
    assert "Europe/London" in Post.objects.get().text


def test_end_stops_releases_but_not_the_debate(running, alice, bob, post_as, run_jobs):
    Round.objects.update(opens_at=now() - timedelta(days=1), closes_at=now() - timedelta(seconds=1))
    Job.objects.filter(handler="rounds.jobs.close_due").update(run_at=now())
    run_jobs()
    running.refresh_from_db()
    assert running.state == State.CLOSING
    with pytest.raises(Invalid):
        actions.release_step(step(running, 2), alice)
    late = post_as(bob, "TTP I say #HaemRounds")
    assert Contribution.objects.filter(post=late).exists()


def test_withdrawn_round_takes_its_announcements_and_their_boosts_with_it(running, alice, bob, post_as):
    said = post_as(bob, "TTP? #HaemRounds")
    actions.withdraw_round(running, alice, "The patient asked us to")
    assert not Post.objects.filter(account=running.host, deleted_at=None).exists()
    assert Post.objects.get(pk=said.pk).deleted_at is None
    assert Round.objects.get().state == State.WITHDRAWN


def test_round_that_is_closing_goes_on_by_one_door_alone(running):
    Round.objects.update(opens_at=now() - timedelta(days=1), closes_at=now() - timedelta(seconds=1))
    actions.begin_closing(running)
    with pytest.raises(Invalid):
        actions.open_round(running)
    actions.reopen(running)
    running.refresh_from_db()
    assert (running.state, running.closes_at) == (State.OPEN, None)
