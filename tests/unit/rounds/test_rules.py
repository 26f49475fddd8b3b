"""Rounds: states, dates, gates, labels, differentials. Property tests where the space is large."""

import itertools
import math
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.rounds import rules
from openrounds.rounds.rules import (
    NEXT,
    Gate,
    GuessDraft,
    Moment,
    Plan,
    PlannedQuestion,
    PlannedStep,
    Unacceptable,
    brier,
    calibration,
    checked_guesses,
    commit_refusal,
    fold,
    is_right,
    label_of,
    may_become,
    open_to,
    pool,
    problems,
    states_before,
    step_of,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATES = st.sampled_from(sorted(NEXT))
HOURS = st.integers(-48, 48).map(lambda hours: NOW + timedelta(hours=hours))


def planned(**more):
    return PlannedStep(**{"empty": False, **more})


def plan(**more):
    start = NOW + timedelta(hours=1)
    given_ = {
        "kind": "case",
        "title": "Bruises",
        "basis": "fictional",
        "specialty": "Hematology",
        "level": "student",
        "opens_at": start,
        "closes_at": start + timedelta(days=7),
        "steps": (planned(),),
    }
    return Plan(**{**given_, **more})


@given(st.lists(STATES, max_size=12))
def test_whatever_is_tried_a_withdrawn_round_stays_withdrawn_and_nothing_reaches_draft_after_opening(tried):
    state, opened = "draft", False
    for wanted in tried:
        if may_become(state, wanted):
            assert state != "withdrawn"
            state = wanted
            opened = opened or state == "open"
        assert not (opened and state in ("draft", "scheduled"))


@given(STATES, STATES)
def test_ways_in_and_ways_out_are_the_same_ways(state, wanted):
    assert (state in states_before(wanted)) == may_become(state, wanted)


def test_a_complete_plan_has_no_problem():
    assert problems(plan(), NOW) == []


@pytest.mark.parametrize(
    ("change", "field", "step"),
    [
        ({"basis": ""}, "basis", 0),
        ({"specialty": ""}, "specialty", 0),
        ({"level": ""}, "level", 0),
        ({"steps": ()}, "steps", 0),
        ({"title": " "}, "title", 0),
        ({"opens_at": None}, "opens_at", 0),
        ({"opens_at": NOW - timedelta(minutes=1)}, "opens_at", 0),
        ({"closes_at": NOW}, "closes_at", 0),
        ({"kind": "chat", "closes_at": None}, "closes_at", 0),
        ({"steps": (planned(), planned(empty=True))}, "text", 2),
        ({"steps": (planned(pictures=("",)),)}, "pictures", 1),
        ({"steps": (planned(release_by="commitments", release_after=3),)}, "release_by", 1),
        ({"steps": (planned(), planned(release_by="commitments"))}, "release_after", 2),
        ({"steps": (planned(release_by="time"),)}, "release_at", 1),
        ({"steps": (planned(release_by="time", release_at=NOW),)}, "release_at", 1),
        ({"steps": (planned(question=PlannedQuestion(("a", "b"), (False, False))),)}, "question", 1),
        ({"steps": (planned(question=PlannedQuestion(("a", "b"), (True, True))),)}, "question", 1),
        ({"steps": (planned(question=PlannedQuestion(("a", "A "), (True, False))),)}, "question", 1),
        ({"steps": tuple(planned() for _ in range(31))}, "steps", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_gap_is_named_with_its_field_and_its_step(change, field, step):
    assert (field, step) in [(p.field, p.step) for p in problems(plan(**change), NOW)]


@given(st.lists(HOURS, min_size=1, max_size=6), HOURS, HOURS)
def test_accepted_hours_are_in_order_in_the_future_and_inside_the_window(hours, opens, closes):
    steps = tuple(planned(release_by="time", release_at=at) for at in hours)
    found = problems(plan(opens_at=opens, closes_at=closes, steps=steps), NOW)
    if not found:
        assert NOW < opens <= hours[0]
        assert hours == sorted(hours)
        assert hours[-1] < closes


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=8), st.integers(0, 9))
def test_gate_opens_in_order_and_never_beyond_what_is_released(steps, seen):
    gates = [Gate(n, first, done) for n, (first, done) in enumerate(steps, 1)]
    last = open_to(gates, seen=seen)
    assert 0 <= last <= len(gates)
    for gate in gates[: max(0, last - 1)]:
        assert not gate.commit_first or gate.committed or gate.position < seen


@given(st.sampled_from(sorted(NEXT)), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 9))
def test_answer_is_taken_only_while_running_after_the_release_and_before_the_reveal(
    state, released, next_released, gated, seen
):
    refused = commit_refusal(Moment(state, released, next_released, gated, seen, 3))
    if not refused:
        assert released
        assert state in ("open", "closing")
        assert seen <= 3
        assert gated or not next_released


@pytest.mark.parametrize(
    ("text", "strict", "number"),
    [
        ("A1: yes", False, 1),
        ("@host #WardChat A2 because", False, 2),
        ("a3) no", True, 3),
        ("Q10 – what about", True, 10),
        ("A1 antitrypsin deficiency", True, None),
        ("HbA1c: 60", False, None),
        ("I agree with A1: yes", False, None),
        ("", False, None),
    ],
)
def test_labels_are_read_at_the_start_of_a_post(text, strict, number):
    assert label_of(text, strict=strict) == number


@given(
    st.none() | st.integers(1, 9),
    st.none() | st.integers(1, 9),
    st.lists(st.integers(0, 100), max_size=6),
    st.integers(0, 120),
)
def test_post_belongs_to_a_released_step_or_to_none(label, thread, minutes, at):
    released = [(n, NOW + timedelta(minutes=m)) for n, m in enumerate(sorted(minutes), 1)]
    found = step_of(label=label, thread=thread, released=released, at=NOW + timedelta(minutes=at))
    known = [n for n, _ in released]
    assert found is None or found in known
    if label in known:
        assert found == label
    elif thread in known:
        assert found == thread


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_differentials_are_trimmed_checked_and_never_double():
    lines = checked_guesses([GuessDraft("  Thrombotic   microangiopathy ", 70), GuessDraft("", 0)])
    assert [line.text for line in lines] == ["Thrombotic microangiopathy"]
    for wrong in ([], [GuessDraft("a", 101)], [GuessDraft("TTP", 1), GuessDraft("ttp.", 2)]):
        with pytest.raises(Unacceptable):
            checked_guesses(wrong)
    with pytest.raises(Unacceptable):
        checked_guesses([GuessDraft(f"d{n}", 1) for n in range(11)])
    with pytest.raises(Unacceptable):
        checked_guesses([GuessDraft("x" * 121, 1)])


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5),
            st.integers(1, 4),
            st.sampled_from(["TTP", "ttp", "ITP", "HUS"]),
            st.integers(0, 100),
        ),
        max_size=40,
    )
)
def test_pool_counts_every_answer_once(rows):
    pooled = pool(rows)
    assert sum(answer.given for answer in pooled) == len(rows)
    assert all(0 <= answer.confidence <= 100 and answer.first <= answer.given for answer in pooled)
    assert len({fold(answer.text) for answer in pooled}) == len(pooled)


