"""Writing the steps of a round. What is released keeps its place; what is not can be moved and removed."""

from collections.abc import Collection, Sequence

import msgspec
from django.db import transaction
from django.db.models import F, Max

from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.core.text import without_controls
from openrounds.jobs.actions import record
from openrounds.media import hold
from openrounds.media.actions import check_description
from openrounds.media.models import MediaFile, State
from openrounds.rounds.actions.checks import (
    check_row,
    claim_step_version,
    claim_version,
    given,
    invalid,
    refuse,
    write,
)
from openrounds.rounds.actions.timing import plan_step
from openrounds.rounds.drafts import PictureDraft, QuestionDraft, StepDraft
from openrounds.rounds.facts import RoundChanged
from openrounds.rounds.licence_rules import TERMS
from openrounds.rounds.models import Licence, Option, Question, Round, Step, StepPicture
from openrounds.rounds.models import State as RoundState
from openrounds.rounds.planning import plan_of, planned
from openrounds.rounds.rules import (
    MOST_STEPS,
    PlannedQuestion,
    Problem,
    problems,
    question_problems,
    step_problems,
)

MOST_PICTURES = 12
ASIDE = 1000
FLAGS = frozenset({"", "H", "L", "A"})


@transaction.atomic
def add_step(
    round: Round, draft: StepDraft, version: int | None, *, editor_id: int, position: int | None = None
) -> Step:
    """A new step, last or at that place; never in front of a released one. Raises Invalid, Conflict."""
    _check_writable(round)
    claim_version(round, version)
    steps = round.steps.aggregate(last=Max("position"))["last"] or 0
    if steps >= MOST_STEPS:
        raise invalid("steps", f"A round has at most {MOST_STEPS} steps")
    place = min(max(position or steps + 1, _released(round) + 1), steps + 1)
    step = Step(round=round, position=steps + 1)
    _fill(step, draft, editor_id)
    _put(step, place)
    _settle(round)
    return step


@transaction.atomic
def edit_step(step: Step, draft: StepDraft, version: int | None, *, editor_id: int) -> Step:
    """Changes what the draft gives. Raises Invalid, Conflict."""
    _check_writable(step.round)
    claim_step_version(step, version)
    if step.released_at is not None and {"release_by", "release_at", "question"} & given(draft).keys():
        raise invalid("question", "It is released: its hour and its question stay")
    _fill(step, draft, editor_id)
    if step.released_at is not None:
        refuse(step_problems(planned(step), step.position))
    plan_step(step)
    _settle(step.round)
    return step


@transaction.atomic
def move_step(step: Step, position: int, version: int | None) -> None:
    """Puts a step that is not released yet at another place behind the released ones. Raises Invalid, Conflict."""
    claim_version(step.round, version)
    step.refresh_from_db()
    if step.released_at is not None or not _released(step.round) < position <= step.round.steps.count():
        raise invalid("position", "What is released keeps its place")
    _put(step, position)
    _settle(step.round)


@transaction.atomic
def remove_step(step: Step, version: int | None) -> None:
    """Raises Invalid for one that is released: everybody has seen it."""
    claim_version(step.round, version)
    media = list(step.pictures.values_list("media_id", flat=True))
    if not Step.objects.filter(pk=step.pk, released_at=None).delete()[0]:
        raise Invalid("Validation failed: A released step cannot be removed; the round can be withdrawn")
    set_free(media)
    _number(step.round, list(step.round.steps.values_list("pk", flat=True)))
    _settle(step.round)


def set_free(media_ids: Collection[int]) -> None:
    """Pictures that no step shows any more are uploads like others: to be used elsewhere, or swept up after a day."""
    hold.let_go(media_ids)
    MediaFile.objects.filter(pk__in=media_ids).update(attached_at=None)


def _put(step: Step, position: int) -> None:
    ids = [pk for pk in step.round.steps.values_list("pk", flat=True) if pk != step.pk]
    ids.insert(position - 1, step.pk)
    _number(step.round, ids)
    step.position = position


def _number(round: Round, ids: Sequence[int]) -> None:
    """Numbers the steps from 1 in that order; by way of numbers that none has, as no two may ever share one."""
    round.steps.update(position=F("position") + ASIDE)
    for place, pk in enumerate(ids, 1):
        Step.objects.filter(pk=pk).update(position=place)


def _check_writable(round: Round) -> None:
    if round.state in (RoundState.CLOSED, RoundState.WITHDRAWN):
        raise Invalid("Validation failed: The steps of a round that is over stay as they are")


