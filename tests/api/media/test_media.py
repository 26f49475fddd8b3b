"""GET, PUT and DELETE /api/v1/media/:id."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ApiClient
from tests.factories.media import write_av
from tests.factories.uploads import part, photo, put_form, stored_files

from openrounds.accounts.models import Account
from openrounds.media.models import MediaFile
from openrounds.posts.models import Post


@pytest.fixture
def alices(alice: Account, client_of: Callable[..., ApiClient]) -> ApiClient:
    return client_of(alice)


@pytest.fixture
def file_id(alices: ApiClient) -> str:
    made = alices.post("/api/v2/media", {"file": part(photo()), "description": "Before"}, form=True)
    return str(made.json()["id"])


def test_alice_describes_a_file(alices: ApiClient, file_id: str) -> None:
    answer = alices.put(f"/api/v1/media/{file_id}", {"description": "After", "focus": "0.1,0.2"})
    assert answer.status_code == 200
    shown = alices.get(f"/api/v1/media/{file_id}").json()
    assert (shown["description"], shown["meta"]["focus"]) == ("After", {"x": 0.1, "y": 0.2})


def test_what_alice_does_not_send_stays(alices: ApiClient, file_id: str) -> None:
    alices.put(f"/api/v1/media/{file_id}", {"focus": "0.1,0.2"})
    alices.put(f"/api/v1/media/{file_id}", {})
    shown = alices.get(f"/api/v1/media/{file_id}").json()
    assert (shown["description"], shown["meta"]["focus"]) == ("Before", {"x": 0.1, "y": 0.2})


def test_alice_empties_a_description(alices: ApiClient, file_id: str) -> None:
    assert alices.put(f"/api/v1/media/{file_id}", {"description": ""}).json()["description"] is None


def test_alice_gives_a_film_another_picture(alices: ApiClient, tmp_path: Path) -> None:
    film = write_av(tmp_path / "film.mp4").read_bytes()
    made = alices.post("/api/v1/media", {"file": part(film, "film.mp4")}, form=True).json()
    answer = put_form(alices._client, f"/api/v1/media/{made['id']}", {"thumbnail": part(photo((90, 60)))})
    assert answer.status_code == 200
    assert answer.json()["meta"]["small"]["size"] == "90x60"
    assert answer.json()["preview_url"] != made["preview_url"]
    assert len(stored_files()) == 2


@pytest.mark.parametrize("sent", [{"description": "x" * 1501}, {"focus": "up"}])
def test_what_cannot_be_said_of_a_file_is_422(alices: ApiClient, file_id: str, sent: dict[str, str]) -> None:
    assert alices.put(f"/api/v1/media/{file_id}", sent).status_code == 422
    assert alices.get(f"/api/v1/media/{file_id}").json()["description"] == "Before"


def test_alice_deletes_a_file_and_its_bytes_are_gone(
    alices: ApiClient, file_id: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = alices.delete(f"/api/v1/media/{file_id}")
    assert (answer.status_code, answer.json()) == (200, {})
    assert alices.get(f"/api/v1/media/{file_id}").status_code == 404
    assert alices.delete(f"/api/v1/media/{file_id}").status_code == 404
    assert stored_files() == set()


def test_file_of_a_post_is_no_upload_any_more(
    alice: Account, alices: ApiClient, file_id: str, post_as: Callable[..., Post]
) -> None:
    post_as(alice, "With a picture", media_ids=(int(file_id),))
    assert alices.get(f"/api/v1/media/{file_id}").status_code == 404
    assert alices.put(f"/api/v1/media/{file_id}", {"description": "After"}).status_code == 404
    assert alices.delete(f"/api/v1/media/{file_id}").status_code == 422
    assert MediaFile.objects.get().description == "Before"


def test_stranger_finds_no_file_of_alices(
    charlie: Account, client_of: Callable[..., ApiClient], file_id: str, anonymous: ApiClient
) -> None:
    charlies, path = client_of(charlie), f"/api/v1/media/{file_id}"
    unknown = charlies.get("/api/v1/media/1")
    for answer in (charlies.get(path), charlies.put(path, {"description": "Mine"}), charlies.delete(path)):
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert anonymous.get(path).status_code == 401
    assert MediaFile.objects.get().description == "Before"
