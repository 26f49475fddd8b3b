"""A31-A36 from outside: what the API takes as attachment, and what it then serves."""

import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image
from tests.conftest import ApiClient
from tests.factories.media import TELLTALE, write_animation, write_av, write_bomb, write_telltale_jpeg
from tests.factories.uploads import part, photo, processor_seconds, stored_files

from openrounds.accounts.models import Account
from openrounds.media.rules import sniff

SCRIPT = b"*/=1;alert(document.cookie)//<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def alices(alice: Account, client_of: Callable[..., ApiClient], settings: Any, tmp_path: Path) -> ApiClient:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, rate_limits=False)
    settings.MEDIA_ROOT = tmp_path / "media"
    return client_of(alice)


def upload(client: ApiClient, body: bytes, name: str = "photo.jpg") -> Any:
    return client.post("/api/v2/media", {"file": part(body, name)}, form=True)


def served(client: ApiClient, made: dict[str, Any]) -> list[tuple[str, bytes]]:
    """Type and bytes of everything that a client may fetch of an attachment."""
    answers = [
        client.get(unquote(made[url]).removeprefix("http://testserver")) for url in ("url", "preview_url")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    return [(answer["Content-Type"], b"".join(answer.streaming_content)) for answer in answers]


def assert_refused(answer: Any) -> None:
    assert answer.status_code == 422
    assert re.match(r"[A-Z]", answer.json()["error"])
    assert stored_files() == set()


def test_a31_bomb_is_422_within_a_second(alices: ApiClient, tmp_path: Path) -> None:
    bomb = write_bomb(tmp_path / "bomb.png").read_bytes()
    spent = processor_seconds()
    assert_refused(upload(alices, bomb))
    assert processor_seconds() - spent < 1


def test_a31_bomb_as_picture_of_sound_is_422(alices: ApiClient, tmp_path: Path) -> None:
    bomb = part(write_bomb(tmp_path / "bomb.png").read_bytes())
    form = {"file": part(b"fLaC" + bytes(64)), "thumbnail": bomb}
    assert_refused(alices.post("/api/v2/media", form, form=True))


def test_a32_script_in_an_animation_is_not_served(alices: ApiClient, tmp_path: Path) -> None:
    source = write_animation(tmp_path / "a.gif", comment=SCRIPT).read_bytes() + SCRIPT
    for mime, body in served(alices, upload(alices, source, "a.js").json()):
        assert b"alert(" not in body
        assert mime == sniff(body[:4096])


def test_a32_archive_after_a_photo_is_not_served(alices: ApiClient) -> None:
    written = io.BytesIO(photo())
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("payload.js", SCRIPT)
    for _, body in served(alices, upload(alices, written.getvalue()).json()):
        assert b"PK\x03\x04" not in body


def test_a32_film_named_as_an_image_is_a_film(
    alices: ApiClient, run_jobs: Callable[[], int], tmp_path: Path
) -> None:
    film = write_av(tmp_path / "film.mp4").read_bytes()
    made = upload(alices, film, "photo.png").json()
    run_jobs()
    found = alices.get(f"/api/v1/media/{made['id']}").json()
    (mime, body), (preview_mime, _) = served(alices, found)
    assert (found["type"], mime, preview_mime) == ("video", "video/mp4", "image/jpeg")
    assert TELLTALE not in body


@pytest.mark.parametrize("name", ["a.jpg", "a.gif", "a.html"])
def test_a32_page_is_422_whatever_its_name(alices: ApiClient, name: str) -> None:
    assert_refused(upload(alices, b"<!DOCTYPE html><script>alert(1)</script>", name))
    assert_refused(upload(alices, b"GIF89a/*<html><script>alert(1)</script>", name))


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b'<?xml version="1.0"?>'])
def test_a33_drawing_with_script_is_422(alices: ApiClient, start: bytes) -> None:
    assert_refused(upload(alices, start + SVG, "logo.svg"))
    form = {"file": part(b"fLaC" + bytes(64)), "thumbnail": part(start + SVG)}
    assert_refused(alices.post("/api/v2/media", form, form=True))


def test_a34_photo_tells_no_place_and_no_name(alices: ApiClient, tmp_path: Path) -> None:
    source = write_telltale_jpeg(tmp_path / "photo.jpg").read_bytes()
    assert TELLTALE in source
    for _, body in served(alices, upload(alices, source).json()):
        assert TELLTALE not in body
        assert b"GPS" not in body
        assert dict(Image.open(io.BytesIO(body)).getexif()) == {}
    assert len(stored_files()) == 2


