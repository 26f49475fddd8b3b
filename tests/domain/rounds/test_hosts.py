"""Who runs a round goes on running it, its copies and its series; a suspended host releases nothing."""

from datetime import timedelta

from tests.conftest import step

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.jobs.models import Job
from openrounds.posts.models import Post
from openrounds.rounds import actions
from openrounds.rounds.access import hosts
from openrounds.rounds.drafts import RoundDraft, SeriesDraft, StepDraft
from openrounds.rounds.models import Round, State


def test_cancelled_session_of_a_series_is_followed_by_the_next(alice, team):
    draft = SeriesDraft(
        title="Chat",
        hashtag="MHChat",
        time_zone="Europe/London",
        starts_at="2026-12-01T20:00",
        rrule="FREQ=WEEKLY;BYDAY=TU",
    )
    actions.create_series(alice, team, "chat", draft)
    cancelled = Round.objects.get()
    actions.withdraw_round(cancelled, alice, "A holiday")
    following = Round.objects.get(state=State.SCHEDULED)
    assert following.opens_at - cancelled.opens_at == timedelta(days=7)


def test_facilitator_runs_the_copy_that_he_makes(running, bob):
    actions.set_facilitators(running, [bob.pk])
    assert hosts(bob.pk, actions.duplicate_round(running, bob))


def test_suspended_host_opens_announces_and_releases_nothing(make_case, alice, run_jobs):
    round = make_case(1)
    start = now() + timedelta(minutes=20)
    actions.edit_round(round, RoundDraft(opens_at=start, notice_minutes=15), None)
    timed = StepDraft(release_by="time", release_at=start)
    actions.edit_step(step(round, 1), timed, None, editor_id=alice.pk)
    actions.schedule_round(round, None)
    Account.objects.filter(pk=round.host_id).update(suspended_at=now())
    past = now() - timedelta(seconds=1)
    Round.objects.update(opens_at=past)
    round.steps.update(release_at=past)
    Job.objects.filter(handler__startswith="rounds.jobs.").update(run_at=past)
    run_jobs()
    assert not Post.objects.exists()
    assert Round.objects.get().state == State.SCHEDULED
