"""R12: a backup is taken while people post, and restored into an empty server: everything is there, and jobs wait."""

import re
import subprocess
import threading
import time
from pathlib import Path

import pytest
import requests
from tests.factories.media import draw
from tests.reliability.invariants import broken
from tests.reliability.server import COMMAND, Database, Server, _free_port, serving, wait_until

pytestmark = pytest.mark.slow
PASSWORD = "a long enough passphrase"
TABLES = (
    "accounts_account accounts_user accounts_follow posts_post posts_mention posts_posthashtag hashtags_hashtag "
    "media_mediafile posts_attachment oauth_accesstoken oauth_application timelines_homeentry timelines_notification "
    "jobs_happening django_migrations"
).split()
TOLD = "timelines_notification"


class Restored(Server):
    """A server whose data come out of an archive. Its log lies beside the data, which must be empty at first."""

    def __init__(self, data: Path, archive: Path, tokens: dict[str, str]) -> None:
        self.data, self.log, self.tokens = data, data.with_suffix(".log"), tokens
        self.database = Database(data)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.run("restore", str(archive))


def picture(server: Server, folder: Path) -> str:
    """Uploads one as the team and posts it; its URL's path."""
    path = folder / "film.png"
    draw().save(path)
    headers = {"Authorization": f"Bearer {server.tokens['team']}"}
    with path.open("rb") as file:
        media = requests.post(
            f"{server.url}/api/v2/media", files={"file": file}, headers=headers, timeout=30
        ).json()
    body = {"status": "A film #chaos", "media_ids": [media["id"]]}
    requests.post(f"{server.url}/api/v1/statuses", json=body, headers=headers, timeout=30).raise_for_status()
    return str(media["url"]).removeprefix(server.url)


def home(server: Server, acct: str) -> list[str]:
    headers = {"Authorization": f"Bearer {server.tokens[acct]}"}
    answer = requests.get(f"{server.url}/api/v1/timelines/home?limit=40", headers=headers, timeout=30)
    return [post["id"] for post in answer.json()]


def signs_in(server: Server) -> bool:
    browser = requests.Session()
    page = browser.get(f"{server.url}/auth/sign_in", timeout=30).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = {"login": "ann", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    browser.post(f"{server.url}/auth/sign_in", data=form, headers={"Referer": server.url}, timeout=30)
    return browser.get(f"{server.url}/settings", allow_redirects=False, timeout=30).status_code == 200


def counts(server: Server) -> dict[str, int]:
    return {table: server.database.one(f"SELECT COUNT(*) FROM {table}") for table in TABLES}


def test_r12_everything_is_there_after_a_restore_and_jobs_wait_until_released(tmp_path):
    archive, data = tmp_path / "backup.tar", tmp_path / "restored"
    (tmp_path / "first").mkdir()
    with serving(tmp_path / "first", people=4) as server:
        server.run("account", "create", "ann", "--email", "ann@example.org", "--password", PASSWORD)
        server.follow_everyone("team")
        url = picture(server, tmp_path)
        server.post_until_taken("team", "Hello #chaos", "k")
        server.drain()
        film = requests.get(f"{server.url}{url}", timeout=30).content
        server.run("backup", str(archive))
        before = counts(server)
        keys = {name: (server.data / "run" / name).read_bytes() for name in ("secret-key", "vapid-key")}
        ids = home(server, "person0001")
    assert archive.stat().st_mode & 0o077 == 0
    with Restored(data, archive, server.tokens) as restored:
        assert counts(restored) == before
        assert {name: (data / "run" / name).read_bytes() for name in keys} == keys
        assert requests.get(f"{restored.url}{url}", timeout=30).content == film
        assert home(restored, "person0001") == ids and len(ids) == 2
        assert signs_in(restored)
        late = restored.post_until_taken("team", "@person0001 After the restore #chaos", "k2")
        time.sleep(2)
        assert late in home(restored, "person0001") and counts(restored)[TOLD] == before[TOLD]
        restored.run("jobs", "release")
        wait_until(lambda: counts(restored)[TOLD] > before[TOLD])
        restored.drain()
        assert not broken(restored.database, drained=True)


def test_r12_backup_under_load_is_of_one_moment(tmp_path):
    (tmp_path / "first").mkdir()
    with serving(tmp_path / "first", people=20) as server:
        server.follow_everyone("team")
        enough = threading.Event()
        taken: list[str] = []

        def write(writer: int) -> None:
            while not enough.is_set():
                key = f"w{writer} {len(taken)} {time.monotonic()}"
                taken.append(server.post_until_taken("team", f"Post {key} #chaos", key))

        writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
        for writer in writers:
            writer.start()
        wait_until(lambda: len(taken) > 10)
        early = list(taken)
        server.run("backup", str(tmp_path / "backup.tar"))
        enough.set()
        for writer in writers:
            writer.join()
    with Restored(tmp_path / "second", tmp_path / "backup.tar", server.tokens) as restored:
        kept = {str(row[0]) for row in restored.database.rows("SELECT id FROM posts_post")}
        assert set(early) <= kept <= set(taken)
        assert not broken(restored.database, drained=False)
        restored.run("jobs", "release")
        restored.drain()
        assert not broken(restored.database, drained=True)


def test_r12_half_an_archive_and_a_full_server_are_left_alone(tmp_path):
    (tmp_path / "first").mkdir()
    server = Server(tmp_path / "first", people=2)
    server.run("backup", str(tmp_path / "backup.tar"))
    whole = (tmp_path / "backup.tar").read_bytes()
    (tmp_path / "half.tar").write_bytes(whole[: len(whole) // 2])
    before = counts(server)

    def refusal(archive: str, data: Path) -> str:
        command = [COMMAND, "restore", str(tmp_path / archive), "--data", str(data)]
        done = subprocess.run(command, env=server.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        return done.stderr

    assert "half an archive" in refusal("half.tar", tmp_path / "new") or "not a whole" in refusal(
        "half.tar", tmp_path / "new"
    )
    assert not (tmp_path / "new").exists()
    assert "not empty" in refusal("backup.tar", server.data)
    if server.database.url:  # the same database, from another directory
        assert "database is not empty" in refusal("backup.tar", tmp_path / "new")
        assert not list((tmp_path / "new").iterdir())
    assert counts(server) == before
