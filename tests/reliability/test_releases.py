"""Steps of a round are released and announced exactly once: by two hosts at once, while processes are killed, by the clock.

`FULL=1` releases more, `SEED=n` waits the same again."""

import os
import random
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from tests.reliability.invariants import broken
from tests.reliability.server import Server, kill, serving, wait_until

pytestmark = pytest.mark.slow
FULL = bool(os.environ.get("FULL"))
BASE = "/api/openrounds/v1/rounds"


@pytest.fixture
def luck():
    seed = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"SEED={seed}")
    return random.Random(seed)


def call(server: Server, method: str, path: str, **data: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {server.tokens['team']}"}
    return requests.request(method, f"{server.url}{path}", json=data, headers=headers, timeout=30)


def make_round(server: Server, steps: list[dict[str, Any]], opens: datetime) -> tuple[str, list[str]]:
    """A case of the team's, scheduled; its id and those of its steps."""
    me = call(server, "GET", "/api/v1/accounts/verify_credentials").json()["id"]
    made = call(
        server,
        "POST",
        BASE,
        kind="case",
        host_id=me,
        title="Killed",
        hashtag="KilledRounds",
        basis="fictional",
        specialty="Hematology",
        level="student",
        opens_at=opens.isoformat(),
        closes_at=(opens + timedelta(days=1)).isoformat(),
    ).json()
    path = f"{BASE}/{made['id']}"
    ids = [call(server, "POST", f"{path}/steps", **step).json()["id"] for step in steps]
    scheduled = call(server, "POST", f"{path}/schedule")
    assert scheduled.status_code == 200, scheduled.text
    return str(made["id"]), ids


def each_released_once(server: Server, round_id: str, number: int) -> None:
    rows = server.database.rows(
        "SELECT position, released_at, post_id FROM rounds_step WHERE round_id = %s ORDER BY position",
        (int(round_id),),
    )
    assert [row[0] for row in rows] == list(range(1, number + 1))
    assert all(row[1] and row[2] for row in rows)
    assert len({row[2] for row in rows}) == number
    announced = "SELECT COUNT(*) FROM posts_post WHERE text LIKE %s"
    assert server.database.one(announced, ("%#KilledRounds",)) == number
    told = "SELECT COUNT(*) FROM jobs_happening WHERE kind = %s"
    assert server.database.one(told, ("StepReleased",)) == number
    assert not broken(server.database, drained=True)


def press(server: Server, path: str, answers: list[str]) -> None:
    """What a host does: the button again until it is answered."""
    while True:
        try:
            answer = call(server, "POST", path)
        except requests.RequestException:
            time.sleep(0.05)
            continue
        if answer.status_code == 200:
            answers.append(answer.json()["post_id"])
            return
        assert answer.status_code in {502, 503}, answer.text


def test_two_hosts_press_at_once_while_web_workers_are_killed(tmp_path, luck):
    number = 12 if FULL else 5
    with serving(tmp_path, people=4) as server:
        server.follow_everyone("team")
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        round_id, steps = make_round(server, [{"text": f"Stage {n}"} for n in range(number)], tomorrow)
        for step in steps:
            answers: list[str] = []
            path = f"{BASE}/{round_id}/steps/{step}/release"
            hosts = [threading.Thread(target=press, args=(server, path, answers)) for _ in range(3)]
            for host in hosts:
                host.start()
            time.sleep(luck.uniform(0, 0.15))
            for pid in server.web_workers():
                kill(pid)
            for host in hosts:
                host.join()
            assert len(answers) == 3
            assert len(set(answers)) == 1
        server.drain()
        each_released_once(server, round_id, number)


def test_steps_by_the_clock_come_once_while_the_job_worker_is_killed(tmp_path, luck):
    number = 8 if FULL else 4
    with serving(tmp_path, people=4) as server:
        server.follow_everyone("team")
        opens = datetime.now(UTC) + timedelta(seconds=10)  # by then a busy machine has scheduled it too
        first = opens + timedelta(seconds=4)
        steps = [
            {
                "text": f"Stage {n}",
                "release_by": "time",
                "release_at": (first + timedelta(seconds=n)).isoformat(),
            }
            for n in range(number)
        ]
        round_id, _ = make_round(server, steps, opens)
        out = "SELECT COUNT(*) FROM rounds_step WHERE released_at IS NOT NULL"
        deadline = time.monotonic() + 300
        wait_until(lambda: datetime.now(UTC) > opens)
        while server.database.one(out) < number and time.monotonic() < deadline:
            worker = server.job_worker()  # the later it is started again, the shorter it would live otherwise
            time.sleep(luck.uniform(0.1, 1.2))
            kill(worker)
        wait_until(lambda: server.database.one(out) == number)
        server.drain()
        each_released_once(server, round_id, number)
