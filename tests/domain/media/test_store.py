"""Where files go, and what happens when they cannot."""

import errno
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ApiClient
from tests.factories.media import write_animation, write_av
from tests.factories.uploads import part, photo, stored_files

from openrounds.accounts.models import Account
from openrounds.media import actions, store
from openrounds.media.models import MediaFile, State
from openrounds.media.rules import ImageShape, MediaRefused

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(20 * 2**20, 19 * 2**20, 2**20))


def test_r8_full_disk_refuses_files_and_takes_posts(
    alice: Account, client_of: Callable[..., ApiClient], full_disk: None
) -> None:
    client = client_of(alice)
    for path in ("/api/v1/media", "/api/v2/media"):
        answer = client.post(path, {"file": part(photo())}, form=True)
        assert answer.status_code == 507
        assert "no room" in answer.json()["error"]
    assert not MediaFile.objects.exists()
    assert stored_files() == set()
    assert client.post("/api/v1/statuses", {"status": "Words need no room"}).status_code == 200


def test_r8_disk_that_fills_while_an_upload_is_written_leaves_nothing(
    alice: Account, client_of: Callable[..., ApiClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_up(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", fill_up)
    answer = client_of(alice).post("/api/v2/media", {"file": part(photo())}, form=True)
    assert answer.status_code == 507
    assert not MediaFile.objects.exists()
    assert stored_files() == set()


def test_r8_disk_that_fills_while_a_form_is_read_is_507(
    alice: Account, client_of: Callable[..., ApiClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_up(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("openrounds.api.params.MultiPartParser.parse", fill_up)
    answer = client_of(alice).post("/api/v2/media", {"file": part(photo())}, form=True)
    assert answer.status_code == 507


def test_row_that_cannot_be_written_leaves_no_file(alice: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(MediaFile, "save", fail)
    for file in (photo(), b"fLaC" + bytes(64)):
        with pytest.raises(RuntimeError):
            actions.upload(alice.pk, part(file), now=False)
        assert stored_files() == set()


def test_film_deleted_while_it_is_processed_leaves_nothing(
    alice: Account, run_jobs: Callable[[], int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    film = write_av(tmp_path / "film.mp4").read_bytes()
    media = actions.upload(alice.pk, part(film), now=False)
    process = actions.sandbox.process_av

    def process_and_lose(*given: Any) -> Any:
        made = process(*given)
        MediaFile.objects.filter(pk=media.pk).delete()
        return made

    monkeypatch.setattr(actions.sandbox, "process_av", process_and_lose)
    run_jobs()
    assert stored_files() == set()


def test_film_is_processed_once_however_often_the_job_runs(
    alice: Account, run_jobs: Callable[[], int], tmp_path: Path
) -> None:
    media = actions.upload(alice.pk, part(write_av(tmp_path / "film.mp4").read_bytes()), now=False)
    run_jobs()
    before = stored_files()
    actions.process(media.pk)
    assert stored_files() == before
    assert len(before) == 2


def test_upload_lost_before_it_was_processed_fails_with_a_sentence(
    alice: Account, run_jobs: Callable[[], int]
) -> None:
    media = actions.upload(alice.pk, part(b"fLaC" + bytes(64)), now=False)
    store.drop_source(media.source)
    run_jobs()
    media.refresh_from_db()
    assert media.state == State.FAILED
    assert "upload the file again" in media.problem


def test_avatar_that_moves_has_a_still_one_beside_it(db: None, tmp_path: Path) -> None:
    still = actions.store_picture(part(photo()), ImageShape.AVATAR)
    moving = actions.store_picture(part(write_animation(tmp_path / "a.gif").read_bytes()), ImageShape.AVATAR)
    assert still.name == still.static_name
    assert (moving.name[-4:], moving.static_name[-4:]) == (".gif", ".png")
    assert stored_files() == {still.name, moving.name, moving.static_name}


def test_film_is_no_avatar(db: None) -> None:
    with pytest.raises(MediaRefused):
        actions.store_picture(part(b"fLaC" + bytes(64)), ImageShape.AVATAR)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x.jpg", "a" * 32 + ".jpg\n", "a" * 32 + ".svg", "A" * 32 + ".jpg"]
)
def test_name_that_is_not_ours_is_no_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(b"x")
    assert store.path_of(name) is None
    store.remove([name])
    assert (tmp_path / "x.jpg").exists()