PICTURES = pytest.mark.parametrize("place", ["avatar", "header"])


def change_picture(client: ApiClient, place: str, body: bytes, name: str = "me.jpg") -> Any:
    form = encode_multipart(BOUNDARY, {place: part(body, name)})
    path = "/api/v1/accounts/update_credentials"
    return client._client.patch(path, form, content_type=MULTIPART_CONTENT)


@PICTURES
def test_a31_bomb_as_avatar_is_422(alices: ApiClient, tmp_path: Path, place: str) -> None:
    assert_refused(change_picture(alices, place, write_bomb(tmp_path / "bomb.png").read_bytes()))


@PICTURES
def test_a32_page_as_avatar_is_422(alices: ApiClient, place: str) -> None:
    assert_refused(change_picture(alices, place, b"<!DOCTYPE html><script>alert(1)</script>"))


@PICTURES
def test_a33_drawing_with_script_as_avatar_is_422(alices: ApiClient, place: str) -> None:
    assert_refused(change_picture(alices, place, SVG, "me.svg"))


@PICTURES
def test_a34_avatar_tells_no_place_and_no_name(alices: ApiClient, tmp_path: Path, place: str) -> None:
    source = write_telltale_jpeg(tmp_path / "me.jpg").read_bytes()
    account = change_picture(alices, place, source, "../../me.jpg").json()
    for url in (account[place], account[f"{place}_static"]):
        shown = alices.get(url.removeprefix("http://testserver"))
        body = b"".join(shown.streaming_content)
        assert TELLTALE not in body
        assert dict(Image.open(io.BytesIO(body)).getexif()) == {}
    assert len(stored_files()) == 1


@PICTURES
def test_a35_playlist_as_avatar_is_422(alices: ApiClient, place: str) -> None:
    assert_refused(change_picture(alices, place, b"ffconcat version 1.0\nfile '/etc/passwd'\n"))


@pytest.mark.parametrize(
    "body",
    [
        b"#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
    ],
)
def test_a35_playlist_is_422(alices: ApiClient, body: bytes) -> None:
    assert_refused(upload(alices, body, "clip.mp4"))


def test_a35_playlist_behind_the_first_bytes_of_a_film_is_422(
    alices: ApiClient, run_jobs: Callable[[], int]
) -> None:
    playlist = b"\0\0\0\x18ftypisom\0\0\0\0isommp41ffconcat version 1.0\nfile '/etc/passwd'\n"
    made = upload(alices, playlist, "clip.mp4").json()
    run_jobs()
    assert_refused(alices.get(f"/api/v1/media/{made['id']}"))


NAMES = [
    *(
        "../../x.jpg",
        "/etc/x.jpg",
        "x" * 4000 + ".jpg",
        "photo\u202egpj.exe",
        "a.php.jpg",
        "",
        ".",
        "..\\x.jpg",
    ),
    *("a\0b.jpg", "con.jpg", "%2e%2e%2fx.jpg", 'a"; filename="b.html'),
]


@pytest.mark.parametrize("name", NAMES)
def test_a36_file_is_stored_under_our_name(alices: ApiClient, name: str) -> None:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + photo() + f"\r\n--{BOUNDARY}--\r\n".encode()
    answer = alices._client.generic("POST", "/api/v2/media", body, content_type=MULTIPART_CONTENT)
    assert answer.status_code in (200, 400, 422)
    for stored in stored_files():
        assert re.fullmatch(r"[0-9a-f]{32}\.jpg", stored)
    if answer.status_code == 200:
        shown = alices.get(answer.json()["url"].removeprefix("http://testserver"))
        assert b"".join(shown.streaming_content)
        assert re.fullmatch(r'inline; filename="[0-9a-f]{32}\.jpg"', shown["Content-Disposition"])


def test_a36_name_is_not_a_place_even_as_an_object(alices: ApiClient, tmp_path: Path) -> None:
    file = SimpleUploadedFile("x.jpg", photo())
    file._name = "../../../x.jpg"
    assert alices.post("/api/v2/media", {"file": file}, form=True).status_code == 200
    assert not [path for path in tmp_path.rglob("x.jpg") if os.fspath(path)]
