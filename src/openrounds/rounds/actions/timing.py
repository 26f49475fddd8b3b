"""The hours of a round as jobs: durable, one of each, moved when the hour moves."""

from datetime import datetime, timedelta

from openrounds.jobs.actions import enqueue, withdraw
from openrounds.jobs.registry import HANDLERS
from openrounds.rounds.facts import RoundDue, StepDue
from openrounds.rounds.models import ReleaseBy, Round, State, Step

WAITING = (State.SCHEDULED, State.OPEN)


def plan_hours(round: Round) -> None:
    """Queues what happens at the round's hours, and takes back what was queued for former ones."""
    coming = round.state == State.SCHEDULED and round.opens_at is not None
    _at("open_due", round, round.opens_at if coming else None)
    notice = round.notice_minutes and coming and round.opens_at and round.notice_post_id is None
    _at(
        "notice_due",
        round,
        round.opens_at - timedelta(minutes=round.notice_minutes) if notice and round.opens_at else None,
    )
    _at("close_due", round, round.closes_at if round.state in WAITING else None)
    for step in round.steps.filter(released_at=None):
        step.round = round
        plan_step(step)


def plan_step(step: Step) -> None:
    """Queues the release of a step that has an hour."""
    key = f"round:step:{step.pk}"
    withdraw(key)
    due = step.release_by == ReleaseBy.TIME and step.released_at is None and step.round.state in WAITING
    if due:
        enqueue(HANDLERS["rounds.jobs.release_due"], StepDue(step.pk), run_at=step.release_at, unique_key=key)


def _at(name: str, round: Round, moment: datetime | None) -> None:
    key = f"round:{name}:{round.pk}"
    withdraw(key)
    if moment is not None:
        enqueue(HANDLERS[f"rounds.jobs.{name}"], RoundDue(round.pk), run_at=moment, unique_key=key)
