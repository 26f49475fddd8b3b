"""The demo's cases and chats hang together, and nothing in them could be somebody."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from PIL import Image

from openrounds.core.text import count_characters, find_mentions
from openrounds.ops.demo.cases import (
    ANNOUNCEMENT,
    FIGURES,
    Case,
    Figure,
    Mcq,
    Said,
    Session,
    Stage,
    cases,
    chat,
    papers,
)
from openrounds.ops.demo.script import cast, pulls

each_case = pytest.mark.parametrize("case", cases(), ids=lambda case: case.hashtag)
each_session = pytest.mark.parametrize(
    "session", chat().sessions, ids=lambda session: f"week {-session.weeks}"
)
PEOPLE = {person.name for person in cast().people}
MAY_POST = {team.name: {*team.owners, *team.posters} for team in cast().teams}
REFERENCE = re.compile(r"10\.\d{4,9}/\S+|https://\S+")
LEVELS = {"student", "foundation", "registrar", "consultant", "public"}
MARKS = {"", "key_point", "common_error", "needs_source"}


def steps(of: Case | None = None) -> Iterator[Stage]:
    return itertools.chain.from_iterable(case.steps for case in ([of] if of else cases()))


def said() -> Iterator[Said]:
    yield from itertools.chain.from_iterable(step.debate for step in steps())
    yield from itertools.chain.from_iterable(q.answers for s in chat().sessions for q in s.questions)


def figures() -> list[Figure]:
    return [figure for step in steps() for figure in step.figures]


def mcqs() -> list[Mcq]:
    return [step.mcq for step in steps() if step.mcq]


def test_two_are_over_one_is_running_one_is_to_come() -> None:
    assert Counter((case.opens < 0) + (case.closes < 0) for case in cases()) == {2: 2, 1: 1, 0: 1}
    assert len({case.specialty for case in cases()}) == 4


@each_case
def test_case_says_what_it_is(case: Case) -> None:
    assert (case.basis, case.licence, case.kind) == ("fictional", "CC-BY-4.0", "case")
    assert "ntirely fictional" in case.intro
    assert case.level in LEVELS
    assert case.by in MAY_POST[case.host]
    assert case.diagnoses
    assert set(case.image_kinds) == {figure.kind for step in case.steps for figure in step.figures}


@each_case
def test_steps_come_one_after_the_other_and_inside_the_window(case: Case) -> None:
    begins = [step.after for step in case.steps]
    assert 3 <= len(begins) <= 5
    assert begins[0] == 0
    assert begins == sorted(set(begins))
    assert case.opens + begins[-1] < case.closes


@each_case
def test_what_is_over_has_a_summary_of_its_length_and_references(case: Case) -> None:
    if case.closes < 0:
        assert 200 <= len(case.summary.split()) <= 300
    assert 2 <= len(case.references) <= 4
    assert set(case.references) <= papers().keys()


@each_case
def test_nothing_was_said_or_committed_before_its_step_or_in_the_future(case: Case) -> None:
    for step in case.steps:
        begin = case.opens + step.after
        assert all(begin < begin + line.after < min(case.closes, 0) for line in step.debate)
        assert begin < 0 or not step.commitments
    assert all(case.opens + ask.after < 0 and 1 <= ask.step <= len(case.steps) for ask in case.asks)


def test_everything_is_said_by_somebody_who_may_to_something_that_was_said_before() -> None:
    for lines in [
        *(step.debate for step in steps()),
        *(q.answers for s in chat().sessions for q in s.questions),
    ]:
        keys = {ANNOUNCEMENT: -1.0, "": -1.0}
        for line in sorted(lines, key=lambda line: line.after):
            assert line.person in MAY_POST.get(line.by, {""}), line
            assert line.by in PEOPLE | MAY_POST.keys(), line
            assert keys[line.to] < line.after, line
            assert line.mark in MARKS, line
            keys |= {line.key: line.after} if line.key else {}


def test_everybody_mentioned_exists() -> None:
    named = {name.username.lower() for line in said() for name in find_mentions(line.text)}
    assert named <= {name.lower() for name in pulls()}
    assert {ask.by for case in cases() for ask in case.asks} <= PEOPLE
    assert {guess.by for step in steps() for guess in step.commitments} <= PEOPLE


def test_every_post_fits_beside_its_hashtag_and_link() -> None:
    assert [line for line in said() if count_characters(line.text) > 940] == []
    assert [step.title for step in steps() if len(step.announcement) > 300] == []
    asks = [ask for case in cases() for ask in case.asks]
    assert [ask for ask in asks if max(len(ask.text), len(ask.answer)) > 500] == []


@each_case
def test_everything_said_is_in_the_room(case: Case) -> None:
    """By its hashtag, or in the thread of an announcement."""
    for step in case.steps:
        parents = {line.key: line.to for line in step.debate}
        for line in step.debate:
            root = line.to
            while root in parents:
                root = parents[root]
            assert root == ANNOUNCEMENT or f"#{case.hashtag}" in line.text, line


@pytest.mark.parametrize("mcq", mcqs(), ids=lambda mcq: mcq.text[:30])
def test_question_has_one_best_answer_and_a_reason_for_each(mcq: Mcq) -> None:
    assert 2 <= len(mcq.options) <= 8
    assert sum(option.right for option in mcq.options) == 1
    assert [o for o in mcq.options if not o.explanation or not REFERENCE.fullmatch(o.reference)] == []
    assert max(len(option.title) for option in mcq.options) <= 50
    assert len(mcq.votes) in (0, len(mcq.options))
    assert sum(mcq.votes) < len(PEOPLE) - 5


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure.file)
def test_figure_is_there_small_sharp_and_described(figure: Figure) -> None:
    assert figure.path.stat().st_size <= 120_000
    with Image.open(figure.path) as image:
        assert min(image.size) >= 600
        assert not image.getexif()
    assert 150 <= len(figure.alt) <= 1500


def test_no_figure_lies_about_unused() -> None:
    assert {path.stem for path in FIGURES.iterdir()} == {figure.file for figure in figures()}


def test_learners_commit_in_rank_and_change_their_minds() -> None:
    for case in (case for case in cases() if case.opens < 0):
        before, after, *_ = (step.commitments for step in case.steps)
        assert 12 <= len(before) <= 20
        assert 12 <= len(after) <= 20
        for guess in [*before, *after]:
            sure = [confidence for _, confidence in guess.guesses]
            assert sure == sorted(sure, reverse=True)
            assert sum(sure) <= 100
        first = {guess.by: guess.guesses[0][0] for guess in before}
        assert sum(first.get(guess.by, "") != guess.guesses[0][0] for guess in after) >= 4


def test_everybody_who_commits_does_so_once_to_each_step() -> None:
    for step in steps():
        assert len({guess.by for guess in step.commitments}) == len(step.commitments)


@each_session
def test_chat_asks_five_questions_within_the_hour(session: Session) -> None:
    assert len(session.questions) == 5
    for number, question in enumerate(session.questions, 1):
        following = [q.after for q in session.questions[number:]] or [chat().minutes]
        assert question.by in MAY_POST[chat().host]
        for answer in question.answers:
            assert question.after < answer.after < following[0]
            assert answer.to or answer.mark or answer.text.startswith(f"A{number}:"), answer


def test_archived_chats_are_full_and_the_next_one_is_empty() -> None:
    count = {session.weeks: sum(len(q.answers) for q in session.questions) for session in chat().sessions}
    assert [count[weeks] for weeks in (2, 1, -1)] == [40, 28, 0]
    assert all(bool(session.summary) == (session.weeks > 0) for session in chat().sessions)
    assert all(session.references and session.intro for session in chat().sessions)


def test_every_paper_is_cited_and_written_as_registries_write_it() -> None:
    cited = {value for case in cases() for value in case.references}
    cited |= {value for session in chat().sessions for value in session.references}
    assert cited == papers().keys()
    assert [value for value in papers() if value != value.lower() or not REFERENCE.fullmatch(value)] == []
    assert "BMJ. 2000; 320:768–770." in papers()["10.1136/bmj.320.7237.768"].citation


MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
IDENTIFYING = {
    "a date of care": rf"\b\d{{1,2}}(st|nd|rd|th)? ({MONTHS})\b",
    "an age over 89": r"\b(9\d|1[01]\d)[- ]years?[- ]old",
    "a long number": r"\b\d{6,}\b",
    "an e-mail address": r"\S+@\S+\.\w+",
    "a title with a name": r"\b(Mr|Mrs|Miss|Ms) [A-Z]",
    "care just now": r"\b(just saw|tonight on call|on call yesterday)\b",
}


@pytest.mark.parametrize("sign", IDENTIFYING, ids=lambda sign: sign)
def test_no_case_bears_a_sign_by_which_somebody_is_recognised(sign: str) -> None:
    texts = [text for step in steps() for text in (step.text, step.announcement, step.title, *step.questions)]
    texts += [case.intro + case.summary for case in cases()] + [figure.alt for figure in figures()]
    texts += [re.sub(r"https://\S+", "", line.text) for line in said()]
    assert [text for text in texts if re.search(IDENTIFYING[sign], text)] == []
