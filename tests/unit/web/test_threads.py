"""Where posts and gaps stand in a thread; 1 is the post of the page, what is in brackets is hidden."""

from typing import Any

import pytest

from openrounds.posts.queries import Thread
from openrounds.web.threads import above, below


class Said:
    def __init__(self, number: int) -> None:
        self.id = str(number)


def drawn(places: list[Any]) -> list[str]:
    return [f"{place.depth}:{place.post.id if place.post else 'gap'}" for place in places]


@pytest.mark.parametrize(
    ("parents", "hidden", "expected"),
    [
        ({1: None, 2: 1, 3: 2}, set(), ["1:2", "2:3"]),
        ({1: None, 2: 1, 3: 2, 4: 2}, {2}, ["1:gap", "2:3", "2:4"]),
        ({1: None, 2: 1, 3: 2, 4: 3}, {2, 3}, ["1:gap", "2:4"]),
        ({1: None, 2: 1, 3: 2, 4: 3, 5: 2}, {2, 3}, ["1:gap", "2:4", "1:gap", "2:5"]),
        ({1: None, 2: 1, 3: 1}, {2}, ["1:3"]),
        ({1: 3, 2: 3, 3: 2}, {3}, ["1:gap", "2:2"]),
    ],
    ids=["whole", "siblings", "chain-is-one", "two-gaps", "leaf-is-none", "circle"],
)
def test_replies_stand_below_the_gap_of_what_they_answer(
    parents: dict[int, int | None], hidden: set[int], expected: list[str]
) -> None:
    replies: list[Any] = [Said(n) for n in parents if n not in hidden and n != 1]
    assert drawn(below(1, replies, Thread([], [], parents, hidden))) == expected


@pytest.mark.parametrize(
    ("parents", "shown", "hidden", "expected"),
    [
        ({9: 8, 8: 7, 7: None}, {7, 8}, set(), ["0:7", "0:8"]),
        ({9: 8, 8: 7, 7: 6, 6: None}, {6}, {7, 8}, ["0:6", "0:gap"]),
        ({9: 8, 8: None}, set(), {8}, ["0:gap"]),
        ({9: 8, 8: 7, 7: 6, 6: None}, {8}, {6}, ["0:8"]),
        ({9: 8, 8: 9}, {8}, set(), ["0:8"]),
    ],
    ids=["whole", "gaps-in-a-row", "the-first", "cut", "circle"],
)
def test_what_a_post_answers_stands_above_it(
    parents: dict[int, int | None], shown: set[int], hidden: set[int], expected: list[str]
) -> None:
    known: list[Any] = [Said(n) for n in shown]
    assert drawn(above(9, known, Thread([], [], parents, hidden))) == expected
