"""Reads of rounds. What is not released is read by nothing here except for hosts."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from msgspec import Struct

from openrounds.core import db
from openrounds.core.paging import Paging
from openrounds.media.models import MediaFile
from openrounds.rounds.access import hosted_by, listed
from openrounds.rounds.licence_rules import OPEN
from openrounds.rounds.models import (
    ArchivedComment,
    Ask,
    Commitment,
    Guess,
    Option,
    Progress,
    Question,
    Reference,
    Round,
    Series,
    State,
    Step,
    StepPicture,
    Summary,
)
from openrounds.rounds.rules import (
    LISTED,
    Bin,
    Gate,
    Pooled,
    brier,
    calibration,
    enough,
    is_right,
    levels_told,
    open_to,
    pool,
    settled,
)
from openrounds.rounds.vocabulary import specialties_within

OPEN_LICENCES = "open"  # any under which everybody may reuse and change it


class Wanted(Struct, frozen=True):
    """What somebody looks for in the catalogue; empty means all. A specialty stands for all that belong to it too,
    `OPEN_LICENCES` for each of them."""

    kind: str = ""
    state: str = ""
    specialty: str = ""
    presentation: str = ""
    level: str = ""
    image_kind: str = ""
    licence: str = ""
    host_id: int | None = None
    series_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    ids: tuple[int, ...] | None = None
    mine: bool = False


def catalogue(viewer_id: int | None, wanted: Wanted, paging: Paging) -> list[Round]:
    """A page of rounds, newest first; one query. Drafts and withdrawn rounds are listed for their hosts alone, with `mine`."""
    found = _matching(viewer_id, wanted)
    if paging.max_id is not None:
        found = found.filter(pk__lt=paging.max_id)
    above = paging.min_id if paging.min_id is not None else paging.since_id
    if above is not None:
        found = found.filter(pk__gt=above)
    ordered = found.order_by("id" if paging.min_id is not None else "-id")[: paging.limit]
    return paging.newest_first(list(ordered))


def _matching(viewer_id: int | None, asked: Wanted) -> QuerySet[Round]:
    hosting = asked.mine and viewer_id is not None
    among = hosted_by(viewer_id) if hosting and viewer_id is not None else listed(None)
    same = {
        name: value
        for name in ("kind", "state", "presentation", "level", "host_id", "series_id")
        if (value := getattr(asked, name)) not in ("", None)
    }
    found = Round.objects.filter(among, **same).select_related("host", "hashtag", "series")
    if hosting:
        found = found.distinct()
    if asked.specialty:
        found = found.filter(specialty__in={asked.specialty, *specialties_within(asked.specialty)})
    if asked.image_kind:
        shown = StepPicture.objects.filter(kind=asked.image_kind, step__released_at__isnull=False)
        found = found.filter(pk__in=shown.values("step__round_id"))
    if asked.licence:
        found = found.filter(licence__in=OPEN if asked.licence == OPEN_LICENCES else [asked.licence])
    if asked.since is not None:
        found = found.filter(opens_at__gte=asked.since)
    if asked.until is not None:
        found = found.filter(opens_at__lt=asked.until)
    return found if asked.ids is None else found.filter(pk__in=asked.ids)


def facets() -> dict[str, list[tuple[str, int]]]:
    """What there is to filter by, with how many listed rounds have it, commonest first; six queries."""
    public = Round.objects.filter(listed(None))
    found = {}
    for field in ("kind", "specialty", "presentation", "level", "licence"):
        counted = Counter(public.exclude(**{field: ""}).values_list(field, flat=True))
        found[field] = counted.most_common()
    kinds = StepPicture.objects.filter(
        step__released_at__isnull=False, step__round__state__in=LISTED
    ).exclude(kind="")
    found["image_kind"] = Counter(kinds.values_list("kind", flat=True)).most_common()
    return found


def rounds_by_id(ids: Iterable[int]) -> dict[int, Round]:
    return Round.objects.select_related("host", "hashtag", "series").in_bulk(list(ids))


def numbers_of(round_ids: Sequence[int]) -> dict[int, int]:
    """By round, how many steps are out; one query."""
    among, ids = db.among("round_id", round_ids)
    sql = f"SELECT round_id, COUNT(*) FROM rounds_step WHERE released_at IS NOT NULL AND {among} GROUP BY round_id"
    return dict(db.rows(sql, [ids]))


class Learned(Struct, frozen=True):
    """Summaries and references, by round."""

    summaries: dict[int, Summary]
    references: dict[int, list[Reference]]


def learned_of(round_ids: Iterable[int]) -> Learned:
    """Two queries. Whoever calls must know that the rounds are closed, or the reader runs them."""
    ids = list(round_ids)
    references: dict[int, list[Reference]] = defaultdict(list)
    for reference in Reference.objects.filter(round_id__in=ids).order_by("id"):
        references[reference.round_id].append(reference)
    summaries = {found.round_id: found for found in Summary.objects.filter(round_id__in=ids)}
    return Learned(summaries, references)


def committed_steps(account_id: int, step_ids: Sequence[int]) -> set[int]:
    """Which of the steps the account has answered; one query."""
    own = Commitment.objects.filter(account_id=account_id, step_id__in=step_ids)
    return set(own.values_list("step_id", flat=True))


def series_list() -> list[Series]:
    """Every series that goes on; one query."""
    found = Series.objects.filter(ended_at=None, host__suspended_at=None).select_related("host", "hashtag")
    return list(found.order_by("-id"))


def _parts() -> list["Prefetch[Any]"]:
    return [
        Prefetch("pictures", StepPicture.objects.select_related("media").order_by("position", "id")),
        Prefetch("question", Question.objects.select_related("poll").prefetch_related("options")),
    ]


def released_steps(round: Round, upto: int) -> list[Step]:
    """The steps that are out up to that position, with their pictures and questions; three queries, four with a question."""
    steps = round.steps.filter(released_at__isnull=False, position__lte=upto)
    return _of(round, steps.prefetch_related(*_parts()))


def all_steps(round: Round) -> list[Step]:
    """Every step, for hosts alone; three queries, four with a question."""
    return _of(round, round.steps.prefetch_related(*_parts()))


def _of(round: Round, steps: Iterable[Step]) -> list[Step]:
    found = list(steps)
    for step in found:
        step.round = round
    return found


def gates(round: Round, viewer_id: int) -> list[Gate]:
    """The released steps as the gate knows them, with what the viewer has answered; two queries."""
    own = set(
        Commitment.objects.filter(step__round=round, account_id=viewer_id).values_list("step_id", flat=True)
    )
    steps = round.steps.filter(released_at__isnull=False).values_list("pk", "position", "commit_first")
    return [Gate(position, commit_first, step_id in own) for step_id, position, commit_first in steps]


def open_position(round: Round, viewer_id: int | None) -> int:
    """The last step that the viewer may be shown in the room: strangers, and everybody once it is closed, all that are out."""
    released = round.steps.filter(released_at__isnull=False)
    if viewer_id is None or round.state == State.CLOSED:
        return released.count()
    progress = progress_of(round, viewer_id)
    return open_to(gates(round, viewer_id), seen=progress.seen_step if progress else 0)


def progress_of(round: Round, account_id: int) -> Progress | None:
    return Progress.objects.filter(round=round, account_id=account_id).first()


# ------------------------------------------------------------------------------------------------------------ private questions
def asks_for_hosts(round_id: int) -> list[Ask]:
    """What was asked privately, unanswered first; one query."""
    found = Ask.objects.filter(round_id=round_id).select_related("asker", "step", "post")
    return sorted(found, key=lambda a: (a.answered_at is not None or a.post_id is not None, a.pk))


def asks_of(round_id: int, asker_id: int) -> list[Ask]:
    """What somebody asked himself; one query."""
    return list(
        Ask.objects.filter(round_id=round_id, asker_id=asker_id).select_related("post").order_by("pk")
    )


# ------------------------------------------------------------------------------------------------------------- commitments
class PoolResult(Struct, frozen=True):
    """What everybody committed to. `total` counts all who did, `counted` those whose differentials are added up; `levels`
    leaves out groups too small to hide anybody."""

    total: int
    counted: int
    everybody: list[Pooled]
    levels: dict[str, list[Pooled]]
    own: list[Guess]


def may_see_pool(step: Step, viewer_id: int | None) -> bool:
    """After one's own answer, or once the round is closed."""
    if step.round.state == State.CLOSED:
        return True
    return viewer_id is not None and Commitment.objects.filter(step=step, account_id=viewer_id).exists()


