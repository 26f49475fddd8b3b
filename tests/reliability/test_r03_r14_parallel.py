"""R3: one key sent many times at once makes one post. R14: SIGTERM under load loses no request that was accepted."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from tests.reliability.invariants import broken
from tests.reliability.server import serving

pytestmark = pytest.mark.slow


def test_r03_one_key_fifty_times_at_once_makes_one_post(tmp_path):
    with serving(tmp_path, people=2) as server:
        barrier = threading.Barrier(50)

        def post(_: int) -> requests.Response:
            barrier.wait(30)
            return server.post("team", "Once #chaos", "the same key")

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(post, range(50)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert server.database.one("SELECT COUNT(*) FROM posts_post") == 1
        server.drain()
        assert not broken(server.database, drained=True)


def test_r04_one_key_many_times_at_once_makes_one_scheduled_post(tmp_path):
    with serving(tmp_path, people=1) as server:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        headers = {"Authorization": f"Bearer {server.tokens['team']}", "Idempotency-Key": "the same key"}

        def schedule(_: int) -> str:
            answer = requests.post(
                f"{server.url}/api/v1/statuses",
                json={"status": "x", "scheduled_at": at},
                headers=headers,
                timeout=30,
            )
            return str(answer.json()["id"])

        with ThreadPoolExecutor(20) as pool:
            assert len(set(pool.map(schedule, range(20)))) == 1
        assert server.database.one("SELECT COUNT(*) FROM posts_scheduledpost") == 1


def test_r14_sigterm_under_load_finishes_what_it_accepted_and_exits_with_zero(tmp_path):
    with serving(tmp_path, people=5) as server:
        server.follow_everyone("team")
        failures, posted = [], []
        told = threading.Event()

        def load(writer: int) -> None:
            for number in range(10_000):
                key = f"w{writer} {number}"
                try:
                    answer = server.post("team", f"Post {key} #chaos", key)
                except requests.ConnectionError as problem:
                    # Once told to stop, the server turns away whom it has not begun to serve; that it dropped nobody whom
                    # it had is what the count of posts says below.
                    if not told.is_set():
                        failures.append(str(problem))
                    return
                (posted if answer.status_code == 200 else failures).append(key)

        writers = [threading.Thread(target=load, args=(n,)) for n in range(4)]
        for writer in writers:
            writer.start()
        time.sleep(1.5)
        told.set()
        server.process.terminate()
        assert server.process.wait(30) == 0
        for writer in writers:
            writer.join()
        assert failures == []
        assert len(posted) == server.database.one("SELECT COUNT(*) FROM posts_post") > 10
        assert not broken(server.database, drained=False)
    with server:
        server.drain()
        assert not broken(server.database, drained=True)
