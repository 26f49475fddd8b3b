"""Notes that Anki has written as plain text (File, Export, “Notes in Plain Text”), or that somebody wrote for it to import.

The format: docs.ankiweb.net/importing/text-files.html. Pure.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from openrounds.portability.markup import markdown
from openrounds.portability.questions.cells import sorted_out
from openrounds.portability.questions.columns import COLUMNS, column_named
from openrounds.portability.questions.plain import as_words
from openrounds.portability.questions.question import Question, Unreadable
from openrounds.portability.report import Line, Outcome

NOTE_TYPE: Final = "OpenRounds question"
# Behind the cells of a question, in the order in which Anki keeps and writes them.
FIELDS: Final = (*COLUMNS, "pictures")
_SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_ABOUT: Final = ("guid column", "notetype column", "deck column", "tags column")


class _Heading(Struct):
    """What the lines at the top say. `about` are columns (from 1) that say something of the note."""

    separator: str = "\t"
    html: bool = False
    columns: list[str] = field(default_factory=list)
    about: dict[str, int] = field(default_factory=dict)
    length: int = 0


def is_anki_text(text: str) -> bool:
    """Whether it begins as Anki's files do."""
    return text.removeprefix("\ufeff").startswith(
        ("#separator:", "#html:", "#columns:", "#notetype", "#guid", "#deck")
    )


def read_anki_text(text: str) -> tuple[list[Question], list[Line]]:
    """What it holds, and a line for each note that is no such question. Raises Unreadable."""
    text = text.removeprefix("\ufeff")
    heading = _heading(text)
    rows = [(number, cells) for number, cells in _rows(text, heading) if any(cells)]
    if heading.columns and not {"question", "option 1"} <= set(heading.columns):
        raise Unreadable("Its columns are not those of a multiple-choice question")
    questions, left = sorted_out((n, _named(cells, heading)) for n, cells in rows)
    return questions, [*left, *_left_pictures(rows, heading)]


def _heading(text: str) -> _Heading:
    made, columns = _Heading(), ""
    for line in text.split("\n"):
        name, colon, value = line.strip("\r").removeprefix("#").partition(":")
        if not line.startswith("#") or not colon:
            break
        made.length += 1
        match name.strip():
            case "separator":
                made.separator = _separator(value)
            case "html":
                made.html = value.strip().lower() == "true"
            case "columns":
                columns = value
            case "guid column" | "notetype column" | "deck column" | "tags column" as about:
                made.about[about] = int(value) if value.strip().isdecimal() else 0
    if columns:
        made.columns = [column_named(name) for name in next(csv.reader([columns], delimiter=made.separator))]
    return made


def _separator(value: str) -> str:
    sign = _SEPARATORS.get(value.strip().lower(), value)
    if len(sign) != 1 or sign in '"\r\n':
        raise Unreadable("The sign between its columns is not known")
    return sign


def _rows(text: str, heading: _Heading) -> Iterator[tuple[int, list[str]]]:
    body = text.split("\n", heading.length)[-1]
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=heading.separator, strict=True)
    try:
        for cells in reader:
            yield reader.line_num + heading.length, cells
    except csv.Error as problem:
        raise Unreadable(f"Line {reader.line_num + heading.length} cannot be read: {problem}") from problem


def _named(cells: Sequence[str], heading: _Heading) -> dict[str, str]:
    """A note's fields by name, as plain words; the text as Markdown."""
    row = dict(zip(_names(cells, heading), cells, strict=False))
    if not heading.html:
        return row
    return {name: markdown(cell) if name == "text" else as_words(cell) for name, cell in row.items()}


def _names(cells: Sequence[str], heading: _Heading) -> Sequence[str]:
    """By the heading; else, for notes of our own type, by their order."""
    if heading.columns:
        return heading.columns
    aside = {place - 1 for place in heading.about.values()}
    own = iter(FIELDS)
    if len(cells) - len(aside) != len(FIELDS):
        return []
    return ["" if place in aside else next(own) for place in range(len(cells))]


def _left_pictures(rows: Sequence[tuple[int, list[str]]], heading: _Heading) -> list[Line]:
    why = "A text file holds no pictures; add them by hand"
    return [
        Line("picture", f"row-{number}", "", Outcome.LEFT, why)
        for number, cells in rows
        if heading.html and any("<img" in cell for cell in cells)
    ]
