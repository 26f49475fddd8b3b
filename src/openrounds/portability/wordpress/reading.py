"""A WXR file is read as a stream, element by element: memory stays flat, and what is wrong is told with its line.

The file is a stranger's: no document type, no entities, nothing from elsewhere (defusedxml), bounded depth and text.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from msgspec import Struct, field

from openrounds.portability.wordpress.export import Comment, Item, Site, Term

VERSIONS: Final = frozenset({"1.0", "1.1", "1.2"})
LONGEST_TEXT: Final = 4 * 2**20  # characters of one element
DEEPEST: Final = 12
MOST_COMMENTS: Final = 10_000  # of one item
_CHUNK: Final = 64 * 2**10
_NAMESPACES: Final = (
    (re.compile(r"https?://wordpress\.org/export/1\.[0-2]/"), "wp"),
    (re.compile(r"https?://wordpress\.org/export/1\.[0-2]/excerpt/"), "excerpt"),
    (re.compile(r"http://purl\.org/rss/1\.0/modules/content/"), "content"),
    (re.compile(r"http://purl\.org/dc/elements/1\.1/"), "dc"),
)
# Blogs hold what was pasted into them; XML forbids these signs, WordPress writes them all the same.
_FORBIDDEN: Final = bytes(n for n in range(32) if n not in (9, 10, 13))
_TO_SPACES: Final = bytes.maketrans(_FORBIDDEN, b" " * len(_FORBIDDEN))
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")


class Unreadable(Exception):
    """The file is no export that can be read. The message is for the person who gave it; `line` counts from 1."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(f"Line {line}: {message}" if line else message)
        self.line = line


