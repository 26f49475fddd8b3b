"""Files of the pages: compressed, under names that change with their content, so that browsers keep them for ever."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from django.test import Client

from openrounds.web import parts, static_files

pytestmark = pytest.mark.django_db
STYLE = "openrounds/pages.css"


@pytest.fixture
def prepared(tmp_path: Path, settings) -> Iterator[Path]:
    settings.STATIC_ROOT = tmp_path
    static_files.prepare()
    parts.forget_everything()
    yield tmp_path
    static_files.hashed_name.cache_clear()
    parts.forget_everything()


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def styles(page: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet"\s+href="([^"]+)"', page)


def test_page_of_a_running_server_names_files_by_their_content(prepared: Path) -> None:
    found = styles(Client().get("/about").content.decode())
    assert found
    assert all(re.fullmatch(r"/static/openrounds/[\w/]+\.[0-9a-f]{12}\.css", path) for path in found)


def test_named_file_is_kept_for_ever_and_comes_compressed(prepared: Path) -> None:
    path = f"/static/{static_files.hashed_name(STYLE)}"
    plain = Client().get(path)
    small = Client().get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "immutable" in plain["Cache-Control"] and "public" in plain["Cache-Control"]
    assert (plain.get("Content-Encoding"), small["Content-Encoding"]) == (None, "br")
    assert "Accept-Encoding" in plain["Vary"] and "Accept-Encoding" in small["Vary"]
    shrunk, whole = body(small), body(plain)
    assert len(shrunk) < len(whole) / 3
    assert brotli.decompress(shrunk) == whole


def test_plain_name_holds_the_same_and_is_not_kept_for_ever(prepared: Path) -> None:
    plain, hashed = (Client().get(f"/static/{n}") for n in (STYLE, static_files.hashed_name(STYLE)))
    assert body(plain) == body(hashed)
    assert "immutable" not in plain["Cache-Control"]


def test_unprepared_server_has_plain_names(settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    assert f"/static/{STYLE}" in styles(Client().get("/about").content.decode())


def test_preparing_again_writes_nothing_and_clears_away_what_is_a_week_old(prepared: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in prepared.rglob("*.*")}
    old, recent = (prepared / "openrounds" / f"pages.{letter * 12}.css" for letter in "ab")
    old.write_text("old")
    recent.write_text("recent")
    os.utime(old, (time.time() - 8 * 24 * 3600,) * 2)
    static_files.prepare()
    assert {path: path.stat().st_mtime_ns for path in prepared.rglob("*.*") if path != recent} == before
    assert recent.exists()


def test_file_that_was_broken_off_half_written_is_written_again(prepared: Path) -> None:
    whole = prepared / static_files.hashed_name(STYLE)
    Path(f"{whole}.br").write_bytes(b"half")
    whole.unlink()
    static_files.prepare()
    assert brotli.decompress(Path(f"{whole}.br").read_bytes()) == whole.read_bytes()


def test_service_worker_keeps_the_files_that_pages_name(prepared: Path) -> None:
    script = Client().get("/sw.js").content.decode()
    offline = styles(Client().get("/offline").content.decode())
    assert offline
    assert all(f'"{path}"' in script for path in offline)
