"""The questions that somebody may read with their keys, made ready for another program."""

from django.db.models import Prefetch, QuerySet

from openrounds.media import store
from openrounds.media.models import MediaFile
from openrounds.portability.questions.question import Choice, Picture, Question, tidy
from openrounds.rounds import models
from openrounds.rounds.access import access_hosted, access_key, questions_run_by

MOST = 1000


def one(viewer_id: int | None, question_id: int) -> list[Question]:
    """A question whose key the viewer may read. Raises NotFound for any other."""
    readable = access_key(viewer_id, question_id)
    return _collected(models.Question.objects.filter(pk=readable.pk))


def of_round(viewer_id: int, round_id: int) -> list[Question]:
    """All questions of a round that the viewer runs, released or not. Raises NotFound."""
    round = access_hosted(viewer_id, round_id)
    return _collected(models.Question.objects.filter(step__round=round))


def own(viewer_id: int) -> list[Question]:
    """The newest questions of whatever the viewer runs: posts and rounds; at most `MOST`."""
    return _collected(models.Question.objects.filter(questions_run_by(viewer_id)))


def count_own(viewer_id: int) -> int:
    """How many there are; one query."""
    return models.Question.objects.filter(questions_run_by(viewer_id)).count()


def open_picture(name: str) -> bytes | None:
    """A picture of a question that was collected; None for one that the store has lost."""
    with store.opened(name) as file:
        return None if file is None else file.read()


def _collected(found: QuerySet[models.Question]) -> list[Question]:
    """Six queries: by round, in its order; posts by themselves last."""
    pictures = models.StepPicture.objects.select_related("media").order_by("position", "id")
    rows = list(
        found.order_by("-pk")
        .select_related("step", "poll__post")
        .prefetch_related(
            "options", Prefetch("step__pictures", pictures), "poll__post__attachment_rows__media"
        )[:MOST]
    )
    rows.sort(
        key=lambda row: (
            row.step is None,
            (row.step.round_id, row.step.position) if row.step else (row.pk, 0),
        )
    )
    return [_question(row) for row in rows]


def _files(row: models.Question) -> list[MediaFile]:
    """What is shown with it: the pictures of its step, else of its post."""
    if row.step:
        return [picture.media for picture in row.step.pictures.all()]
    rows = row.poll.post.attachment_rows.all() if row.poll else ()
    return [attached.media for attached in sorted(rows, key=lambda attached: attached.position)]


def _question(row: models.Question) -> Question:
    options = sorted(row.options.all(), key=lambda option: option.position)
    step = row.step
    return tidy(
        Question(
            key=f"q{row.pk}",
            prompt=row.text,
            choices=tuple(Choice(o.title, o.right, o.explanation, o.reference) for o in options),
            title=step.title if step else "",
            text=step.text if step else "",
            multiple=row.multiple,
            pictures=tuple(Picture(file.name, file.description) for file in _files(row)),
        )
    )