def read_export(
    file: BinaryIO, take: Callable[[Item], None], advance: Callable[[int], None] = lambda _: None
) -> Site:
    """Reads to the end, giving each item to `take` as it comes; `advance` is told of bytes read. Raises Unreadable."""
    reader = _Reader(take)
    parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    try:
        for chunk in _chunks(file):
            parser.feed(chunk)
            advance(len(chunk))
        parser.close()
    except ParseError as problem:
        raise Unreadable(_explained(problem, reader), problem.position[0]) from problem
    except DefusedXmlException as problem:
        message = "document types and entities have no place in a WordPress export"
        raise Unreadable(message, parser.parser.CurrentLineNumber) from problem
    except (LookupError, ValueError) as problem:
        raise Unreadable("the file is in an encoding that nobody knows; save it as UTF-8", 1) from problem
    except Unreadable as problem:
        raise Unreadable(str(problem), parser.parser.CurrentLineNumber) from problem
    return reader.site()


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes, without white space in front of the first sign, which badly written plug-ins of WordPress leave there."""
    first = file.read(_CHUNK).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not first:
        raise Unreadable("the file is empty")
    wide = first.startswith(_WIDE_MARKS)
    while first:
        yield first if wide else first.translate(_TO_SPACES)
        first = file.read(_CHUNK)


def _explained(problem: ParseError, reader: "_Reader") -> str:
    if not reader.seen_root:
        return "this is no XML. Ask WordPress for it under Tools → Export; unpack it if it came as a .zip"
    if reader.depth:
        return f"the file breaks off or is damaged here ({str(problem).partition(':')[0]})"
    return "there is something behind the end of the export"


# ------------------------------------------------------------------------------------------------------ element by element
Fields = dict[str, str]


class _Open(Struct):
    """An item in the making."""

    fields: Fields = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


class _Reader:
    """The target of the parser: knows where it stands, and keeps only the element that it is in."""

    def __init__(self, take: Callable[[Item], None]) -> None:
        self.seen_root = False
        self._take = take
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._attributes: Fields = {}
        self._channel: Fields = {}
        self._authors: dict[str, str] = {}
        self._inner: Fields = {}
        self._item = _Open()

    @property
    def depth(self) -> int:
        return len(self._path)

    def start(self, tag: str, attributes: Fields) -> None:
        name = _short(tag)
        if not self.seen_root and name != "rss":
            raise Unreadable(f"this is no WordPress export but <{name[:40]}>")
        self.seen_root = True
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise Unreadable("elements are nested more deeply than in any WordPress export")
        self._text, self._length, self._attributes = [], 0, attributes
        if name == "item":
            self._check_version()
            self._item = _Open()
        elif name in ("wp:comment", "wp:author"):
            self._inner = {}

    def data(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise Unreadable(f"one text has more than {LONGEST_TEXT // 2**20} million characters")
        self._text.append(text)

    def end(self, _tag: str) -> None:
        name = self._path.pop()
        parent = self._path[-1] if self._path else ""
        self._end(name, parent, "".join(self._text))
        self._text = []

    def close(self) -> None:
        """The parser has come to the end."""

    def _end(self, name: str, parent: str, text: str) -> None:
        match (parent, name):
            case ("channel", "item"):
                self._take(_item(self._item))
            case ("item", "wp:comment"):
                self._add_comment()
            case ("channel", "wp:author"):
                login = self._inner.get("wp:author_login", "").strip()
                self._authors[login] = self._inner.get("wp:author_display_name", "").strip() or login
            case ("item", "category"):
                self._add_term(text)
            case ("item", _):
                self._item.fields[name] = text
            case ("wp:comment" | "wp:author", _):
                self._inner[name] = text
            case ("channel", _):
                self._channel[name] = text

    def _add_term(self, text: str) -> None:
        taxonomy = self._attributes.get("domain", "category")
        taxonomy = "post_tag" if taxonomy == "tag" else taxonomy  # so called in WXR 1.0
        name = text.strip()
        slug = self._attributes.get("nicename", "").strip() or name.lower().replace(" ", "-")
        if slug and taxonomy in ("category", "post_tag"):
            self._item.terms.append(Term(taxonomy, slug, name or slug))

    def _add_comment(self) -> None:
        if len(self._item.comments) >= MOST_COMMENTS:
            raise Unreadable(f"one post has more than {MOST_COMMENTS} comments")
        self._item.comments.append(_comment(self._inner))

    def _check_version(self) -> None:
        version = self._channel.get("wp:wxr_version", "").strip()
        if not version:
            raise Unreadable("this is a feed, not an export. Ask WordPress for one under Tools → Export")
        if version not in VERSIONS:
            raise Unreadable(f"this is version {version[:20]} of the format; 1.0 to 1.2 are known")

    def site(self) -> Site:
        """The blog, once the file has been read. Raises Unreadable."""
        self._check_version()
        address = self._channel.get("wp:base_blog_url") or self._channel.get("link") or ""
        return Site(
            title=self._channel.get("title", "").strip(),
            address=address.strip().rstrip("/")[:500],
            language=self._channel.get("language", "").strip(),
            version=self._channel["wp:wxr_version"].strip(),
            authors=self._authors,
        )


def _short(tag: str) -> str:
    """`{http://wordpress.org/export/1.2/}post_id` is `wp:post_id`, whichever prefix the file chose."""
    if not tag.startswith("{"):
        return tag
    namespace, _, name = tag[1:].partition("}")
    for pattern, prefix in _NAMESPACES:
        if pattern.fullmatch(namespace):
            return f"{prefix}:{name}"
    return f"other:{name}"


def _item(made: _Open) -> Item:
    fields = made.fields
    return Item(
        id=fields.get("wp:post_id", "").strip() or fields.get("guid", "").strip(),
        kind=fields.get("wp:post_type", "").strip(),
        status=fields.get("wp:status", "").strip(),
        title=fields.get("title", "").strip(),
        link=fields.get("link", "").strip(),
        author=fields.get("dc:creator", "").strip(),
        written_at=_moment(fields, "wp:post_date_gmt", "wp:post_date")
        or _feed_date(fields.get("pubDate", "")),
        parent=fields.get("wp:post_parent", "").strip(),
        protected=bool(fields.get("wp:post_password", "").strip()),
        content=fields.get("content:encoded", ""),
        file_url=fields.get("wp:attachment_url", "").strip(),
        terms=tuple(dict.fromkeys(made.terms)),
        comments=tuple(made.comments),
    )


def _comment(fields: Fields) -> Comment:
    return Comment(
        id=fields.get("wp:comment_id", "").strip(),
        parent=fields.get("wp:comment_parent", "").strip(),
        author=fields.get("wp:comment_author", "").strip(),
        said_at=_moment(fields, "wp:comment_date_gmt", "wp:comment_date"),
        text=fields.get("wp:comment_content", ""),
        approved=fields.get("wp:comment_approved", "").strip(),
        kind=fields.get("wp:comment_type", "").strip(),
    )


def _moment(fields: Fields, *names: str) -> datetime | None:
    """The first of the dates that is one; drafts say 0000-00-00. The blog's own time, if that is all, counts as UTC."""
    for name in names:
        try:
            found = datetime.strptime(f"{fields.get(name, '').strip()} +0000", "%Y-%m-%d %H:%M:%S %z")
        except ValueError:
            continue
        if found.year >= 1970:
            return found
    return None


def _feed_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, OverflowError):
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    return aware.astimezone(UTC) if 1970 <= aware.year < 9999 else None
