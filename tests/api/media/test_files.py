"""GET /media/…: the files themselves."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

NAME, BODY = "0123456789abcdef" * 2 + ".mp4", bytes(range(256)) * 40
SECRET = b"-----BEGIN PRIVATE THING-----"  # words that no page has


@pytest.fixture(autouse=True)
def files(store: Path, db: None) -> None:
    (store / NAME).write_bytes(BODY)
    (store.parent / "secret.jpg").write_bytes(SECRET)


@pytest.fixture
def browser() -> Client:
    return Client()


def test_file_is_served_so_that_every_app_may_use_and_keep_it(browser: Client) -> None:
    answer = browser.get(f"/media/{NAME}")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == BODY
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(BODY))
    assert answer["Content-Disposition"] == f'inline; filename="{NAME}"'
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("name", [NAME, "no-such-file.jpg"])
def test_web_app_may_ask_before_it_reads_a_part_and_learns_nothing_by_it(browser: Client, name: str) -> None:
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    answer = browser.options(f"/media/{name}", headers={"Origin": "https://app.example"} | asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Range" in answer["Access-Control-Allow-Headers"]
    assert "GET" in answer["Access-Control-Allow-Methods"]
    assert browser.post(f"/media/{name}").status_code == 405


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, 10239),
        ("bytes=100-199", 100, 199),
        ("bytes=-10", 10230, 10239),
        ("bytes=10000-99999", 10000, 10239),
    ],
)
def test_player_seeks_and_gets_the_range(browser: Client, asked: str, first: int, last: int) -> None:
    answer = browser.get(f"/media/{NAME}", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/10240"
    assert answer.content == BODY[first : last + 1]
    assert answer["Content-Type"] == "video/mp4"


def test_long_range_is_answered_in_part(browser: Client, store: Path) -> None:
    (store / NAME).write_bytes(bytes(5 * 2**20))
    answer = browser.get(f"/media/{NAME}", headers={"Range": "bytes=0-"})
    assert answer["Content-Range"] == f"bytes 0-{4 * 2**20 - 1}/{5 * 2**20}"
    assert len(answer.content) == 4 * 2**20


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=20-10", "bytes=-0"])
def test_range_outside_the_file_is_416(browser: Client, asked: str) -> None:
    answer = browser.get(f"/media/{NAME}", headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */10240")


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,3-4", "lines=1-2", "bytes=" + "9" * 40 + "-"])
def test_range_of_another_kind_is_answered_with_the_whole(browser: Client, asked: str) -> None:
    answer = browser.get(f"/media/{NAME}", headers={"Range": asked})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == BODY


def test_range_of_another_file_is_answered_with_the_whole(browser: Client) -> None:
    asked = {"Range": "bytes=0-1", "If-Range": '"other"'}
    answer = browser.get(f"/media/{NAME}", headers=asked)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == BODY


def test_browser_that_has_the_file_gets_no_body(browser: Client) -> None:
    first = browser.get(f"/media/{NAME}")
    assert b"".join(first.streaming_content) == BODY
    answer = browser.get(f"/media/{NAME}", headers={"If-None-Match": first["ETag"]})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        *("../secret.jpg", "..%2fsecret.jpg", "%2e%2e/secret.jpg", "/etc/passwd", "", ".incoming", "a.jpg"),
        *(
            NAME + "%00",
            NAME + "%0a",
            NAME.upper(),
            NAME.replace(".mp4", ".html"),
            f"x/../{NAME}",
            "f" * 32 + ".jpg",
        ),
    ],
)
def test_nothing_else_is_served(browser: Client, name: str) -> None:
    answer = browser.get(f"/media/{name}")
    assert answer.status_code == 404
    assert SECRET not in answer.content


def test_files_are_only_read(browser: Client) -> None:
    assert browser.post(f"/media/{NAME}").status_code == 405
    answer = browser.head(f"/media/{NAME}")
    answer.close()
    assert answer["Content-Length"] == "10240"


def test_separate_host_serves_files_and_is_named_to_clients(tmp_path: Path) -> None:
    """In a process of its own: hosts are settled when the server starts."""
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "from openrounds.media.urls import file_url\n"
        "answers = [Client().get('/media/x', headers={'host': h}).status_code for h in ('files.test', 'evil.test')]\n"
        "print(answers, file_url('https://rounds.test', 'x'))"
    )
    chosen = {
        "DJANGO_SETTINGS_MODULE": "openrounds.config.settings",
        "OPENROUNDS_DATA": str(tmp_path / "data"),
        "OPENROUNDS_DOMAIN": "rounds.test",
        "OPENROUNDS_MEDIA_HOST": "https://files.test",
    }
    ran = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | chosen, capture_output=True, check=True, timeout=60
    )
    assert ran.stdout.decode().strip() == "[404, 400] https://files.test/media/x"
