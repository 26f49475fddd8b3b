"""R3, R4: one key sent many times at once makes one post. R14: whoever stops the server under load, by SIGTERM or with a
broken parent, loses no post that was accepted and leaves nothing running."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests
from tests.reliability.invariants import broken
from tests.reliability.server import Server, alive, is_free, serving, tree_of, wait_until

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


def test_r04_one_key_fifty_times_at_once_makes_one_scheduled_post_that_goes_out_once(tmp_path):
    with serving(tmp_path, people=2) as server:
        server.follow_everyone("team")
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        headers = {"Authorization": f"Bearer {server.tokens['team']}", "Idempotency-Key": "the same key"}
        barrier = threading.Barrier(50)

        def schedule(_: int) -> requests.Response:
            barrier.wait(30)
            return requests.post(
                f"{server.url}/api/v1/statuses",
                json={"status": "Later #chaos", "scheduled_at": at},
                headers=headers,
                timeout=30,
            )

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(schedule, range(50)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert server.database.one("SELECT COUNT(*) FROM posts_scheduledpost") == 1
        server.database.rows("UPDATE posts_scheduledpost SET scheduled_at = created_at")
        server.hurry("posts.jobs.publish_due")
        wait_until(lambda: server.database.one("SELECT COUNT(*) FROM posts_post") == 1)
        server.drain()
        assert server.database.one("SELECT COUNT(*) FROM posts_scheduledpost") == 0
        assert not broken(server.database, drained=True)


class Load:
    """Four people post as fast as they are answered, until the server is gone."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.told = threading.Event()
        self.posted: list[str] = []
        self.failures: list[str] = []
        self._writers = [threading.Thread(target=self._write, args=(number,)) for number in range(4)]

    def __enter__(self) -> "Load":
        for writer in self._writers:
            writer.start()
        wait_until(lambda: len(self.posted) > 20)
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers:
            writer.join()

    def _write(self, writer: int) -> None:
        for number in range(10_000):
            key = f"w{writer} {number}"
            try:
                answer = self.server.post("team", f"Post {key} #chaos", key)
            except requests.ConnectionError as problem:
                # Once told to stop, the server turns away whom it has not begun to serve.
                if not self.told.is_set():
                    self.failures.append(str(problem))
                return
            if answer.status_code == 200:
                self.posted.append(str(answer.json()["id"]))
            else:
                self.failures.append(answer.text)


def ids_of_posts(server: Server) -> set[str]:
    return {str(row[0]) for row in server.database.rows("SELECT id FROM posts_post")}


def nothing_is_left(server: Server, pids: set[int], ports: list[int]) -> bool:
    return not alive(pids) and all(is_free(port) for port in ports)


def test_r14_sigterm_under_load_finishes_what_it_accepted_and_exits_with_zero(tmp_path):
    with serving(tmp_path, people=5) as server:
        server.follow_everyone("team")
        ports, pids = [server.port, urlsplit(server.streams()).port], tree_of(server.process.pid)
        with Load(server) as load:
            load.told.set()
            server.process.terminate()
            assert server.process.wait(30) == 0
        assert nothing_is_left(server, pids, ports)
        assert load.failures == []
        assert set(load.posted) == ids_of_posts(server)
        assert not broken(server.database, drained=False)
    with server:
        server.drain()
        assert not broken(server.database, drained=True)


def test_killed_parent_under_load_leaves_nothing_running_and_loses_no_accepted_post(tmp_path):
    """Of posts under way when it happened, those that were committed and not answered are there too."""
    with serving(tmp_path, people=5) as server:
        server.follow_everyone("team")
        ports, pids = [server.port, urlsplit(server.streams()).port], tree_of(server.process.pid)
        with Load(server) as load:
            load.told.set()
            server.process.kill()
            server.process.wait()
            wait_until(lambda: nothing_is_left(server, pids, ports), 5)
        assert load.failures == []
        assert set(load.posted) <= ids_of_posts(server)
        assert not broken(server.database, drained=False)
    with server:
        server.drain()
        assert not broken(server.database, drained=True)
