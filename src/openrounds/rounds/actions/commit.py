"""Commit, then reveal: an answer given before the next step is seen, once, by the server's time."""

from django.db import transaction
from msgspec import Struct

from openrounds.accounts.models import Account
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import Conflict, Invalid
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import HANDLERS
from openrounds.posts.actions import vote
from openrounds.rounds.facts import Committed, StepDue
from openrounds.rounds.models import Commitment, Guess, Progress, Question, ReleaseBy, Round, Step
from openrounds.rounds.rules import GuessDraft, Moment, Unacceptable, checked_guesses, commit_refusal


class Answer(Struct, frozen=True):
    """What a learner commits to: a ranked differential, best first, or (`choices`) places in the step's question."""

    guesses: tuple[GuessDraft, ...] = ()
    choices: tuple[int, ...] = ()


@transaction.atomic
def commit(account: Account, step: Step, answer: Answer) -> Commitment:
    """Raises Invalid (too early, too late, not an answer), Conflict (committed already)."""
    hold_step(step)
    check_time(account.pk, step)
    question = Question.objects.filter(step=step).first()
    if answer.choices and question is not None and question.poll_id is not None:
        vote(account.pk, question.poll_id, answer.choices)  # the vote makes the commitment, as any app's does
        return Commitment.objects.get(step=step, account=account)
    made = _write(account, step)
    try:
        lines = checked_guesses(answer.guesses)
    except Unacceptable as problem:
        raise Invalid(
            f"Validation failed: {problem}", {"guesses": [("ERR_INVALID", str(problem))]}
        ) from problem
    Guess.objects.bulk_create(
        Guess(commitment=made, rank=n, text=g.text, mesh=g.mesh[:12], confidence=g.confidence)
        for n, g in enumerate(lines, 1)
    )
    return made


def commit_by_vote(account: Account, step: Step) -> None:
    """A vote in a step's question, from whichever app, is a commitment if it comes in time."""
    hold_step(step)
    if not refusal(account.pk, step) and not Commitment.objects.filter(step=step, account=account).exists():
        _write(account, step)


def hold_step(step: Step) -> None:
    """One commitment at a time, since they are counted; and a close either waits for it or is seen by it."""
    step.round = Round.objects.select_for_update(no_key=True).get(pk=step.round_id)


def check_time(account_id: int, step: Step) -> None:
    """Raises Invalid when it is too early or too late for that account's answer, Conflict when there is one."""
    if Commitment.objects.filter(step=step, account_id=account_id).exists():
        raise Conflict("You have committed to an answer already; it stays as it is")
    if found := refusal(account_id, step):
        raise Invalid(f"Validation failed: {found}")


def refusal(account_id: int, step: Step) -> str:
    """Why the account's answer to the step is refused now, or ""."""
    after = step.round.steps.filter(position=step.position + 1).first()
    progress = Progress.objects.filter(round_id=step.round_id, account_id=account_id).first()
    return commit_refusal(
        Moment(
            state=step.round.state,
            released=step.released_at is not None,
            next_released=after is not None and after.released_at is not None,
            gated=step.commit_first,
            seen=progress.seen_step if progress else 0,
            position=step.position,
        )
    )


@transaction.atomic
def give_up(account_id: int, step: Step) -> None:
    """Shows the next step without an answer to this one; one cannot be given any more."""
    if step.released_at is None:
        raise Invalid("Validation failed: This step is not open yet")
    see(account_id, step.round_id, step.position + 1)


def see(account_id: int, round_id: int, position: int) -> None:
    """Notes that the account was shown the round up to that step."""
    db.execute(
        "INSERT INTO rounds_progress (round_id, account_id, seen_step, read_post, started_at) VALUES (%s, %s, %s, 0, %s) "
        "ON CONFLICT (round_id, account_id) DO UPDATE SET seen_step = excluded.seen_step "
        "WHERE rounds_progress.seen_step < excluded.seen_step",
        [round_id, account_id, position, db.moment(now())],
    )


def _write(account: Account, step: Step) -> Commitment:
    made = Commitment.objects.create(step=step, account=account, level=account.role)
    total = Commitment.objects.filter(step=step).count()
    record(Committed(step.round_id, step.pk, total))
    after = step.round.steps.filter(
        position=step.position + 1,
        released_at=None,
        release_by=ReleaseBy.COMMITMENTS,
        release_after__lte=total,
    ).first()
    if after is not None:
        key = f"round:step:{after.pk}"
        enqueue(HANDLERS["rounds.jobs.release_due"], StepDue(after.pk), unique_key=key)
    return made