def pooled(step: Step, viewer_id: int | None) -> PoolResult:
    """Differentials of a step, added up; three queries. Shown to whoever `may_see_pool`.

    While the round runs they are added in fives, in the order in which they came: one more answer shows by itself to nobody.
    """
    total, over = Commitment.objects.filter(step=step).count(), step.round.state == State.CLOSED
    given = Guess.objects.filter(commitment__step=step)
    rows = list(given.values_list("commitment_id", "rank", "text", "confidence", "commitment__level"))
    levels = {commitment_id: level for commitment_id, *_, level in sorted(rows)}
    counted = list(levels) if over else list(levels)[: settled(len(levels))]
    told = levels_told([levels[one] for one in counted], over=over)
    groups = {level: [one for one in counted if levels[one] == level][:n] for level, n in told.items()}
    return PoolResult(
        total,
        len(counted) if enough(len(counted)) else 0,
        _pool_of(rows, counted) if enough(len(counted)) else [],
        {level: _pool_of(rows, people) for level, people in groups.items()},
        list(given.filter(commitment__account_id=viewer_id or 0).order_by("rank")),
    )


def _pool_of(rows: Iterable[tuple[int, int, str, int, str]], commitments: Collection[int]) -> list[Pooled]:
    among = set(commitments)
    return pool(row[:4] for row in rows if row[0] in among)


