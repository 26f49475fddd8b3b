"""R7: PostgreSQL is restarted without warning under a running server: no accepted post is lost, errors are 503, and the
server is well again by itself within ten seconds."""

import shutil
import tempfile
import threading
import time
from collections import Counter
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
            answer = self.server.post("team", f"Post {key} #chaos @person0001", key)
            if answer.status_code == 200:
                self.taken[key] = str(answer.json()["id"])
            else:
                self.refused.append((time.monotonic(), answer.status_code))


class Reader(threading.Thread):
    """Reads a home by the API and a profile as a page, in turn, until told that it is enough."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.headers = {"Authorization": f"Bearer {server.tokens['person0001']}"}
        self.urls = [f"{server.url}/api/v1/timelines/home", f"{server.url}/@team"]
        self.told: Counter[int] = Counter()
        self.enough = threading.Event()

    def run(self) -> None:
        while not self.enough.wait(4 / PER_SECOND):
            for url in self.urls:
                answer = requests.get(url, headers=self.headers, timeout=30)
                self.told[answer.status_code] += 1
                assert answer.status_code == 200 or answer.headers["Retry-After"]


def interrupt(cluster: Cluster, number: int) -> None:
    """A restart; and once a database that is away for as long as a machine takes to start."""
    if number < 2:
        cluster.control("restart", "-m", "immediate")
        return
    cluster.control("stop", "-m", "immediate")
    time.sleep(6)
    cluster.control("start")


def test_r07_no_accepted_post_is_lost_when_the_database_is_restarted(tmp_path, cluster, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", cluster.url)
    with serving(tmp_path, people=5) as server:
        server.follow_everyone("team")
        clients, reader = [Client(server, number) for number in range(4)], Reader(server)
        for thread in (*clients, reader):
            thread.start()
        restarted = []
        for number in range(3):
            time.sleep(3)
            interrupt(cluster, number)
            restarted.append(time.monotonic())
        time.sleep(10)
        for thread in (*clients, reader):
            thread.enough.set()
            thread.join()
        refused = [each for client in clients for each in client.refused]
        assert {status for _, status in refused} <= {503}, server.log.read_text()[-3000:]
        assert set(reader.told) <= {200, 503}
        assert reader.told[200] > 10
        assert not [moment for moment, _ in refused if moment > restarted[-1] + 10]
        assert requests.get(f"{server.url}/health", timeout=5).status_code == 200
        kept = {str(row[0]) for row in server.database.rows("SELECT id FROM posts_post")}
        taken = {made for client in clients for made in client.taken.values()}
        assert len(taken) > 30
        assert taken <= kept
        server.drain()
        assert not broken(server.database, drained=True)
