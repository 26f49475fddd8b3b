"""What rounds allow, and what follows. Pure functions: no Django, no database, no network."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean, pstdev
from typing import Final

from msgspec import Struct

from openrounds.posts.rules import told_by_kind
from openrounds.rounds.vocabulary_rules import fold as fold_spelling

NEXT: Final[Mapping[str, frozenset[str]]] = {
    "draft": frozenset({"scheduled", "open"}),
    "scheduled": frozenset({"draft", "open", "withdrawn"}),
    "open": frozenset({"closing", "withdrawn"}),
    "closing": frozenset({"open", "closed", "withdrawn"}),
    "closed": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
}
RUNNING: Final = frozenset({"open", "closing"})
LISTED: Final = frozenset({"scheduled", "open", "closing", "closed"})
PUBLISHED: Final = frozenset({"scheduled", "open", "closing", "closed", "withdrawn"})
FEWEST_SHOWN: Final = 5
MOST_GUESSES: Final = 10
MOST_STEPS: Final = 30
MOST_OPTIONS: Final = 8
GUESS_CHARACTERS: Final = 120
YEARS: Final = range(2000, 2101)  # of everything that a calendar is told
MOST_NOTICE: Final = 7 * 24 * 60  # minutes
LONGEST_TEXT: Final = 100_000  # characters
CARE_ITEMS: Final = (
    "title",
    "keywords",
    "abstract",
    "introduction",
    "patient_information",
    "clinical_findings",
    "timeline",
    "diagnostic_assessment",
    "therapeutic_intervention",
    "follow_up",
    "discussion",
    "patient_perspective",
    "informed_consent",
)
_NAMES_FIRST = r"(?:[@#]\S+\s+)*"
_LABEL = re.compile(_NAMES_FIRST + r"[AaQq](\d{1,2})\s*[:.)\u2013\u2014-]")
_BARE_LABEL = re.compile(_NAMES_FIRST + r"[AaQq](\d{1,2})(?=\s)")


class Unacceptable(Exception):
    """Something that a rule forbids; the message is for the person who tried it."""


def may_become(state: str, wanted: str) -> bool:
    """Whether a round may go from one state to the other."""
    return wanted in NEXT[state]


def states_before(wanted: str) -> list[str]:
    """Out of which states a round may come into this one."""
    return sorted(state for state, after in NEXT.items() if wanted in after)


# ----------------------------------------------------------------------------------------------------- what may be scheduled
class PlannedStep(Struct, frozen=True):
    """What matters of a step before it is released. `pictures` holds the alt text of each."""

    empty: bool
    release_by: str = "hand"
    release_at: datetime | None = None
    release_after: int | None = None
    pictures: tuple[str, ...] = ()
    released: bool = False
    question: "PlannedQuestion | None" = None


class PlannedQuestion(Struct, frozen=True):
    """A multiple-choice question: the titles of its options and which are right."""

    options: tuple[str, ...]
    right: tuple[bool, ...]
    multiple: bool = False


class Plan(Struct, frozen=True):
    """What matters of a round before it is scheduled."""

    kind: str
    title: str
    basis: str
    specialty: str
    level: str
    opens_at: datetime | None
    closes_at: datetime | None
    steps: tuple[PlannedStep, ...]


class Problem(Struct, frozen=True):
    """What stands in the way. `field` names the input, `step` its stage (from 1; 0: the round itself)."""

    field: str
    message: str
    step: int = 0

    def __str__(self) -> str:
        return f"Step {self.step}: {self.message}" if self.step else self.message


def problems(plan: Plan, present: datetime, *, now_or_later: bool = True) -> list[Problem]:
    """Everything that keeps the plan from being scheduled (`now_or_later`), or opened by hand at once."""
    found = [*_round_problems(plan), *_time_problems(plan, present, must_open=now_or_later)]
    for number, step in enumerate(plan.steps, 1):
        found += step_problems(step, number)
        found += [Problem(field, message, number) for field, message in _release_problems(step, number)]
    return [*found, *_order_problems(plan, present)]


def standing_problems(plan: Plan) -> list[Problem]:
    """What a round that is out may not lose: an edit must not take away what it was published with."""
    return list(_round_problems(plan))


def _round_problems(plan: Plan) -> Iterable[Problem]:
    if not plan.title.strip():
        yield Problem("title", "A title is needed")
    if plan.kind == "case":
        if not plan.basis:
            yield Problem("basis", "Say on what basis this may be shown: fictional, composite, consented …")
        if not plan.specialty:
            yield Problem("specialty", "Choose a specialty")
        if not plan.level:
            yield Problem("level", "Say for whom it is written")
        if not plan.steps:
            yield Problem("steps", "A case needs at least one stage")
    if len(plan.steps) > MOST_STEPS:
        yield Problem("steps", f"At most {MOST_STEPS} steps")


def _time_problems(plan: Plan, present: datetime, *, must_open: bool) -> Iterable[Problem]:
    if must_open and plan.opens_at is None:
        yield Problem("opens_at", "Say when it opens")
    if must_open and plan.opens_at is not None and plan.opens_at <= present:
        yield Problem("opens_at", "The opening lies in the past")
    if plan.closes_at is not None and plan.closes_at <= max(plan.opens_at or present, present):
        yield Problem("closes_at", "It must close after it opens")
    if plan.kind == "chat" and plan.closes_at is None:
        yield Problem("closes_at", "A chat needs an end")


def step_problems(step: PlannedStep, number: int) -> list[Problem]:
    """What is wrong with what a step shows, whenever it is released."""
    return [Problem(field, message, number) for field, message in _shown_problems(step)]


def _shown_problems(step: PlannedStep) -> Iterable[tuple[str, str]]:
    if step.empty:
        yield "text", "This step is empty"
    if any(not text.strip() for text in step.pictures):
        yield "pictures", "Describe every picture for those who cannot see it"
    if step.question:
        yield from (("question", message) for message in question_problems(step.question))


def _release_problems(step: PlannedStep, number: int) -> Iterable[tuple[str, str]]:
    if step.release_by == "time" and step.release_at is None:
        yield "release_at", "Say when it is released"
    if step.release_by == "commitments" and number == 1:
        yield "release_by", "The first step cannot wait for answers"
    if step.release_by == "commitments" and not step.release_after:
        yield "release_after", "Say how many answers it waits for"


def question_problems(question: PlannedQuestion) -> Iterable[str]:
    """What is wrong with a multiple-choice question."""
    titles = [title.strip() for title in question.options]
    if not 2 <= len(titles) <= MOST_OPTIONS:
        yield f"A question has 2 to {MOST_OPTIONS} options"
    if not all(titles):
        yield "An option is blank"
    if len({title.casefold() for title in titles}) < len(titles):
        yield "Two options are the same"
    right = sum(question.right)
    if not right:
        yield "Say which option is right"
    if right > 1 and not question.multiple:
        yield "Only one option can be the best answer, unless several may be chosen"


def _order_problems(plan: Plan, present: datetime) -> Iterable[Problem]:
    """Steps by time come in order, in the future and inside the window."""
    latest = plan.opens_at
    for number, step in enumerate(plan.steps, 1):
        at = step.release_at if step.release_by == "time" else None
        if at is None or step.released:
            continue
        if at <= present:
            yield Problem("release_at", "The release lies in the past", number)
        elif latest is not None and at < latest:
            yield Problem("release_at", "It is released before the step in front of it", number)
        elif plan.closes_at is not None and at >= plan.closes_at:
            yield Problem("release_at", "It is released after the close", number)
        latest = max(at, latest) if latest else at


def care_completeness(care: Mapping[str, str]) -> float:
    """Share (0 to 1) of the items of the CARE guideline (2013) that say something."""
    return sum(1 for item in CARE_ITEMS if str(care.get(item, "")).strip()) / len(CARE_ITEMS)


# -------------------------------------------------------------------------------------------------------- what a learner sees
class Gate(Struct, frozen=True):
    """A released step as the gate knows it."""

    position: int
    commit_first: bool
    committed: bool = False


def open_to(released: Sequence[Gate], *, seen: int = 0) -> int:
    """The last position that a learner may see: up to the first step that asks for an answer and has none of his.

    `seen` is the last that he was shown already (he gave up, or the gate was put in later); 0 when nothing is released.
    """
    last = 0
    for gate in sorted(released, key=lambda gate: gate.position):
        last = gate.position
        if gate.commit_first and not gate.committed and gate.position >= seen:
            break
    return last


class Moment(Struct, frozen=True):
    """When somebody commits. `next_released`: the step after is out; `gated`: but hidden from who has not committed."""

    state: str
    released: bool
    next_released: bool
    gated: bool
    seen: int
    position: int


def commit_refusal(moment: Moment) -> str:
    """Why an answer is refused, or "". By the server's time: too early before the release, too late after the reveal."""
    if not moment.released:
        return "This step is not open yet"
    if moment.state not in RUNNING:
        return "This round takes no answers any more"
    if moment.seen > moment.position or (moment.next_released and not moment.gated):
        return "The next step is out: it is too late to commit to an answer"
    return ""


