"""How large a request may be, stated or not."""

import io
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from tests.conftest import ApiClient, make_token
from tests.factories.uploads import part, photo

from openrounds.accounts.models import Account
from openrounds.api.gateway import respond


class Chunks(io.BytesIO):
    """What a server hands over of a body whose end is not known before it comes; counts what was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.taken += len(found)
        return found


def send(
    body: Chunks, token: str, path: str = "/api/v2/media", kind: str = MULTIPART_CONTENT
) -> HttpResponse:
    request = RequestFactory(headers={"Authorization": f"Bearer {token}"}).generic(
        "POST", path, b"x", content_type=kind
    )
    request = type(request)(
        {**request.environ, "wsgi.input": body, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    )
    return respond(request)


@pytest.fixture
def small(settings: Any) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, image_megabytes=1, video_megabytes=2)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20


def form(megabytes: int) -> bytes:
    return encode_multipart(BOUNDARY, {"file": part(photo() + bytes(megabytes * 2**20))})


def test_body_beyond_what_may_be_uploaded_is_413(
    alice: Account, client_of: Callable[..., ApiClient], small: None
) -> None:
    client = client_of(alice)._client
    for megabytes, status in ((0, 200), (2, 422), (5, 413)):
        answer = client.generic("POST", "/api/v2/media", form(megabytes), content_type=MULTIPART_CONTENT)
        assert answer.status_code == status
        assert answer.json().get("error", "") != "" or status == 200


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_long_body_that_carries_no_file_is_413(
    alice: Account, client_of: Callable[..., ApiClient], small: None, kind: str
) -> None:
    answer = client_of(alice)._client.generic(
        "POST", "/api/v1/statuses", b"x" * (2**20 + 1), content_type=kind
    )
    assert answer.status_code == 413
    assert answer.json() == {"error": "The request is too large"}


def test_stranger_may_send_no_files(anonymous: ApiClient, small: None) -> None:
    answer = anonymous._client.generic("POST", "/api/v1/apps", form(2), content_type=MULTIPART_CONTENT)
    assert answer.status_code == 413


def test_film_goes_to_uploads_only(alice: Account, client_of: Callable[..., ApiClient], small: None) -> None:
    body = encode_multipart(BOUNDARY, {"file": part(bytes(7 * 2**19))})
    answer = client_of(alice)._client.generic(
        "POST", "/api/v1/statuses", body, content_type=MULTIPART_CONTENT
    )
    assert answer.status_code == 413


def test_photo_sent_in_chunks_is_taken(alice: Account) -> None:
    assert send(Chunks(form(0)), make_token(alice)).status_code == 200


def test_words_sent_in_chunks_are_taken(alice: Account) -> None:
    body = Chunks(b'{"status": "In chunks"}')
    answer = send(body, make_token(alice), "/api/v1/statuses", "application/json")
    assert answer.status_code == 200
    assert b"In chunks" in answer.content


def test_endless_chunks_are_413_and_read_no_further_than_the_limit(alice: Account, small: None) -> None:
    body = Chunks(form(20))
    assert send(body, make_token(alice)).status_code == 413
    assert body.taken < 5 * 2**20


def test_endless_chunks_of_a_stranger_are_not_read(alice: Account) -> None:
    body = Chunks(form(20))
    assert send(body, "no token of ours").status_code == 401
    assert body.taken == 0
