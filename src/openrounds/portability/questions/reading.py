"""A file of questions, whatever its format: what it holds, and what of it is left. Bombs are refused before they go off."""

import posixpath
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element
from zipfile import BadZipFile, ZipFile

from msgspec import Struct, field

from openrounds.portability.questions import qti_items
from openrounds.portability.questions.anki_text import is_anki_text, read_anki_text
from openrounds.portability.questions.cells import read_csv
from openrounds.portability.questions.columns import Unclear
from openrounds.portability.questions.question import Picture, Question, Unreadable
from openrounds.portability.report import Line, Outcome

MEGABYTE: Final = 2**20
LARGEST_FILE: Final = 64 * MEGABYTE
_LARGEST_TEXT: Final = 8 * MEGABYTE
_LARGEST_ITEM: Final = MEGABYTE
_LARGEST_PICTURE: Final = 16 * MEGABYTE
_LARGEST_PACKAGE: Final = 256 * MEGABYTE
_MOST_ENTRIES: Final = 4000
MOST_QUESTIONS: Final = 500
_MANIFEST: Final = "imsmanifest.xml"


def _no_picture(_name: str) -> bytes | None:
    return None


class Sheet(Struct, frozen=True):
    """What a file holds. `picture` gives the bytes of a picture by its name; None for one that is not in the file."""

    format: str
    questions: list[Question] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    picture: Callable[[str], bytes | None] = _no_picture


@contextmanager
def opened(file: BinaryIO) -> Iterator[Sheet]:
    """The questions of a file, as long as it is open. Raises Unreadable."""
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"PK"):
        with _archive(file) as archive:
            yield _checked(_read_package(_Package(archive)))
    else:
        yield _checked(_read_text(file))


def _checked(sheet: Sheet) -> Sheet:
    if len(sheet.questions) > MOST_QUESTIONS:
        raise Unreadable(f"It holds more than {MOST_QUESTIONS} questions; divide it")
    if not sheet.questions and not sheet.left:
        raise Unreadable("There is no question in it")
    return sheet


# ----------------------------------------------------------------------------------------------------------- single files
def _read_text(file: BinaryIO) -> Sheet:
    data = file.read(_LARGEST_TEXT + 1)
    if len(data) > _LARGEST_TEXT:
        raise Unreadable(f"A text file may have at most {_LARGEST_TEXT // MEGABYTE} MB")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<")):
        return _one_item(data)
    text = _decoded(data)
    if is_anki_text(text):
        return Sheet("Anki", *read_anki_text(text))
    return Sheet("CSV", *read_csv(text))


def _one_item(data: bytes) -> Sheet:
    made = Sheet("QTI")
    _take(qti_items.parsed(data.lstrip(b" \t\r\n")), "", made)
    return made


def _decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 where the file says so, as spreadsheets write them."""
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError as problem:
        raise Unreadable("Its letters are not UTF-8; save it as “CSV UTF-8”") from problem
    if "\0" in text:
        raise Unreadable("It is no text")
    return text


def _take(root: Element, path: str, into: Sheet) -> None:
    """The question of a tree, with pictures named from the package's root; or a line that says why not."""
    name, title = root.get("identifier", "") or path, qti_items.title_of(root)
    try:
        question = qti_items.question_of(root)
    except Unclear as problem:
        what = "question" if root.tag == qti_items.ITEM else str(root.tag)[:40]
        into.left.append(Line(what, name[:100], title[:100], Outcome.LEFT, str(problem)))
        return
    place = posixpath.dirname(path)
    pictures = tuple(Picture(_inside(place, p.name), p.description) for p in question.pictures)
    into.questions.append(_with(question, pictures, name))


def _with(question: Question, pictures: tuple[Picture, ...], key: str) -> Question:
    values = {name: getattr(question, name) for name in Question.__struct_fields__}
    return Question(**values | {"pictures": pictures, "key": question.key or key})


def _inside(place: str, name: str) -> str:
    """A name as written in an item, as the package has it; one that leads outside stays nowhere to be found."""
    return posixpath.normpath(posixpath.join(place, unquote(name)))


# --------------------------------------------------------------------------------------------------------------- packages
@contextmanager
def _archive(file: BinaryIO) -> Iterator[ZipFile]:
    try:
        archive = ZipFile(file)
    except (BadZipFile, ValueError, OSError, NotImplementedError) as problem:
        raise Unreadable("This ZIP file is damaged") from problem
    with archive:
        if len(archive.infolist()) > _MOST_ENTRIES:
            raise Unreadable(f"A package may have at most {_MOST_ENTRIES} files")
        yield archive


class _Package:
    """The files of a ZIP, unpacked as far as is reasonable: what the heading says of their sizes is not believed."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._left = _LARGEST_PACKAGE
        self.names = [name for name in archive.namelist() if not name.endswith("/")]

    def read(self, name: str, most: int) -> bytes:
        """Raises Unreadable; KeyError for a file that is not there."""
        try:
            with self._archive.open(name) as entry:
                data = entry.read(min(most, self._left) + 1)
        except (
            BadZipFile,
            zlib.error,
            EOFError,
            RuntimeError,
            NotImplementedError,
            ValueError,
            OSError,
        ) as problem:
            raise Unreadable(f"A file of the package cannot be unpacked: {name[:100]}") from problem
        if len(data) > min(most, self._left):
            raise Unreadable(f"A file of the package is too large: {name[:100]}")
        self._left -= len(data)
        return data

    def picture(self, name: str) -> bytes | None:
        try:
            return self.read(name, _LARGEST_PICTURE)
        except (KeyError, Unreadable):
            return None


def _read_package(package: _Package) -> Sheet:
    _refuse_others(package.names)
    made = Sheet("QTI", picture=package.picture)
    for path in _items(package, made):
        try:
            root = qti_items.parsed(package.read(path, _LARGEST_ITEM))
        except KeyError:
            made.left.append(
                Line("question", path[:100], "", Outcome.LEFT, "The manifest names it, but it is not there")
            )
        except Unreadable as problem:
            made.left.append(Line("question", path[:100], "", Outcome.LEFT, str(problem)))
        else:
            _take(root, path, made)
    return made


def _refuse_others(names: list[str]) -> None:
    if any(name.startswith("collection.anki2") for name in names):
        raise Unreadable(
            "Decks of Anki are not read; in Anki choose File, Export, “Notes in Plain Text”, with HTML"
        )
    if "[Content_Types].xml" in names:
        raise Unreadable("Workbooks are not read; save it as “CSV UTF-8”")


def _items(package: _Package, made: Sheet) -> Iterator[str]:
    """Where the items are, in the manifest's order; without a manifest, every XML file by name."""
    manifests = sorted((n for n in package.names if posixpath.basename(n) == _MANIFEST), key=len)
    if not manifests:
        yield from sorted(name for name in package.names if name.lower().endswith(".xml"))
        return
    place = posixpath.dirname(manifests[0])
    root = qti_items.parsed(package.read(manifests[0], _LARGEST_ITEM))
    for resource in root.iter("resource"):
        kind, href = resource.get("type", ""), resource.get("href", "")
        if kind.startswith("imsqti_item") and href:
            yield _inside(place, href)
        elif kind.startswith(("imsqti_test", "imsqti_section", "imsqti_stimulus")):
            why = "A test is not taken, only its items"
            made.left.append(Line(kind[:40], href[:100], "", Outcome.LEFT, why))
