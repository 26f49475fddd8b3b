"""Publishing a round and ending it: each change of state is one conditional step."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import override

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.jobs.actions import record
from openrounds.media import hold
from openrounds.posts.actions import delete_post
from openrounds.posts.models import Post
from openrounds.rounds import announcements
from openrounds.rounds.actions.checks import NOT_NOW, claim_version, refuse
from openrounds.rounds.actions.release import hold_round, publish
from openrounds.rounds.actions.series import ensure_next
from openrounds.rounds.actions.timing import plan_hours
from openrounds.rounds.facts import RoundChanged
from openrounds.rounds.links import subject_of
from openrounds.rounds.models import Round, State, StepPicture, Way
from openrounds.rounds.planning import plan_of
from openrounds.rounds.rules import may_become, problems


@transaction.atomic
def schedule_round(round: Round, version: int | None) -> Round:
    """Publishes the round with its hours, without its steps. Raises Invalid with every problem, Conflict."""
    claim_version(round, version)
    refuse(problems(plan_of(round), now()))
    return _become(round, State.SCHEDULED)


@transaction.atomic
def unschedule_round(round: Round) -> Round:
    """Takes it back among the drafts, and its notice off the timelines. Raises Invalid once it has opened."""
    round = _become(round, State.DRAFT)
    _take_back_posts(round)
    round.notice_post, round.thread = None, 0
    round.save(update_fields=["notice_post", "thread"])
    return round


@transaction.atomic
def begin_closing(round: Round) -> Round:
    """Ends the releases; the debate goes on until the hosts have written their summary. Raises Invalid."""
    round = _become(round, State.CLOSING)
    round.closing_at = now()
    round.save(update_fields=["closing_at"])
    return round


@transaction.atomic
def reopen(round: Round) -> Round:
    """Goes on after all, without an end of its own. Raises Invalid."""
    round = hold_round(round.pk)
    if round.state != State.CLOSING:
        raise Invalid(NOT_NOW)
    Round.objects.filter(pk=round.pk).update(closing_at=None, closes_at=None)
    return _become(round, State.OPEN)


@transaction.atomic
def withdraw_round(round: Round, by: Account, reason: str) -> Round:
    """Takes the round out of sight: its steps and their files, its announcing posts and their boosts. What others said stays
    theirs. Raises Invalid.
    """
    round = hold_round(round.pk)
    if not reason.strip():
        raise Invalid("Validation failed: Say why it is withdrawn", {"reason": [("ERR_BLANK", "Say why")]})
    if not may_become(round.state, State.WITHDRAWN):
        raise Invalid(NOT_NOW)
    round.withdrawn_at, round.withdrawn_by, round.withdrawn_reason = now(), by, reason.strip()[:500]
    round.save()
    _take_back_posts(round)
    hold.hold(list(StepPicture.objects.filter(step__round=round).values_list("media_id", flat=True)))
    round = _become(round, State.WITHDRAWN)
    if round.series is not None:
        ensure_next(round.series)
    return round


def _take_back_posts(round: Round) -> None:
    """Those that the host said for the round; the notice stands in no room."""
    said = Q(contributions__round=round, contributions__way=Way.HOST) | Q(pk=round.notice_post_id)
    found = Post.objects.filter(said, deleted_at=None).distinct()
    for post_id in list(found.values_list("pk", flat=True)):
        delete_post(round.host_id, post_id)


@transaction.atomic
def announce(round: Round) -> Round:
    """The notice before the hour, once; none when the hour has come meanwhile."""
    round = hold_round(round.pk)
    if round.state != State.SCHEDULED or round.notice_post_id is not None:
        return round
    if round.opens_at is None or round.opens_at <= now():
        return round
    minutes = -((now() - round.opens_at) // timedelta(minutes=1))
    with override(round.language):
        text = announcements.of_notice(subject_of(round), round.opens_at, round.time_zone, minutes)
    post = publish(round, text, None)
    round.notice_post = post
    round.save(update_fields=["notice_post"])
    return round


def _become(round: Round, state: State) -> Round:
    """The one door between states. Raises Invalid where the rules know no way."""
    round = hold_round(round.pk)
    if not may_become(round.state, state):
        raise Invalid(NOT_NOW)
    round.state = state
    round.sequence += 1
    round.save()
    plan_hours(round)
    record(RoundChanged(round.pk, round.state))
    return round
