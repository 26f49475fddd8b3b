"""A round as the rules see it."""

from openrounds.rounds.models import Question, ReleaseBy, Round, Step
from openrounds.rounds.rules import Plan, PlannedQuestion, PlannedStep


def plan_of(round: Round) -> Plan:
    """Reads the steps; three queries."""
    steps = round.steps.prefetch_related("pictures__media", "question__options")
    return Plan(
        kind=round.kind,
        title=round.title,
        basis=round.basis,
        specialty=round.specialty,
        level=round.level,
        opens_at=round.opens_at,
        closes_at=round.closes_at,
        steps=tuple(planned(step) for step in steps),
    )


def planned(step: Step) -> PlannedStep:
    """A step as the rules see it."""
    question = getattr(step, "question", None)
    pictures = tuple(picture.media.description for picture in step.pictures.all())
    text = bool(step.text.strip() or step.results or step.questions)
    return PlannedStep(
        empty=not (text or pictures or question),
        release_by=step.release_by,
        release_at=step.release_at if step.release_by == ReleaseBy.TIME else None,
        release_after=step.release_after,
        pictures=pictures,
        released=step.released_at is not None,
        question=_planned_question(question) if question else None,
    )


def _planned_question(question: Question) -> PlannedQuestion:
    options = list(question.options.all())
    return PlannedQuestion(
        tuple(o.title for o in options), tuple(o.right for o in options), question.multiple
    )