def test_brier_score_is_that_of_its_author():
    assert brier([]) is None
    assert brier([(100, True), (0, False)]) == 0
    assert brier([(100, False)]) == 1
    assert brier([(50, True), (50, False)]) == 0.25
    assert brier([(70, True), (30, False), (90, False)]) == pytest.approx((0.09 + 0.09 + 0.81) / 3)


DIAGNOSES = {
    "A": 0.3,
    "B": 0.14,
    "C": 0.14,
    "D": 0.14,
    "E": 0.14,
    "F": 0.14,
}  # A is right; how often each is named


def test_pooled_top_three_is_right_as_often_as_theory_says():
    curve = []
    for solvers in range(1, 10):
        pooled = theory = 0.0
        for said in itertools.combinations_with_replacement(DIAGNOSES, solvers):
            votes = Counter(said)
            ways = math.factorial(solvers) // math.prod(map(math.factorial, votes.values()))
            chance = ways * math.prod(DIAGNOSES[name] for name in said)
            theory += chance * (votes["A"] > 0 and sum(n > votes["A"] for n in votes.values()) < 3)
            answers = pool((person, 1, name, 50) for person, name in enumerate(said))
            pooled += chance * ("A" in [answer.text for answer in answers[:3]])
        assert pooled == pytest.approx(theory)
        curve.append(pooled)
    assert curve[0] == pytest.approx(DIAGNOSES["A"])
    assert curve[0] < curve[2] < curve[5] < curve[8]


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=60))
def test_calibration_counts_every_answer_in_one_fifth(answers):
    bins = calibration(answers)
    assert sum(found.answers for found in bins) == len(answers)
    assert all(0 <= found.right <= 1 for found in bins)


def test_care_meter_runs_from_nothing_to_all():
    assert rules.care_completeness({}) == 0
    assert rules.care_completeness(dict.fromkeys(rules.CARE_ITEMS, "said")) == 1


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("Haemolytic anaemia", "hemolytic anemia"),
        ("Coeliac disease", "Celiac disease"),
        ("A tumour", "tumor"),
    ],
)
def test_spellings_on_both_sides_of_the_ocean_are_one_answer(british, american):
    assert fold(british) == fold(american)
    [both] = pool([(1, 1, british, 60), (2, 1, american, 40)])
    assert (both.given, both.confidence) == (2, 50)
    assert is_right(american, [british])