def wait_left(last: datetime | None, present: datetime, seconds: int) -> int:
    """How many seconds somebody still waits in slow mode after his last contribution; 0 when he may speak."""
    if last is None or not seconds:
        return 0
    return max(0, seconds - int((present - last).total_seconds()))


# ------------------------------------------------------------------------------------------------------ where a post belongs
def label_of(text: str, *, strict: bool) -> int | None:
    """The number in "A1: …" or "Q1 …" at the start of a post, mentions and hashtags passed over.

    `strict` asks for a sign after it: in a case, "A1 antitrypsin" is no answer.
    """
    found = _LABEL.match(text) or (None if strict else _BARE_LABEL.match(text))
    return int(found[1]) if found else None


def step_of(
    *, label: int | None, thread: int | None, released: Sequence[tuple[int, datetime]], at: datetime
) -> int | None:
    """The position of the step that a post belongs to: what it says itself, what it answers, what was open when it was made."""
    known = {position for position, _ in released}
    for claim in (label, thread):
        if claim in known:
            return claim
    return max((position for position, since in released if since <= at), default=None)


# ------------------------------------------------------------------------------------------------------------- differentials
class GuessDraft(Struct, frozen=True):
    """One line of a ranked differential. `confidence` in per cent."""

    text: str
    confidence: int
    mesh: str = ""


