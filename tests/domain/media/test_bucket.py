"""Files in an S3-compatible bucket."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from django.test import Client
from tests.factories.bucket import Bucket, serve_bucket
from tests.factories.media import write_av
from tests.factories.uploads import part, photo, stored_files

from openrounds.accounts.models import Account
from openrounds.core.errors import Unavailable
from openrounds.media import actions, store
from openrounds.media.models import MediaFile, State


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    pytest.importorskip("storages", reason="NOT TESTED: the extra `s3` is not installed")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with serve_bucket() as serving:
        place = {
            "s3_bucket": "files",
            "s3_endpoint": f"http://127.0.0.1:{serving.port}",
            "s3_region": "eu-central-1",
            "s3_access_key": "key",
            "s3_secret_key": "secret",
        }
        settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, **place)
        yield serving


def test_photo_lies_in_the_bucket_alone(alice: Account, bucket: Bucket) -> None:
    media = actions.upload(alice.pk, part(photo()), now=True)
    assert set(bucket.objects) == {f"media/{media.name}", f"media/{media.preview}"}
    kind, body = bucket.objects[f"media/{media.name}"]
    assert kind == "image/jpeg"
    assert (len(body), body[:3]) == (media.size, b"\xff\xd8\xff")
    assert stored_files() == set()


def test_browser_is_sent_to_the_bucket_with_a_signed_link(alice: Account, bucket: Bucket) -> None:
    media = actions.upload(alice.pk, part(photo()), now=True)
    answer = Client().get(f"/media/{media.name}")
    target = urlsplit(answer["Location"])
    assert answer.status_code == 302
    assert (target.port, target.path) == (bucket.port, f"/files/media/{media.name}")
    assert "X-Amz-Signature=" in target.query
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert Client().get("/media/../incoming/x").status_code == 404


def test_film_waits_in_the_bucket_for_any_machine(
    alice: Account, bucket: Bucket, run_jobs: Callable[[], int], tmp_path: Path
) -> None:
    film = write_av(tmp_path / "film.mp4").read_bytes()
    media = actions.upload(alice.pk, part(film), now=False)
    assert bucket.objects[f"incoming/{media.source}"][1] == film
    assert stored_files() == set()
    run_jobs()
    media.refresh_from_db()
    assert media.state == State.READY
    assert set(bucket.objects) == {f"media/{media.name}", f"media/{media.preview}"}
    assert stored_files() == set()


def test_bucket_that_fails_leaves_no_row_and_no_file(alice: Account, bucket: Bucket) -> None:
    bucket.broken = True
    for body in (photo(), b"fLaC" + bytes(64)):
        with pytest.raises(Unavailable):
            actions.upload(alice.pk, part(body), now=False)
    assert not MediaFile.objects.exists()
    assert stored_files() == set()


def test_file_that_nobody_names_leaves_the_bucket_after_a_day(alice: Account, bucket: Bucket) -> None:
    media, orphan = actions.upload(alice.pk, part(photo()), now=True), f"media/{'a' * 32}.jpg"
    bucket.objects |= {orphan: ("image/jpeg", b"x"), "media/of-somebody-else": ("text/plain", b"x")}
    actions.sweep_unnamed()
    assert orphan in bucket.objects
    bucket.modified = "Thu, 01 Jan 2026 00:00:00 GMT"
    actions.sweep_unnamed()
    kept = {f"media/{media.name}", f"media/{media.preview}", "media/of-somebody-else"}
    assert set(bucket.objects) == kept


def test_removed_file_leaves_the_bucket(alice: Account, bucket: Bucket) -> None:
    media = actions.upload(alice.pk, part(photo()), now=True)
    store.remove([media.name, media.preview, ""])
    assert bucket.objects == {}
