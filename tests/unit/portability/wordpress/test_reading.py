"""Reading a WordPress export: what is in it, and what is wrong with a file that is none."""

import io
import tracemalloc
from datetime import UTC, datetime

import pytest
from tests.factories.wxr import FOOT, HEAD, comment, export, post

from openrounds.portability.wordpress.export import Item, Term
from openrounds.portability.wordpress.reading import LONGEST_TEXT, Unreadable, read_export

START = HEAD.replace("{v}", "1.2").encode()


def read(data: bytes) -> list[Item]:
    items: list[Item] = []
    read_export(io.BytesIO(data), items.append)
    return items


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_items_of_every_version_are_read(version: str) -> None:
    [item] = read(export(post(7, "A & B", "<p>Text</p>", tag="Iron"), version=version))
    assert (item.id, item.kind, item.status, item.title, item.author) == (
        "7",
        "post",
        "publish",
        "A & B",
        "mira",
    )
    assert item.content == "<p>Text</p>"
    assert item.written_at == datetime(2012, 3, 8, 9, tzinfo=UTC)
    assert item.terms == (Term("category", "case-1", "Case 1"), Term("post_tag", "iron", "Iron"))


def test_blog_is_read() -> None:
    site = read_export(io.BytesIO(export()), lambda _: None)
    assert (site.title, site.address, site.language) == (
        "Red & White Cells",
        "https://cells.example",
        "en-GB",
    )
    assert site.authors == {"mira": "Dr Mira Tal"}


def test_comments_are_read_without_address_of_any_kind() -> None:
    [item] = read(export(post(1, "A", comments=(comment(2, "Why?", parent=9),))))
    [said] = item.comments
    assert (said.id, said.parent, said.author, said.text, said.approved) == ("2", "9", "Otto", "Why?", "1")
    assert said.said_at == datetime(2012, 3, 12, 10, tzinfo=UTC)
    assert "private.example" not in repr(item)
    assert "192.0.2.7" not in repr(item)


def test_draft_without_a_date_has_none() -> None:
    [item] = read(export(post(1, "A", date="0000-00-00 00:00:00", status="draft")))
    assert item.written_at is None


def test_signs_that_xml_forbids_are_read_as_spaces() -> None:
    [item] = read(export(post(1, "A\x0bB\x00C")))
    assert item.title == "A B C"


def test_white_space_in_front_is_no_mistake() -> None:
    assert len(read(b"\xef\xbb\xbf\r\n \n" + export(post(1, "A")))) == 1


BOMB = b'<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n<rss>&b;</rss>'
OUTSIDE = b'<?xml version="1.0"?>\n<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<rss>&x;</rss>'


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "empty"),
        (b"PK\x03\x04zipped", 1, "no XML"),
        (b'{"posts": []}', 1, "no XML"),
        (b"<html><body>", 1, "no WordPress export"),
        (b'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"/>', 2, "no WordPress export"),
        (b"<rss><channel>\n<item/></channel></rss>", 2, "a feed, not an export"),
        (START.replace(b"1.2</wp", b"9.9</wp") + b"<item/>", 10, "version 9.9"),
        (export(post(1, "A"))[:-40], 15, "breaks off"),
        (START + b"<item>\n<title>R&D</title></item>", 11, "damaged"),
        (START + b"<item>\n<title>&mdash;</title></item>", 11, "damaged"),
        (export() + b"<more/>", 11, "behind the end"),
        (START + b"<a>" * 20, 10, "nested"),
        (BOMB, 2, "document types"),
        (OUTSIDE, 2, "document types"),
        (b'<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd"><rss/>', 1, "document types"),
        (b'<?xml version="1.0" encoding="klingon"?><rss/>', 1, "encoding"),
        (b'<?xml version="1.0" encoding="UTF-8"?><rss>\xff\xfe</rss>', 1, "damaged"),
        (START + b"<item><title>" + b"x" * (LONGEST_TEXT + 1), 10, "million characters"),
    ],
    ids=[
        *(
            "empty",
            "zip",
            "json",
            "html",
            "atom",
            "feed",
            "version",
            "truncated",
            "ampersand",
            "named-entity",
            "trailing",
        ),
        *("deep", "bomb", "outside-entity", "outside-dtd", "encoding", "not-utf8", "endless"),
    ],
)
def test_file_that_is_no_export_is_refused_with_its_line(data: bytes, line: int, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        read(data)
    assert caught.value.line == line


def test_memory_stays_flat_however_long_the_file_is() -> None:
    def peak(posts: int) -> int:
        body = post(1, "A", "<p>Long text.</p>" * 2000).encode()
        file = _Endless([START, *[body] * posts, FOOT.encode()])
        tracemalloc.start()
        read_export(file, lambda _: None)  # type: ignore[arg-type]
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(200) < peak(20) * 1.5


class _Endless:
    """A file that is made while it is read."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = iter(parts)

    def read(self, _size: int) -> bytes:
        return next(self._parts, b"")
