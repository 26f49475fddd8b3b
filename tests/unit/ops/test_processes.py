"""How soon a dead child is started again."""

import time

from openrounds.ops.processes import LONGEST_PAUSE, STEADY, Child


def pause_after(child: Child, lived: float) -> float:
    child.started = time.monotonic() - lived
    child.died()
    return child.due - time.monotonic()


def test_child_that_ran_long_is_started_at_once() -> None:
    assert pause_after(Child("x", lambda: None), STEADY + 1) <= 0


def test_child_that_keeps_dying_is_started_after_growing_pauses() -> None:
    child = Child("x", lambda: None)
    pauses = [round(pause_after(child, 0), 2) for _ in range(12)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert LONGEST_PAUSE - 1 < pauses[-1] <= LONGEST_PAUSE
