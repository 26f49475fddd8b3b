"""Counting over processes."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.core import limits
from openrounds.core.limits import Counters, Limit

TEN = Limit("ten", 10, 60)


@pytest.fixture
def counters(tmp_path, monkeypatch):
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_000.0)
    return Counters(tmp_path / "limits")


def test_budget_is_spent_beyond_the_limit_and_not_at_it(counters):
    budgets = [counters.count(TEN, "alice") for _ in range(11)]
    assert [b.used for b in budgets] == list(range(1, 12))
    assert [b.spent for b in budgets] == [False] * 10 + [True]
    assert [b.remaining for b in budgets] == [*range(9, -1, -1), 0]


def test_every_key_and_every_limit_has_its_own_count(counters):
    counters.count(TEN, "alice", times=10)
    assert counters.count(TEN, "bob").used == 1
    assert counters.count(Limit("other", 10, 60), "alice").used == 1


def test_new_window_starts_afresh_when_it_was_announced(counters, monkeypatch):
    budget = counters.count(TEN, "alice", times=11)
    assert budget.spent and budget.resets_at == 1_800_000_060
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_060.0)
    assert counters.count(TEN, "alice").used == 1


def test_look_counts_nothing_and_takes_no_slot(counters, monkeypatch):
    assert counters.count(TEN, "alice", times=0).used == 0
    counters.count(TEN, "alice", times=3)
    assert counters.count(TEN, "alice", times=0).used == 3
    monkeypatch.setattr(limits, "_SLOTS", 1)
    counters.count(TEN, "bob", times=4)
    assert counters.count(TEN, "charlie", times=0).used == 0
    assert counters.count(TEN, "bob", times=0).used == 4


def test_two_keys_in_one_slot_never_add_up(counters, monkeypatch):
    monkeypatch.setattr(limits, "_SLOTS", 1)
    for _ in range(30):
        assert counters.count(TEN, "alice").used == 1
        assert counters.count(TEN, "bob").used == 1


@pytest.mark.parametrize("key", ["", "x" * 10_000, "\ud800", "\x00", "é"])
def test_any_key_is_counted(counters, key):
    assert counters.count(TEN, key).used == 1


def test_processes_count_together_and_lose_nothing(tmp_path):
    path = tmp_path / "limits"
    program = (
        "import sys; from pathlib import Path; from openrounds.core.limits import *; c = Counters(Path(sys.argv[1]))\n"
        "for _ in range(1000): c.count(Limit('ten', 10, 10**9), 'alice')"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(path)]) for _ in range(4)]
    assert [process.wait(60) for process in running] == [0] * 4
    assert Counters(path).count(Limit("ten", 10, 10**9), "alice", times=0).used == 4000


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=30))
def test_counts_are_the_sums_of_what_was_counted(tmp_path_factory, done):
    table, sums = Counters(tmp_path_factory.mktemp("limits") / "table"), {"a": 0, "b": 0, "c": 0}
    forever = Limit("x", 10, 10**9)
    for key, times in done:
        sums[key] += times
        assert table.count(forever, key, times=times).used == sums[key]
