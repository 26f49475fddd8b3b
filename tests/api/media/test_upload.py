"""POST /api/v1/media and /api/v2/media."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.conftest import ApiClient
from tests.factories.media import write_animation, write_av
from tests.factories.uploads import part, photo, stored_files

from openrounds.accounts.models import Account
from openrounds.api.entities.status import MediaAttachment
from openrounds.media.models import MediaFile

BOTH = pytest.mark.parametrize("path", ["/api/v1/media", "/api/v2/media"])


@pytest.fixture
def alices(alice: Account, client_of: Callable[..., ApiClient]) -> ApiClient:
    return client_of(alice)


def upload(client: ApiClient, path: str = "/api/v2/media", **form: Any) -> Any:
    return client.post(path, form, form=True)


@BOTH
def test_alice_uploads_a_photo_and_gets_it_ready(alices: ApiClient, path: str) -> None:
    answer = upload(alices, path, file=part(photo()), description="Left is red", focus="0.5,-0.25")
    assert answer.status_code == 200
    made = msgspec.json.decode(answer.content, type=MediaAttachment)
    assert made.type == "image"
    assert made.url is not None
    assert made.url.startswith("http://testserver/media/")
    assert made.preview_url is not None
    assert made.description == "Left is red"
    assert made.blurhash
    assert made.meta["original"] == {"width": 320, "height": 240, "size": "320x240", "aspect": 320 / 240}
    assert made.meta["small"]["width"] == 320
    assert made.meta["focus"] == {"x": 0.5, "y": -0.25}
    assert len(stored_files()) == 2


@BOTH
def test_alice_is_served_the_photo_she_uploaded(alices: ApiClient, anonymous: ApiClient, path: str) -> None:
    made = upload(alices, path, file=part(photo())).json()
    for url in (made["url"], made["preview_url"]):
        answer = anonymous.get(url.removeprefix("http://testserver"))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/jpeg"
        assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"


def test_alice_uploads_an_animation_and_gets_an_image(alices: ApiClient, tmp_path: Path) -> None:
    source = write_animation(tmp_path / "moving.gif")
    made = upload(alices, file=part(source.read_bytes())).json()
    assert made["type"] == "image"
    assert made["url"].endswith(".gif")


def test_alice_uploads_a_film_and_it_is_ready_after_the_worker(
    alices: ApiClient, run_jobs: Callable[[], int], tmp_path: Path
) -> None:
    film = write_av(tmp_path / "film.mp4").read_bytes()
    first = upload(alices, file=part(film, "film.mp4"), description="A test card")
    assert first.status_code == 202
    assert first.json()["url"] is None
    assert first.json()["type"] == "video"
    waiting = alices.get(f"/api/v1/media/{first.json()['id']}")
    assert (waiting.status_code, waiting.json()["url"]) == (206, None)
    run_jobs()
    done = alices.get(f"/api/v1/media/{first.json()['id']}")
    assert done.status_code == 200
    made = msgspec.json.decode(done.content, type=MediaAttachment)
    assert made.url is not None
    assert made.url.endswith(".mp4")
    assert made.description == "A test card"
    assert made.meta["original"]["width"] == 320
    assert made.meta["original"]["frame_rate"] == "25/1"
    assert made.meta["length"].startswith("0:00:01")
    assert len(stored_files()) == 2


def test_old_app_uploads_a_film_and_gets_it_ready(alices: ApiClient, tmp_path: Path) -> None:
    film = write_av(tmp_path / "film.mp4", sound=False).read_bytes()
    answer = upload(alices, "/api/v1/media", file=part(film, "film.mp4"))
    assert answer.status_code == 200
    assert answer.json()["type"] == "gifv"
    assert answer.json()["url"].endswith(".mp4")


def test_alice_uploads_sound_with_a_picture_of_her_choice(
    alices: ApiClient, run_jobs: Callable[[], int], tmp_path: Path
) -> None:
    sound = write_av(tmp_path / "heart.mp3", video=False).read_bytes()
    first = upload(alices, file=part(sound, "heart.mp3"), thumbnail=part(photo((200, 100))))
    assert first.status_code == 202
    run_jobs()
    made = alices.get(f"/api/v1/media/{first.json()['id']}").json()
    assert made["type"] == "audio"
    assert made["meta"]["small"]["size"] == "200x100"
    assert made["preview_url"].endswith(".jpg")
    assert len(stored_files()) == 2


def test_film_with_a_picture_of_alices_choice_keeps_it(
    alices: ApiClient, run_jobs: Callable[[], int], tmp_path: Path
) -> None:
    film = write_av(tmp_path / "film.mp4").read_bytes()
    first = upload(alices, file=part(film, "film.mp4"), thumbnail=part(photo((200, 100)))).json()
    run_jobs()
    made = alices.get(f"/api/v1/media/{first['id']}").json()
    assert made["meta"]["small"]["size"] == "200x100"
    assert made["meta"]["original"]["width"] == 320
    assert len(stored_files()) == 2


def test_damaged_film_is_422_once_the_worker_has_seen_it(
    alices: ApiClient, run_jobs: Callable[[], int]
) -> None:
    first = upload(alices, file=part(b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + bytes(64), "a.mp4"))
    assert first.status_code == 202
    run_jobs()
    answer = alices.get(f"/api/v1/media/{first.json()['id']}")
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert stored_files() == set()


@BOTH
@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({}, "blank"),
        ({"file": "no file"}, "blank"),
        ({"file": part(b"")}, "not supported"),
        ({"file": part(b"%PDF-1.7")}, "not supported"),
        ({"file": part(b"<html><script>alert(1)</script>", "a.jpg")}, "not supported"),
        ({"file": part(b"\xff\xd8\xff\xe0 no image")}, "image"),
        ({"file": part(photo()), "focus": "left"}, "Focus"),
        ({"file": part(photo()), "focus": "0.1"}, "Focus"),
        ({"file": part(photo()), "focus": "nan,0"}, "Focus"),
        ({"file": part(photo()), "description": "x" * 1501}, "too long"),
    ],
)
def test_what_cannot_be_taken_is_422_and_leaves_nothing(
    alices: ApiClient, path: str, form: dict[str, Any], word: str
) -> None:
    if hasattr(form.get("file"), "seek"):
        form["file"].seek(0)
    answer = upload(alices, path, **form)
    assert answer.status_code == 422
    assert word in answer.json()["error"]
    assert not MediaFile.objects.exists()
    assert stored_files() == set()


def test_focus_beyond_the_edge_is_clamped(alices: ApiClient) -> None:
    made = upload(alices, file=part(photo()), focus="-7,1.2").json()
    assert made["meta"]["focus"] == {"x": -1.0, "y": 1.0}


@pytest.mark.parametrize(
    ("option", "body"),
    [("image_megabytes", photo() + bytes(2**20)), ("video_megabytes", b"fLaC" + bytes(2**20))],
)
def test_file_beyond_the_limit_is_422(alices: ApiClient, settings: Any, option: str, body: bytes) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, **{option: 1})
    answer = upload(alices, file=part(body))
    assert answer.status_code == 422
    assert "file size must be at most 1 MB" in answer.json()["error"]
    assert stored_files() == set()


def test_picture_of_sound_that_is_none_is_422(alices: ApiClient) -> None:
    answer = upload(alices, file=part(b"fLaC" + bytes(64)), thumbnail=part(b"fLaC" + bytes(64)))
    assert answer.status_code == 422
    assert stored_files() == set()


@BOTH
def test_stranger_and_reader_may_not_upload(
    alice: Account, anonymous: ApiClient, client_of: Callable[..., ApiClient], path: str
) -> None:
    assert upload(anonymous, path, file=part(photo())).status_code == 401
    assert upload(client_of(alice, "read"), path, file=part(photo())).status_code == 403
    assert upload(client_of(alice, "write:media"), path, file=part(photo())).status_code == 200
