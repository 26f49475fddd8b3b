"""What a page says about itself, for the preview under a link: pure, and never any HTML of the page's own.

Sources: OpenGraph, Twitter cards, Highwire tags (journal pages) and plain HTML. oEmbed is not followed: its
answers carry foreign HTML (CVE-2023-36459). The tree parser takes quadratic time on deep nesting (one MiB of
`<div>` took four minutes), so it only ever sees the few elements a preview is made of.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urljoin, urlsplit

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_MAX_TITLE = 300
_MAX_DESCRIPTION = 1000
_MAX_NAME = 200
_MAX_URL = 2048

_MAX_ELEMENTS = 300
_MAX_ELEMENT_CHARS = 4096
_ELEMENT_START = re.compile(r"<(?:html|base|meta|title)\b", re.IGNORECASE)
_ELEMENT = re.compile(
    r"<title\b[^<>]*>[^<]*|<\w+(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>",
    re.IGNORECASE,
)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--")
_COMMENT_END = re.compile(r"-->")

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE | re.ASCII)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# Encodings of real pages. Python knows more, some with a decoder slow enough to be an attack (punycode).
_ENCODINGS = frozenset(
    {
        *("utf-8", "utf8", "koi8-r", "koi8-u"),
        *(f"windows-{number}" for number in range(1250, 1259)),
        *(f"iso-8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *("gb2312", "gbk", "gb18030", "big5", "euc-jp", "euc-kr", "shift_jis", "iso-2022-jp"),
    }
)
# What these labels mean on the web (WHATWG Encoding §4.2).
_SUPERSETS = {
    "iso-8859-1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "latin1": "windows-1252",
}


class Preview(Struct, frozen=True):
    """Plain text and absolute http(s) URLs; an absent text is "", any other absent value None.

    `language` is an ISO 639 code in lower case; `published_at` is aware, in UTC.
    """

    url: str
    title: str
    description: str
    image_url: str | None
    image_description: str
    site_name: str
    author_name: str
    author_url: str | None
    published_at: datetime | None
    language: str | None


def parse_preview(html: bytes, url: str, content_type: str) -> Preview | None:
    """The preview of the page at `url`; None when it is no HTML page or has no title."""
    if content_type.partition(";")[0].strip().lower() not in _PAGE_TYPES:
        return None
    page = _Page(_decode(html, content_type), url)
    title = page.text(_MAX_TITLE, "og:title", "twitter:title", "citation_title") or page.title()
    if not title:
        return None
    author = page.text(_MAX_NAME, "article:author", "author", "citation_author", "twitter:creator")
    author_url = _web_url(author)
    return Preview(
        url=url,
        title=title,
        description=page.text(_MAX_DESCRIPTION, "og:description", "twitter:description", "description"),
        image_url=page.url(
            "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"
        ),
        image_description=page.text(_MAX_DESCRIPTION, "og:image:alt", "twitter:image:alt"),
        site_name=page.text(_MAX_NAME, "og:site_name", "application-name", "citation_journal_title"),
        author_name="" if author_url else author,
        author_url=author_url,
        published_at=page.date("article:published_time", "og:published_time", "date", "citation_online_date"),
        language=page.language(),
    )


class _Page:
    """The head elements of one page, by their names; the first element of a name counts."""

    def __init__(self, text: str, url: str) -> None:
        self._tree = LexborHTMLParser("".join(_head_elements(text)))
        self._base = _absolute(url, self._attribute("base[href]", "href")) or url
        self._metas: dict[str, str] = {}
        for node in self._tree.css("meta[content]"):
            for key in ("property", "name", "itemprop"):
                name = (node.attributes.get(key) or "").strip().lower()
                self._metas.setdefault(name, node.attributes.get("content") or "")

    def _attribute(self, selector: str, name: str) -> str:
        node = self._tree.css_first(selector)
        return "" if node is None else node.attributes.get(name) or ""

    def _first(self, names: tuple[str, ...]) -> Iterator[str]:
        return (self._metas[name] for name in names if self._metas.get(name, "").strip())

    def text(self, most: int, *names: str) -> str:
        return _plain(next(self._first(names), ""), most)

    def title(self) -> str:
        node = self._tree.css_first("title")
        return "" if node is None else _plain(node.text(), _MAX_TITLE)

    def url(self, *names: str) -> str | None:
        found = (_absolute(self._base, value) for value in self._first(names))
        return next((value for value in found if value), None)

    def date(self, *names: str) -> datetime | None:
        found = (_iso_date(value) for value in self._first(names))
        return next((value for value in found if value), None)

    def language(self) -> str | None:
        stated = self._attribute("html[lang]", "lang") or self._metas.get("og:locale", "")
        matched = _LANGUAGE.fullmatch(stated.strip())
        return matched[1].lower() if matched else None


def _decode(html: bytes, content_type: str) -> str:
    for mark, encoding in _BOMS:
        if html.startswith(mark):
            return html[len(mark) :].decode(encoding, "replace")
    stated = _CHARSET.search(content_type) or _CHARSET.search(html[:2048].decode("ascii", "replace"))
    label = stated[1].lower() if stated else "utf-8"
    label = _SUPERSETS.get(label, label)
    return html.decode(label if label in _ENCODINGS else "utf-8", "replace")


def _head_elements(text: str) -> Iterator[str]:
    """The elements a preview is made of, each closed and short; none from inside a script or comment."""
    text = _without(_without(text, _SCRIPT, _SCRIPT_END), _COMMENT, _COMMENT_END)
    for start in islice(_ELEMENT_START.finditer(text), _MAX_ELEMENTS):
        element = _ELEMENT.match(text[start.start() : start.start() + _MAX_ELEMENT_CHARS])
        if element is not None:
            yield element[0] + ("</title>" if element[0][:6].lower() == "<title" else "")


def _without(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    # Splitting keeps this linear; one pattern for both ends is quadratic on openings that never close.
    first, *rest = opening.split(text)
    kept = [first]
    for piece in rest:
        end = closing.search(piece)
        if end is not None:
            kept.append(piece[end.end() :])
    return " ".join(kept)


def _plain(text: str, most: int) -> str:
    """One line without control characters, cut to `most` characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _absolute(base: str, reference: str) -> str | None:
    """The absolute http(s) URL a page means by `reference`, None when it means none."""
    try:
        return _web_url(urljoin(base, reference.strip())) if reference.strip() else None
    except ValueError:
        return None


def _web_url(text: str) -> str | None:
    try:
        parts = urlsplit(text)
        plain = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
    except ValueError:
        return None
    return text if plain and len(text) <= _MAX_URL and text.isprintable() and " " not in text else None


def _iso_date(text: str) -> datetime | None:
    """A full ISO 8601 date or date-time in UTC; anything else is None, for an odd date breaks client apps."""
    try:
        stated = datetime.fromisoformat(text.strip())
        moment = stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= 1000 else None
