"""What is sent is small, whoever stands in front; lengths tell nothing."""

import gzip
from collections.abc import Callable

import brotli
import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member

from openrounds.core.compression import WORTH, compress
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db
READ: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("path", ["/", "/about", "/auth/sign_in", "/sw.js", "/no/such/page"])
@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip")],
    ids=["brotli", "gzip", "brotli refused"],
)
def test_page_is_compressed_as_asked_for(path: str, accepts: str, encoding: str) -> None:
    response = Client().get(path, headers={"Accept-Encoding": accepts})
    whole = READ[encoding](response.content)
    assert response["Content-Encoding"] == encoding
    assert "Accept-Encoding" in response["Vary"]
    assert int(response["Content-Length"]) == len(response.content) < len(whole)
    assert (b"</html>" in whole) is (path != "/sw.js")


def test_browser_that_asks_for_nothing_gets_it_plain_and_caches_are_told() -> None:
    response = Client().get("/about")
    assert "Content-Encoding" not in response
    assert "Accept-Encoding" in response["Vary"]


def test_member_gets_his_pages_compressed(post_as: Callable[..., Post]) -> None:
    ann = make_member("ann")
    post_as(ann, "Words to read")
    response = browser_of("ann").get("/home", headers={"Accept-Encoding": "br"})
    assert b"Words to read" in brotli.decompress(response.content)
    assert {"Cookie", "Accept-Encoding"} <= {name.strip() for name in response["Vary"].split(",")}


@pytest.mark.parametrize("accepts", ["br", "gzip"])
def test_length_of_a_page_with_secrets_says_nothing(accepts: str) -> None:
    body = b"<p>The same words, and a secret</p>" * 100
    answers = [compress(body, accepts, hide_length=True)[0] for _ in range(40)]
    assert len({len(answer) for answer in answers}) > 5
    assert all(READ[accepts](answer) == body for answer in answers)
    assert len({len(compress(body, accepts)[0]) for _ in range(10)}) == 1


@pytest.mark.parametrize("size", [1, 2, 99, 100])
def test_every_length_of_what_is_passed_over_can_be_read(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openrounds.core.compression.secrets.randbelow", lambda most: size - 1)
    body = b"0123456789" * 300
    hidden, encoding = compress(body, "br", hide_length=True)
    assert (brotli.decompress(hidden), encoding) == (body, "br")
    assert len(hidden) >= len(compress(body, "br")[0]) + size


def test_short_answer_stays_as_it_is() -> None:
    assert compress(b"x" * (WORTH - 1), "br") == (b"x" * (WORTH - 1), "")
