"""What facilitators do in the room, and how far a learner has read. Everything here can be undone."""

from django.db import transaction

from openrounds.accounts.models import Account
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.jobs.actions import record
from openrounds.rounds import merging
from openrounds.rounds.actions.checks import invalid
from openrounds.rounds.facts import ContributionChanged, ContributionHidden, RoundChanged
from openrounds.rounds.models import Contribution, Mark, Round, Step

MOST_PINNED = 5
LONGEST_PAUSE_BETWEEN = 3600


@transaction.atomic
def mark(contribution: Contribution, kind: str) -> None:
    """Says what a contribution is; "" takes it back. Raises Invalid."""
    if kind and kind not in Mark.values:
        raise invalid("mark", "There is no such mark")
    contribution.mark = kind
    _changed(contribution, "mark")


@transaction.atomic
def pin(contribution: Contribution, *, pinned: bool) -> None:
    """Keeps a contribution at the top of the room; at most five. Raises Invalid."""
    Round.objects.select_for_update(no_key=True).get(pk=contribution.round_id)
    others = Contribution.objects.filter(round_id=contribution.round_id, pinned_at__isnull=False)
    if pinned and others.exclude(pk=contribution.pk).count() >= MOST_PINNED:
        raise Invalid(f"Validation failed: At most {MOST_PINNED} contributions are pinned")
    contribution.pinned_at = now() if pinned else None
    _changed(contribution, "pinned_at")


@transaction.atomic
def move(contribution: Contribution, step: Step) -> None:
    """Puts a contribution under another released step of its round, with what is folded under it. Raises Invalid."""
    if step.round_id != contribution.round_id or step.released_at is None:
        raise invalid("step", "There is no such step in this round")
    if contribution.same_as is not None:
        merging.unfold(contribution)
    Contribution.objects.filter(same_as=contribution).update(step=step, moved=True)
    contribution.step, contribution.moved = step, True
    _changed(contribution, "step", "moved")


@transaction.atomic
def hide(contribution: Contribution, by: Account, reason: str) -> None:
    """Takes an off-topic post out of the room, not off the server; its author is told why. Raises Invalid."""
    if not reason.strip():
        raise invalid("reason", "Say why: its author is told")
    if contribution.post.account_id == contribution.round.host_id:
        raise Invalid("Validation failed: The host's own posts are deleted, not hidden")
    fresh = contribution.hidden_at is None
    merging.pass_on(contribution)
    contribution.hidden_at, contribution.hidden_by = contribution.hidden_at or now(), by
    contribution.hidden_reason = reason.strip()[:300]
    _changed(contribution, "hidden_at", "hidden_by", "hidden_reason")
    if fresh:
        record(ContributionHidden(contribution.round_id, contribution.post_id, contribution.hidden_reason))


@transaction.atomic
def unhide(contribution: Contribution) -> None:
    contribution.hidden_at, contribution.hidden_by, contribution.hidden_reason = None, None, ""
    _changed(contribution, "hidden_at", "hidden_by", "hidden_reason")


def _changed(contribution: Contribution, *fields: str) -> None:
    contribution.save(update_fields=fields)
    record(ContributionChanged(contribution.round_id, contribution.post_id))


@transaction.atomic
def pause(round: Round) -> None:
    """Stops the reply box for a while: the hosts speak, or people breathe."""
    Round.objects.filter(pk=round.pk, paused_at=None).update(paused_at=now())
    record(RoundChanged(round.pk, round.state))


@transaction.atomic
def resume(round: Round) -> None:
    Round.objects.filter(pk=round.pk).update(paused_at=None)
    record(RoundChanged(round.pk, round.state))


@transaction.atomic
def set_slow_mode(round: Round, seconds: int) -> None:
    """How long one waits between two posts from the room's reply box; 0 for not at all. Raises Invalid."""
    if not 0 <= seconds <= LONGEST_PAUSE_BETWEEN:
        raise invalid("slow_seconds", "Between 0 seconds and an hour")
    Round.objects.filter(pk=round.pk).update(slow_seconds=seconds)
    record(RoundChanged(round.pk, round.state))


def mark_read(account_id: int, round_id: int, post_id: int) -> None:
    """Remembers the last post that was read; never backwards."""
    db.execute(
        "INSERT INTO rounds_progress (round_id, account_id, seen_step, read_post, started_at) VALUES (%s, %s, 0, %s, %s) "
        "ON CONFLICT (round_id, account_id) DO UPDATE SET read_post = excluded.read_post "
        "WHERE rounds_progress.read_post < excluded.read_post",
        [round_id, account_id, post_id, db.moment(now())],
    )
