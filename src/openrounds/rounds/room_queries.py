"""Reads of a room beside its posts: gaps, what waits for facilitators, how a question went."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Max, Q
from msgspec import Struct, field

from openrounds.core import db
from openrounds.posts.models import Vote
from openrounds.rounds.models import (
    Ask,
    Contribution,
    Question,
    Reference,
    Round,
    State,
    Step,
    Summary,
)
from openrounds.rounds.rules import levels_told, point_biserial


class Pulse(Struct, frozen=True):
    """What changes while a room is watched: cheap to ask, so it is asked often."""

    state: str
    paused: bool
    released: int
    newest: int

    @property
    def mark(self) -> str:
        """The same as long as nothing has changed but words that are said."""
        return f"{self.state}-{self.released}-{int(self.paused)}"


def pulse(slug: str) -> tuple[int, Pulse] | None:
    """Its id and how it is with a room; two queries on indexes, however long the debate."""
    round = Round.objects.filter(slug=slug).values_list("pk", "state", "paused_at").first()
    if round is None:
        return None
    round_id, state, paused_at = round
    released = Step.objects.filter(round_id=round_id, released_at__isnull=False).count()
    newest = Contribution.objects.filter(round_id=round_id).aggregate(newest=Max("post_id"))["newest"] or 0
    return round_id, Pulse(state, paused_at is not None, released, newest)


def waiting_asks(round_id: int) -> int:
    """Private questions that nobody has answered or published."""
    return Ask.objects.filter(round_id=round_id, answered_at=None, post=None).count()


class Place(Struct, frozen=True):
    """Where a post stands in the room of a round: at that step, if at any, or `hidden` by the hosts for that `reason`."""

    slug: str
    title: str
    position: int | None
    hidden: bool
    reason: str


_NOWHERE = (State.DRAFT.value, State.WITHDRAWN.value)
_PLACES = f"""SELECT r.slug, r.title, s.position, c.hidden_at IS NOT NULL, c.hidden_reason FROM rounds_contribution c
JOIN rounds_round r ON r.id = c.round_id JOIN accounts_account h ON h.id = r.host_id
LEFT JOIN rounds_step s ON s.id = c.step_id
WHERE c.post_id = %s AND r.state NOT IN {_NOWHERE} AND h.suspended_at IS NULL ORDER BY r.id"""


def places_of(post_id: int) -> list[Place]:
    """The rounds that a post belongs to, hidden there or not; one query, in plain SQL since every thread asks."""
    return [
        Place(slug, title, position, bool(hidden), reason)
        for slug, title, position, hidden, reason in db.rows(_PLACES, [post_id])
    ]


def summary_of(round: Round) -> Summary | None:
    return Summary.objects.filter(round=round).exclude(text="").select_related("written_by").first()


def references_of(round_id: int) -> list[Reference]:
    return list(Reference.objects.filter(round_id=round_id).order_by("pk"))


def next_date(round: Round) -> Round | None:
    """The coming round of the same series; one query, none without a series."""
    if round.series_id is None:
        return None
    coming = Round.objects.filter(series_id=round.series_id, state=State.SCHEDULED).exclude(pk=round.pk)
    return coming.order_by("opens_at").first()


def rounds_taken_part(account_id: int, limit: int = 50) -> list[Round]:
    """Rounds in which the account has committed to an answer, the latest first; one query."""
    found = Round.objects.filter(steps__commitments__account_id=account_id).exclude(state=State.WITHDRAWN)
    return list(found.select_related("host", "hashtag", "series").distinct().order_by("-id")[:limit])


# ----------------------------------------------------------------------------------------------------- how a question went
def questions_of_posts(post_ids: Iterable[int]) -> dict[int, int]:
    """By post, the multiple-choice question that its poll belongs to; one query."""
    found = Question.objects.filter(poll__post_id__in=list(post_ids))
    return dict(found.values_list("poll__post_id", "pk"))


class ItemStatistics(Struct, frozen=True):
    """How a question went. `facility`: share of people (0 to 1) who got it right. `discrimination`: point-biserial with what
    they got right of the author's other questions; None under thirty of them. `choices`: votes by option;
    `levels`: the same by role, groups under five left out."""

    people: int
    facility: float | None
    discrimination: float | None
    compared: int
    choices: dict[int, int]
    levels: dict[str, dict[int, int]] = field(default_factory=dict)
    level_sizes: dict[str, int] = field(default_factory=dict)


def statistics_of(question: Question) -> ItemStatistics:
    """Three queries, however many have answered."""
    answers = _answers([question.pk]).get(question.pk, {})
    right = frozenset(o.position for o in question.options.all() if o.right)
    correct = {account: chosen == right for account, chosen in answers.items()}
    compared = _compared(question, correct)
    roles = _roles(question)
    groups: dict[str, Counter[int]] = defaultdict(Counter)
    sizes = Counter(roles.get(account, "") for account in answers)
    for account, chosen in answers.items():
        groups[roles.get(account, "")].update(chosen)
    told = levels_told(sizes.elements(), over=True)
    return ItemStatistics(
        people=len(answers),
        facility=sum(correct.values()) / len(correct) if correct else None,
        discrimination=point_biserial(compared),
        compared=len(compared),
        choices=dict(Counter(position for chosen in answers.values() for position in chosen)),
        levels={role: dict(groups[role]) for role in told},
        level_sizes=told,
    )


def _answers(question_ids: Sequence[int]) -> dict[int, dict[int, frozenset[int]]]:
    """By question, by account: the places chosen; one query."""
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    votes = Vote.objects.filter(poll__question__in=question_ids)
    for question_id, account_id, position in votes.values_list("poll__question", "account_id", "position"):
        found[question_id][account_id].add(position)
    return {q: {a: frozenset(places) for a, places in people.items()} for q, people in found.items()}


def _roles(question: Question) -> dict[int, str]:
    votes = Vote.objects.filter(poll__question=question)
    return dict(votes.values_list("account_id", "account__role").distinct())


def _compared(question: Question, correct: dict[int, bool]) -> list[tuple[bool, float]]:
    """(right here, share of the author's other questions that were right), for whoever answered any of those."""
    others = Question.objects.filter(~Q(pk=question.pk), author_id=question.author_id, poll__isnull=False)
    keys: dict[int, set[int]] = defaultdict(set)
    for question_id, position in others.filter(options__right=True).values_list("pk", "options__position"):
        keys[question_id].add(position)
    marks: dict[int, list[bool]] = defaultdict(list)
    for question_id, people in _answers(list(keys)).items():
        for account_id, chosen in people.items():
            marks[account_id].append(chosen == keys[question_id])
    return [(correct[a], sum(said) / len(said)) for a, said in marks.items() if a in correct]