def checked_guesses(guesses: Sequence[GuessDraft]) -> list[GuessDraft]:
    """The lines, trimmed, best first. Raises Unacceptable."""
    lines = [GuessDraft(" ".join(g.text.split()), g.confidence, g.mesh) for g in guesses]
    lines = [line for line in lines if line.text]
    if not lines:
        raise Unacceptable("Give at least one diagnosis")
    if len(lines) > MOST_GUESSES:
        raise Unacceptable(f"Give at most {MOST_GUESSES} diagnoses")
    if any(len(line.text) > GUESS_CHARACTERS for line in lines):
        raise Unacceptable(f"A diagnosis may have at most {GUESS_CHARACTERS} characters")
    if any(not 0 <= line.confidence <= 100 for line in lines):
        raise Unacceptable("Confidence is a percentage from 0 to 100")
    if len({fold(line.text) for line in lines}) < len(lines):
        raise Unacceptable("The same diagnosis is there twice")
    return lines


def fold(text: str) -> str:
    """What answers that mean the same have in common: what spellings have (`vocabulary_rules.fold`), and articles aside."""
    return " ".join(word for word in fold_spelling(text).split() if word not in {"the", "a", "an"})


class Pooled(Struct, frozen=True):
    """An answer of the many. `first` gave it as their best; `confidence` is the mean of those who gave it."""

    text: str
    given: int
    first: int
    confidence: float


