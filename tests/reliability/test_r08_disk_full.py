"""R8: the disk for files is full: uploads are refused and leave nothing, text is posted as ever."""

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from PIL import Image
from tests.reliability.invariants import astray, broken
from tests.reliability.server import Server, serving

pytestmark = pytest.mark.slow
DISK = "size=20m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose files have 20 MiB."""
    media = tmp_path / "data" / "media"
    media.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(media)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("R8 needs the right to mount a small disk: run it as root")
    yield tmp_path / "data"
    subprocess.run(["umount", "--lazy", str(media)], check=True)


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
