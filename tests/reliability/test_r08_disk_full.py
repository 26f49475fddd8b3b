"""R8: the disk for files is full: uploads are refused and leave nothing, text is posted as ever. And when the database's own
disk is full, what writes is told so, and all else goes on."""

import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from PIL import Image
from tests.reliability.invariants import astray, broken
from tests.reliability.server import Server, serving

pytestmark = pytest.mark.slow


@contextmanager
def small_disk_at(place: Path) -> Iterator[Path]:
    """20 MiB, there."""
    place.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("R8 needs the right to mount a small disk: run it as root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose files have 20 MiB."""
    with small_disk_at(tmp_path / "data" / "media"):
        yield tmp_path / "data"


def noise(number: int) -> bytes:
    """A picture that nothing makes smaller, about 500 kB."""
    out = io.BytesIO()
    Image.frombytes("RGB", (420, 420), os.urandom(420 * 420 * 3)).save(out, "PNG")
    return out.getvalue() + bytes([number % 256])


def upload(server: Server, number: int) -> requests.Response:
    headers = {"Authorization": f"Bearer {server.tokens['team']}"}
    files = {"file": (f"{number}.png", noise(number), "image/png")}
    return requests.post(f"{server.url}/api/v2/media", files=files, headers=headers, timeout=60)


def test_r08_full_disk_refuses_files_and_takes_text(small_disk):
    with serving(small_disk, people=3) as server:
        server.follow_everyone("team")
        answers = [upload(server, 0)]
        while answers[-1].status_code == 200 and len(answers) < 80:
            answers.append(upload(server, len(answers)))
        answers += [upload(server, 1000 + n) for n in range(3)]
        statuses = [answer.status_code for answer in answers]
        assert statuses[0] == 200
        assert set(statuses) == {200, statuses[-1]}
        assert statuses[-1] in {422, 507}
        assert "error" in answers[-1].json()
        server.post_until_taken("team", "Text needs no disk #chaos", "k")
        server.drain()
        assert not broken(server.database, drained=True)
        assert server.database.one("SELECT COUNT(*) FROM media_mediafile") == statuses.count(200)
        assert not astray(server)


class Limited(Server):
    """With the limits that a public server has, whose table is shared memory in a file; its log is on another disk."""

    def __init__(self, data: Path, people: int) -> None:
        super().__init__(data, people)
        self.log = data.with_suffix(".log")

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"OPENROUNDS_RATE_LIMITS": "on"}


def fill(disk: Path) -> Path:
    """The file that takes what room there was."""
    filler = disk / "filler"
    out = os.open(filler, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(out, bytes(4096))
    os.close(out)
    return filler


@pytest.mark.sqlite_only
def test_r08_full_disk_of_the_database_refuses_what_writes_and_shows_what_is_there(tmp_path):
    with small_disk_at(tmp_path / "data") as disk, Limited(disk, people=3) as server:
        server.follow_everyone("team")
        server.post_until_taken("team", "Before #chaos", "k")
        server.drain()
        workers, filler = server.web_workers(), fill(disk)
        tried = [server.post("team", f"Post {number} #chaos", f"k{number}") for number in range(60)]
        assert {answer.status_code for answer in tried} <= {200, 503}
        assert tried[-1].status_code == 503
        assert tried[-1].headers["Retry-After"]
        for path in ("/api/v1/timelines/home", "/@team", "/health"):
            headers = {"Authorization": f"Bearer {server.tokens['person0001']}"}
            assert requests.get(f"{server.url}{path}", headers=headers, timeout=30).status_code == 200
        filler.unlink()
        server.post_until_taken("team", "Afterwards #chaos", "k after")
        server.drain()
        assert not broken(server.database, drained=True)
        accepted = sum(answer.status_code == 200 for answer in tried)
        assert server.database.one("SELECT COUNT(*) FROM posts_post") == 2 + accepted
        assert server.web_workers() == workers