class Turn(Struct, frozen=True):
    """What somebody thought at a step: its position, his differential."""

    position: int
    guesses: list[Guess]


def change_of_mind(round: Round, account_id: int) -> list[Turn]:
    """One's own differentials, step by step; two queries."""
    own = Commitment.objects.filter(step__round=round, account_id=account_id).select_related("step")
    found = own.prefetch_related("guesses").order_by("step__position")
    return [Turn(c.step.position, list(c.guesses.all())) for c in found if c.guesses.all()]


class Year(Struct, frozen=True):
    """First answers in the rounds that closed in a year, and their Brier score (see `rules.brier`)."""

    year: int
    answers: int
    brier: float


class Judgement(Struct, frozen=True):
    """How sure somebody was, against what came true, over every closed round with a diagnosis; years in order."""

    bins: list[Bin]
    years: list[Year]


def own_judgement(account_id: int) -> Judgement:
    """One query."""
    found = Guess.objects.filter(
        commitment__account_id=account_id, rank=1, commitment__step__round__state=State.CLOSED
    )
    round = "commitment__step__round__"
    years: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for confidence, text, names, closed_at in found.values_list(
        "confidence", "text", f"{round}diagnoses", f"{round}closed_at"
    ):
        if names:
            years[closed_at.year].append((confidence, is_right(text, names)))
    everything = [answer for answers in years.values() for answer in answers]
    told = [Year(year, len(said), brier(said) or 0.0) for year, said in sorted(years.items())]
    return Judgement(calibration(everything), told)


# ------------------------------------------------------------------------------------------------- multiple-choice questions
def options_of(question: Question) -> list[Option]:
    """In order; no query when they were read with the question."""
    return sorted(question.options.all(), key=lambda option: option.position)


def archived_comments(round: Round) -> list[ArchivedComment]:
    """What was said elsewhere about steps that are out; about the whole once it is over. One query."""
    about = Q(step__released_at__isnull=False)
    if round.state == State.CLOSED:
        about |= Q(step=None)
    return list(round.archived_comments.filter(about).select_related("step").order_by("pk"))


def question_of(step: Step) -> Question | None:
    return Question.objects.filter(step=step).first()


def picture_of(round: Round, media_id: int) -> MediaFile | None:
    """A file that a step of the round shows, released or not: for hosts."""
    return MediaFile.objects.filter(
        pk=media_id, pk__in=StepPicture.objects.filter(step__round=round).values("media_id")
    ).first()


def question_of_post(post_id: int) -> Question | None:
    """One query for a post that asks nothing, two for one that does: every thread asks."""
    sql = "SELECT q.id FROM posts_poll p JOIN rounds_question q ON q.poll_id = p.id WHERE p.post_id = %s"
    found = db.row(sql, [post_id])
    whole = Question.objects.select_related("poll__post", "step__round")
    return whole.filter(pk=found[0]).first() if found else None