def pool(guesses: Iterable[tuple[int, int, str, int]]) -> list[Pooled]:
    """Adds up differentials: (commitment, rank from 1, text, confidence). Most convincing first: by 1/rank, then by name.

    Each commitment counts an answer once (Human Dx pools by 1/rank; doi:10.1001/jamanetworkopen.2019.0096).
    """
    found: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for _, rank, text, confidence in guesses:
        found[fold(text)].append((rank, text, confidence))
    weighed = sorted(
        found.values(), key=lambda lines: (-sum(1 / rank for rank, _, _ in lines), fold(lines[0][1]))
    )
    return [_pooled(lines) for lines in weighed]


def _pooled(lines: Sequence[tuple[int, str, int]]) -> Pooled:
    written = [text for _, text, _ in lines]
    return Pooled(
        max(written, key=lambda text: (written.count(text), text)),
        len(lines),
        sum(1 for rank, _, _ in lines if rank == 1),
        sum(confidence for _, _, confidence in lines) / len(lines),
    )


def enough(people: int) -> bool:
    """Whether a group is large enough for its numbers to be shown without showing anybody in it."""
    return people >= FEWEST_SHOWN


def settled(people: int) -> int:
    """How many are added up while more may come: fives of them, so that between two looks nobody has come alone."""
    return people - people % FEWEST_SHOWN


def levels_told(levels: Iterable[str], *, over: bool) -> dict[str, int]:
    """By level, how many of those who answered (the first ones) are added up by themselves.

    What all add up to without them is never fewer than five people either: the difference would tell.
    """
    sizes = Counter(levels)
    told = told_by_kind(sizes) if over else {level: settled(people) for level, people in sizes.items()}
    return {level: people for level, people in told.items() if level and people}


class Bin(Struct, frozen=True):
    """Answers given with a confidence from `low` to `high` per cent: how many, and which share was right."""

    low: int
    high: int
    answers: int
    right: float


def calibration(answers: Iterable[tuple[int, bool]]) -> list[Bin]:
    """(confidence in per cent, right) in fifths; fifths without an answer are left out."""
    fifths: dict[int, list[bool]] = defaultdict(list)
    for confidence, right in answers:
        fifths[min(confidence // 20, 4)].append(right)
    return [Bin(20 * n, 20 * n + 20, len(said), sum(said) / len(said)) for n, said in sorted(fifths.items())]


def brier(answers: Sequence[tuple[int, bool]]) -> float | None:
    """The Brier score (Brier 1950): the mean square of how far confidence was from what came true. 0 is perfect, 1 the
    reverse of it, 0.25 what fifty per cent for everything gives; None without answers. (confidence in per cent, right)"""
    if not answers:
        return None
    return sum((confidence / 100 - right) ** 2 for confidence, right in answers) / len(answers)


def is_right(text: str, diagnoses: Sequence[str]) -> bool:
    """Whether an answer is one of those that count as right."""
    return fold(text) in {fold(diagnosis) for diagnosis in diagnoses}


SHORTEST_QUESTION: Final = timedelta(minutes=5)
LONGEST_QUESTION: Final = timedelta(days=30)


def poll_span(minutes: int) -> timedelta:
    """How long the poll of a question is open, inside what polls allow."""
    longest = LONGEST_QUESTION // timedelta(minutes=1)
    return max(timedelta(minutes=min(minutes, longest)), SHORTEST_QUESTION)


# ----------------------------------------------------------------------------------------------------- how a question went
FEWEST_FOR_DISCRIMINATION: Final = 30


def point_biserial(answers: Sequence[tuple[bool, float]]) -> float | None:
    """How well an item tells those who know from those who do not: (right here, score on the other items) correlated.

    From -1 to 1; None under thirty people, or where everybody scored the same (Ebel and Frisbie 1991, ch. 13).
    """
    if len(answers) < FEWEST_FOR_DISCRIMINATION:
        return None
    right = [score for correct, score in answers if correct]
    wrong = [score for correct, score in answers if not correct]
    spread = pstdev(score for _, score in answers)
    if not right or not wrong or not spread:
        return None
    share = len(right) / len(answers)
    return (fmean(right) - fmean(wrong)) / spread * math.sqrt(share * (1 - share))
