"""R7: PostgreSQL is restarted without warning under a running server: no accepted post is lost, errors are 503, and the
server is well again by itself within ten seconds."""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.reliability.cluster import Cluster, programs, running
from tests.reliability.invariants import broken
from tests.reliability.server import Server, serving

pytestmark = [pytest.mark.slow, pytest.mark.postgres_only]
PER_SECOND = 20


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    where = programs()
    if where is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    folder = Path(tempfile.mkdtemp(prefix="openrounds-r07-"))
    folder.chmod(0o755)
    try:
        with running(folder / "cluster", where) as cluster:
            yield cluster
    finally:
        shutil.rmtree(folder)


class Client(threading.Thread):
    """Posts twenty times a second in all, through four of these, and remembers what it was told."""

    def __init__(self, server: Server, number: int) -> None:
        super().__init__()
        self.server, self.number = server, number
        self.taken: dict[str, str] = {}
        self.refused: list[tuple[float, int]] = []
        self.enough = threading.Event()

    def run(self) -> None:
        count = 0
        while not self.enough.wait(4 / PER_SECOND):
            count += 1
            key = f"c{self.number} {count}"
            answer = self.server.post("team", f"Post {key} #chaos", key)
            if answer.status_code == 200:
                self.taken[key] = str(answer.json()["id"])
            else:
                self.refused.append((time.monotonic(), answer.status_code))


def test_r07_no_accepted_post_is_lost_when_the_database_is_restarted(tmp_path, cluster, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", cluster.url)
    with serving(tmp_path, people=5) as server:
        server.follow_everyone("team")
        clients = [Client(server, number) for number in range(4)]
        for client in clients:
            client.start()
        restarted = []
        for _ in range(3):
            time.sleep(3)
            cluster.control("restart", "-m", "immediate")
            restarted.append(time.monotonic())
        time.sleep(10)
        for client in clients:
            client.enough.set()
            client.join()
        refused = [each for client in clients for each in client.refused]
        assert {status for _, status in refused} <= {503}, server.log.read_text()[-3000:]
        assert not [moment for moment, _ in refused if moment > restarted[-1] + 10]
        assert requests.get(f"{server.url}/health", timeout=5).status_code == 200
        kept = {str(row[0]) for row in server.database.rows("SELECT id FROM posts_post")}
        taken = {made for client in clients for made in client.taken.values()}
        assert len(taken) > 100
        assert taken <= kept
        server.drain()
        assert not broken(server.database, drained=True)
