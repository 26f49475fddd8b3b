"""Questions as comma-separated values (RFC 4180): one in a line, its first line naming the columns. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from openrounds.portability.questions.columns import COLUMNS, Unclear, column_named, question_of, row_of
from openrounds.portability.questions.question import Question, Unreadable
from openrounds.portability.report import Line, Outcome
from openrounds.portability.rules import cell, uncell

_SEPARATORS: Final = (",", ";", "\t")
_BOM: Final = "\ufeff"


def write_csv(questions: Iterable[Question]) -> Iterator[str]:
    """The file in pieces. It begins with a mark by which spreadsheets know UTF-8."""
    yield _BOM + _line(COLUMNS)
    for question in questions:
        row = row_of(question)
        yield _line([cell(row[name]) for name in COLUMNS])


def _line(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def read_csv(text: str) -> tuple[list[Question], list[Line]]:
    """What it holds, and a line for each row that is no question. Raises Unreadable."""
    text = text.removeprefix(_BOM)
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=lambda sign: len(_known(heading.rstrip("\r").split(sign))))
    rows = _rows(text, separator)
    names = [column_named(name) for name in next(rows, (1, []))[1]]
    if "question" not in names or "option 1" not in names:
        raise Unreadable(
            "The first line does not name the columns; it needs at least “question”, “option 1”, “option 2” and “answer”"
        )
    return sorted_out((number, dict(zip(names, map(uncell, cells), strict=False))) for number, cells in rows)


def sorted_out(rows: Iterable[tuple[int, dict[str, str]]]) -> tuple[list[Question], list[Line]]:
    """Rows by their numbers, as questions or as lines that say why not."""
    questions: list[Question] = []
    left: list[Line] = []
    for number, row in rows:
        try:
            questions.append(question_of(row, f"row-{number}"))
        except Unclear as problem:
            title = " ".join(row.get("question", "").split())[:100]
            left.append(Line("question", f"row-{number}", title, Outcome.LEFT, str(problem)))
    return questions, left


def _known(cells: Sequence[str]) -> list[str]:
    return [name for text in cells if (name := column_named(text.strip().strip('"')))]


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, with the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(written.strip() for written in cells):
                yield reader.line_num, cells
    except csv.Error as problem:
        raise Unreadable(f"Line {reader.line_num} cannot be read: {problem}") from problem
