"""Opening a round and releasing its steps: each exactly once, whoever asks and however often."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound
from openrounds.core.options import options
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import HANDLERS
from openrounds.media import hold
from openrounds.media.models import MediaFile
from openrounds.posts.actions import Author, Draft, PollDraft, create_post
from openrounds.posts.models import Post
from openrounds.rounds import announcements
from openrounds.rounds.actions.checks import NOT_NOW, refuse
from openrounds.rounds.actions.timing import plan_hours
from openrounds.rounds.facts import RoundChanged, StepDue, StepReleased
from openrounds.rounds.links import subject_of
from openrounds.rounds.models import Contribution, Kind, Question, ReleaseBy, Round, State, Step, Way
from openrounds.rounds.planning import plan_of, planned
from openrounds.rounds.rules import poll_span, problems, step_problems


@transaction.atomic
def open_round(round: Round, *, at: datetime | None = None) -> Round:
    """Opens the debate; nothing for one that is open. A case opens with its first stage, a chat with its waiting room.

    `at` backdates it (imports, demo). Raises Invalid.
    """
    round = hold_round(round.pk)
    if round.state == State.OPEN:
        return round
    if round.state not in (State.DRAFT, State.SCHEDULED):
        raise Invalid(NOT_NOW)
    if round.state == State.DRAFT:
        refuse(problems(plan_of(round), at or now(), now_or_later=False))
    round.state, round.opened_at = State.OPEN, round.opened_at or at or now()
    round.opens_at = (
        round.opens_at if round.opens_at and round.opens_at <= round.opened_at else round.opened_at
    )
    round.closing_at = None
    round.save()
    plan_hours(round)
    record(RoundChanged(round.pk, round.state))
    return round


@transaction.atomic
def release_step(step: Step, by: Account | None = None, *, at: datetime | None = None) -> Step:
    """Shows the step to everybody and announces it in one post; nothing for one that is out already.

    One transaction: after a crash there is both or neither. `by` is the facilitator who did it (None: its hour had come),
    `at` backdates it. Raises Invalid, NotFound.
    """
    round = hold_round(step.round_id)
    step = _fresh(step.pk, round)
    if step.released_at is not None:
        return step
    _check_turn(step)
    if round.state != State.OPEN:
        round = step.round = open_round(round, at=at)
    moment = at or now()
    Step.objects.filter(pk=step.pk).update(released_at=moment, released_by=by)
    step.released_at, step.released_by = moment, by
    _announce(step, by, at)
    record(StepReleased(round.pk, step.pk, step.position, step.post_id or 0))
    _follow(step)
    return step


def _follow(step: Step) -> None:
    """A step whose own hour has passed while it waited for this one comes next."""
    after = step.round.steps.filter(
        position=step.position + 1, release_by=ReleaseBy.TIME, release_at__lte=now()
    ).first()
    if after is not None:
        enqueue(HANDLERS["rounds.jobs.release_due"], StepDue(after.pk), unique_key=f"round:step:{after.pk}")


def hold_round(round_id: int) -> Round:
    """The round, held until the transaction ends: one change of its state at a time."""
    found = Round.objects.select_for_update(no_key=True, of=("self",)).select_related("host", "hashtag")
    held = found.filter(pk=round_id).first()
    if held is None:
        raise NotFound
    return held


def _fresh(step_id: int, round: Round) -> Step:
    step = Step.objects.filter(pk=step_id, round=round).first()
    if step is None:
        raise NotFound
    step.round = round
    return step


def _check_turn(step: Step) -> None:
    """In order, not empty, and while the round lasts."""
    round = step.round
    if round.state not in (State.DRAFT, State.SCHEDULED, State.OPEN):
        raise Invalid("Validation failed: This round releases nothing any more")
    waiting = round.steps.filter(position__lt=step.position, released_at=None).first()
    if waiting is not None:
        raise Invalid(f"Validation failed: Step {waiting.position} comes first")
    refuse(step_problems(planned(step), step.position))


def _announce(step: Step, by: Account | None, at: datetime | None) -> None:
    """The announcing post, in the thread of those before; then the question, as a poll of its own."""
    round, media = step.round, list(step.pictures.values_list("media_id", flat=True))
    hold.let_go(media)
    shown = media[: options().max_attachments]
    MediaFile.objects.filter(pk__in=shown).update(attached_at=None)
    said = step.announcement or _first_words(step)
    with override(round.language):
        text = announcements.of_step(subject_of(round), step.position, said, options().post_characters)
    before = _latest_post(round)
    if before is None:
        round.thread = 0  # a notice that was deleted has taken the thread along
    post = publish(round, text, by, reply_to=before, media=shown, at=at)
    step.post = post
    step.save(update_fields=["post"])
    belong(round, post, step)
    question = Question.objects.filter(step=step).first()
    if question is not None:
        publish_question(question, step, by, at=at)


def _first_words(step: Step) -> str:
    return step.title if step.round.kind == Kind.CASE else step.text or step.title


def _latest_post(round: Round) -> Post | None:
    latest = round.steps.filter(post__deleted_at=None, post__isnull=False).order_by("position").last()
    if latest is not None:
        return latest.post
    notice = round.notice_post
    return notice if notice is not None and notice.deleted_at is None else None


def publish(
    round: Round,
    text: str,
    by: Account | None,
    *,
    reply_to: Post | None = None,
    media: Sequence[int] = (),
    poll: PollDraft | None = None,
    at: datetime | None = None,
) -> Post:
    """A public post of the host, in the round's thread."""
    draft = Draft(
        text=text,
        visibility=Visibility.PUBLIC,
        language=round.language or None,
        in_reply_to_id=reply_to.pk if reply_to else None,
        media_ids=tuple(media),
        poll=poll,
    )
    person = getattr(by, "user", None) if by is not None else None
    post = create_post(Author(round.host, person), draft, at=at)
    if not round.thread:
        round.thread = post.thread
        Round.objects.filter(pk=round.pk).update(thread=post.thread)
    return post


def publish_question(
    question: Question, step: Step, by: Account | None, *, at: datetime | None = None
) -> Post:
    """The step's multiple-choice question as a poll that every app can answer; nobody sees how it stands before the end."""
    options_ = tuple(question.options.values_list("title", flat=True))
    poll = PollDraft(options_, poll_span(question.minutes), multiple=question.multiple, hide_totals=True)
    text = announcements.of_question(
        question.text, step.round.hashtag.display_name, options().post_characters
    )
    post = publish(step.round, text, by, reply_to=step.post, poll=poll, at=at)
    question.poll = post.poll
    question.save(update_fields=["poll"])
    belong(step.round, post, step)
    return post


def belong(round: Round, post: Post, step: Step | None) -> None:
    """A post of the host is part of the room by itself."""
    values = {"step": step, "way": Way.HOST}
    Contribution.objects.update_or_create(round=round, post=post, defaults=values)
