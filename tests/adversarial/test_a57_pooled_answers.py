"""A57: what many have answered is added up so that nobody's answer is told, not by the difference of two looks either."""

from collections import Counter

import pytest
from tests.conftest import make_person, step

from openrounds.rounds import actions, queries
from openrounds.rounds.drafts import OptionDraft, QuestionDraft, StepDraft
from openrounds.rounds.rules import GuessDraft, levels_told, settled


@pytest.fixture
def answer(running):
    """`answer("student", "ITP")`: somebody new commits to it at the first stage; what the room reads then."""
    numbers = iter(range(100))

    def make(role: str, said: str) -> queries.PoolResult:
        person = make_person(f"learner{next(numbers)}", role=role)
        actions.commit(person, step(running, 1), actions.Answer((GuessDraft(said, 80),)))
        return queries.pooled(step(running, 1), person.pk)

    return make


def _given(found) -> dict[str, int]:
    return {line.text: line.given for line in found}


def test_a57_one_more_answer_does_not_show_by_itself(answer):
    before = [answer("student", "ITP") for _ in range(5)][-1]
    assert _given(before.everybody) == {"ITP": 5}
    for _ in range(4):
        after = answer("student", "TTP")
        assert (_given(after.everybody), _given(after.levels["student"])) == ({"ITP": 5}, {"ITP": 5})
    assert (after.total, after.counted) == (9, 5)
    assert _given(answer("student", "TTP").everybody) == {"ITP": 5, "TTP": 5}


def test_a57_the_only_one_of_a_level_is_not_what_is_left_over(running, answer):
    for _ in range(5):
        answer("student", "ITP")
    answer("clinician", "Scurvy")
    actions.close_round(running, without_summary=True)
    running.refresh_from_db()
    closed = queries.pooled(step(running, 1), None)
    assert _given(closed.everybody) == {"ITP": 5, "Scurvy": 1}
    assert closed.levels == {}


def test_a57_votes_do_not_hide_the_one_differential_among_them(make_case, alice, bob):
    round = make_case(1)
    options = [OptionDraft(title="ITP", right=True), OptionDraft(title="TTP")]
    asked = StepDraft(question=QuestionDraft(text="Which?", options=options))
    actions.edit_step(step(round, 1), asked, None, editor_id=alice.pk)
    actions.release_step(step(round, 1), alice)
    round.refresh_from_db()
    for number in range(5):
        actions.commit(make_person(f"voter{number}"), step(round, 1), actions.Answer(choices=(0,)))
    actions.commit(bob, step(round, 1), actions.Answer((GuessDraft("Scurvy", 90),)))
    found = queries.pooled(step(round, 1), alice.pk)
    assert (found.total, found.counted, found.everybody) == (6, 0, [])


@pytest.mark.parametrize("over", [False, True])
def test_a57_what_is_left_beside_the_levels_is_nobody_or_five(over):
    for students in range(15):
        for nurses in range(15):
            for others in range(7):
                levels = ["student"] * students + ["nurse"] * nurses + [""] * others
                counted = levels if over else levels[: settled(len(levels))]
                told = levels_told(counted, over=over)
                left = len(counted) - sum(told.values())
                assert left == 0 or left >= 5 or not told, Counter(levels)
