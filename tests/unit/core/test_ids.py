"""R10 (ids): unique and increasing, over processes, threads and a clock that goes back."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.core import ids
from openrounds.core.ids import IdClock, id_at, time_of

GIVE_OUT = """
import sys
from pathlib import Path
from openrounds.core.ids import IdClock
clock = IdClock(Path(sys.argv[1]), int(sys.argv[2]))
print(*(clock.next() for _ in range(2000)))
"""


def test_ids_of_four_processes_are_unique_and_each_sees_them_grow(tmp_path):
    path = tmp_path / "run" / "ids"
    running = [
        subprocess.Popen([sys.executable, "-c", GIVE_OUT, str(path), "0"], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    given_out = [[int(word) for word in process.communicate(timeout=60)[0].split()] for process in running]
    assert all(numbers == sorted(numbers) and len(numbers) == 2000 for numbers in given_out)
    assert len({number for numbers in given_out for number in numbers}) == 8000
    assert IdClock(path).next() > max(map(max, given_out))


def test_ids_of_four_threads_are_unique(tmp_path):
    clock, given_out = IdClock(tmp_path / "ids"), []

    def work():
        given_out.extend([clock.next() for _ in range(1000)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given_out)) == 4000


def test_clock_that_goes_back_makes_no_id_smaller(tmp_path, monkeypatch):
    clock = IdClock(tmp_path / "ids")
    numbers = []
    for offset in (0, 600, -600, 0, -600):
        monkeypatch.setattr(ids.time, "time_ns", lambda offset=offset: (1_800_000_000 + offset) * 10**9)
        numbers += [clock.next() for _ in range(3)]
    assert numbers == sorted(set(numbers))
    again = IdClock(tmp_path / "ids")
    assert again.next() > numbers[-1]


def test_machines_never_give_out_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_800_000_000 * 10**9)
    clocks = [IdClock(tmp_path / str(node), node) for node in range(16)]
    numbers = [clock.next() for clock in clocks for _ in range(50)]
    assert len(set(numbers)) == len(numbers)
    assert {number & 15 for number in numbers} == set(range(16))


@pytest.mark.parametrize("node", [-1, 16])
def test_machine_has_a_number_below_sixteen(tmp_path, node):
    with pytest.raises(ValueError, match="node"):
        IdClock(tmp_path / "ids", node)


def test_id_tells_when_it_was_made(tmp_path):
    made = time_of(IdClock(tmp_path / "ids").next())
    assert abs(datetime.now(UTC) - made) < timedelta(seconds=5)


@given(st.integers(0, 7 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds + 0.123456, UTC)))
def test_moment_and_id_agree_to_the_millisecond(moment):
    assert abs(time_of(id_at(moment)) - moment) <= timedelta(milliseconds=1)
    assert id_at(moment) < 2**63 and id_at(moment) % 65536 == 0
