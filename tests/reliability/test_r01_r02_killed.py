"""R1, R2 (local): processes are killed while people post. Each post is absent or complete, and reaches everyone once.

`FULL=1` runs the numbers of the specification, `SEED=n` the same waits again."""

import os
import random
import threading
import time

import pytest
import requests
from tests.reliability.invariants import broken
from tests.reliability.server import Server, kill, wait_until

pytestmark = pytest.mark.slow
FULL = bool(os.environ.get("FULL"))


@pytest.fixture
def luck():
    seed = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"SEED={seed}")
    return random.Random(seed)


class Writer(threading.Thread):
    """Posts one after the other until a request fails; then it knows which key was under way."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__()
        self.server, self.name = server, name
        self.taken: dict[str, str] = {}
        self.under_way = ""
        self.enough = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.enough.is_set():
            number += 1
            key = f"{self.name} {number}"
            try:
                answer = self.server.post("team", f"Post {key} #chaos @person0001", key, timeout=10)
                answer.raise_for_status()
            except requests.RequestException:
                self.under_way = key
                return
            self.taken[key] = str(answer.json()["id"])


def kill_and_ask_again(server: Server, luck: random.Random, name: str) -> bool:
    """One round: whether a request was under way when its worker died."""
    writer = Writer(server, name)
    workers = server.web_workers()
    writer.start()
    time.sleep(luck.uniform(0.001, 0.5))
    for pid in workers:
        kill(pid)
    writer.enough.set()
    writer.join()
    wait_until(server.answers)
    for key, made in list(writer.taken.items())[-2:]:
        assert server.post_until_taken("team", f"Post {key} #chaos @person0001", key) == made
    if key := writer.under_way:
        first, second = (
            server.post_until_taken("team", f"Post {key} #chaos @person0001", key) for _ in range(2)
        )
        assert first == second
    return bool(writer.under_way)


def test_r01_post_is_absent_or_complete_when_its_worker_is_killed(tmp_path, luck):
    """A few rounds to a server, since one whose workers keep dying is started again after ever longer pauses."""
    rounds, interrupted = 200 if FULL else 30, 0
    server = Server(tmp_path, people=6)
    server.follow_everyone("team")
    for start in range(0, rounds, 3):
        with server:
            for number in range(start, start + 3):
                interrupted += kill_and_ask_again(server, luck, f"r{number}")
                assert not broken(server.database, drained=False)
    with server:
        server.drain()
        assert not broken(server.database, drained=True)
    assert interrupted >= rounds // 4


def kill_while_it_delivers(server: Server, luck: random.Random, name: str) -> bool:
    """One round of two posts: whether the worker died with jobs in its hands."""
    worker = server.job_worker()
    for half in "ab":
        server.post_until_taken("team", f"Post {name}{half} #chaos @person0001", f"{name}{half}")
    held = "SELECT COUNT(*) FROM jobs_job WHERE lease IS NOT NULL"
    deadline = time.monotonic() + 1
    while not server.database.one(held) and time.monotonic() < deadline:
        pass
    time.sleep(luck.uniform(0, 0.05))
    kill(worker)
    return bool(server.database.one(held))


def test_r02_everyone_has_each_post_once_when_the_job_worker_is_killed(tmp_path, luck):
    people, kills = (2001, 20) if FULL else (301, 6)
    server = Server(tmp_path, people=people)
    server.follow_everyone("team")
    busy = 0
    for start in range(0, kills, 4):
        with server:
            for number in range(start, min(start + 4, kills)):
                busy += kill_while_it_delivers(server, luck, f"r{number}")
    with server:
        server.drain()
        assert not broken(server.database, drained=True)
        assert server.database.one("SELECT COUNT(*) FROM timelines_homeentry") == 2 * kills * people
    print(f"{busy} of {kills} workers died with jobs in their hands")
    assert busy >= kills // 4