def _released(round: Round) -> int:
    return round.steps.filter(released_at__isnull=False).count()


def _settle(round: Round) -> None:
    """What is scheduled stays fit to be released; who looks at it is told."""
    if round.state == RoundState.SCHEDULED:
        refuse(problems(plan_of(round), now()))
    if round.state != RoundState.DRAFT:
        record(RoundChanged(round.pk, round.state))


def _fill(step: Step, draft: StepDraft, editor_id: int) -> None:
    changes = given(draft)
    pictures, question = changes.pop("pictures", None), changes.pop("question", msgspec.UNSET)
    if "results" in changes:
        changes["results"] = msgspec.to_builtins(changes["results"])
    if "questions" in changes:
        changes["questions"] = [text.strip() for text in changes["questions"] if text.strip()]
    write(step, changes)
    if any(row["flag"] not in FLAGS for row in step.results):
        raise invalid("results", "The flag of a result is H, L, A or nothing")
    check_row(step, exclude={"round", "post", "released_by"})
    _check_release(step)
    step.save()
    if pictures is not None:
        _show(step, pictures, editor_id)
    if question is not msgspec.UNSET:
        _ask(step, question)


def _check_release(step: Step) -> None:
    """What the database would refuse, in words."""
    if step.release_by == "time" and step.release_at is None:
        raise invalid("release_at", "Say when it is released")
    if step.release_by == "commitments" and not step.release_after:
        raise invalid("release_after", "Say how many answers it waits for")


def _show(step: Step, pictures: Sequence[PictureDraft], editor_id: int) -> None:
    """Takes files of the host's or the editor's into the step, in that order, and out of sight. They become the host's."""
    wanted = [picture.media for picture in pictures]
    if len(wanted) > MOST_PICTURES or len(set(wanted)) < len(wanted):
        raise invalid("pictures", f"A step shows at most {MOST_PICTURES} pictures, each once")
    here = set(step.pictures.values_list("media_id", flat=True))
    if step.released_at is not None and not here <= set(wanted):
        raise invalid("pictures", "What is released stays shown")
    dropped = here - set(wanted)
    step.pictures.filter(media_id__in=dropped).delete()
    set_free(dropped)
    fresh = set(wanted) - here
    host_id = step.round.host_id
    free = MediaFile.objects.filter(
        pk__in=fresh, state=State.READY, attached_at=None, owner_id__in=(host_id, editor_id)
    )
    if free.update(attached_at=now(), owner_id=host_id) < len(fresh):
        raise invalid("pictures", "A picture does not exist, is shown elsewhere, or is not ready")
    if step.released_at is None:
        hold.hold(fresh)
    for place, picture in enumerate(pictures, 1):
        if picture.description is not msgspec.UNSET:
            check_description(picture.description)
            MediaFile.objects.filter(pk=picture.media).update(description=picture.description)
        StepPicture.objects.update_or_create(
            media_id=picture.media, defaults={"step": step, "position": place, **_about(picture)}
        )


def _about(picture: PictureDraft) -> dict[str, str]:
    """Raises Invalid."""
    if picture.licence and picture.licence not in TERMS:
        raise invalid("pictures", "There is no such licence")
    return {"kind": picture.kind[:40], "licence": picture.licence, "credit": picture.credit.strip()[:200]}


def _ask(step: Step, draft: QuestionDraft | None) -> None:
    Question.objects.filter(step=step).delete()
    step.__dict__.get("_state", step).fields_cache.pop("question", None)
    if draft is None:
        return
    write_question(draft, author_id=step.round.host_id, step=step)


def write_question(draft: QuestionDraft, *, author_id: int, step: Step | None = None) -> Question:
    """The question and its options, checked. Raises Invalid."""
    shape = PlannedQuestion(
        tuple(o.title for o in draft.options), tuple(o.right for o in draft.options), draft.multiple
    )
    refuse(Problem("question", message) for message in question_problems(shape))
    question = Question(
        step=step,
        author_id=author_id,
        text=without_controls(draft.text).strip(),
        multiple=draft.multiple,
        minutes=draft.minutes,
        licence=draft.licence or ("" if step else Licence.CC_BY),
    )
    check_row(question, exclude={"step", "author", "poll"})
    rows = [
        Option(position=n, **{**given(o), "title": " ".join(o.title.split())})
        for n, o in enumerate(draft.options)
    ]
    for row in rows:
        check_row(row, exclude={"question"})
    question.save(force_insert=True)
    for row in rows:
        row.question = question
    Option.objects.bulk_create(rows)
    return question
