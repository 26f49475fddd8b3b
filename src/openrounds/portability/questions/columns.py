"""Questions as rows of named cells, as CSV and Anki have them. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from openrounds.portability.questions.question import LETTERS, Choice, Question, tidy
from openrounds.rounds.rules import MOST_OPTIONS

_NUMBERS: Final = range(1, MOST_OPTIONS + 1)
COLUMNS: Final = (
    *("key", "title", "text", "question", "several"),
    *(f"{name} {n}" for n in _NUMBERS for name in ("option", "right", "explanation", "reference")),
)
_TRUE: Final = frozenset({"1", "x", "yes", "y", "true", "right", "correct", "several", "multiple", "ja"})
_OTHER_NAMES: Final = {
    **dict.fromkeys(("id", "identifier", "guid"), "key"),
    **dict.fromkeys(("name", "heading"), "title"),
    **dict.fromkeys(("case", "vignette"), "text"),
    **dict.fromkeys(("prompt", "stem"), "question"),
    **dict.fromkeys(("multiple", "multiple answers"), "several"),
    **dict.fromkeys(("right", "correct", "answer", "correct answer", "key letter"), "answer"),
    **dict.fromkeys(("feedback", "rationale"), "explanation"),
    **dict.fromkeys(("source",), "reference"),
}
_NUMBERED: Final = {
    **dict.fromkeys(("option", "choice"), "option"),
    **dict.fromkeys(("right", "correct"), "right"),
    **dict.fromkeys(("explanation", "feedback"), "explanation"),
    **dict.fromkeys(("reference", "source"), "reference"),
}
_WITH_NUMBER = re.compile(r"([a-z]+) ?([1-8a-h])", re.ASCII)
_APART = re.compile(r"[,;|\s]+")


class Unclear(Exception):
    """A row that is no question as it stands; the message says why."""


def row_of(question: Question) -> dict[str, str]:
    """The cells of a question, all of `COLUMNS`."""
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "key": question.key,
        "title": question.title,
        "text": question.text,
        "question": question.prompt,
        "several": "several" if question.multiple else "",
    }
    for n, choice in enumerate(question.choices, 1):
        row |= {
            f"option {n}": choice.title,
            f"right {n}": "right" if choice.right else "",
            f"explanation {n}": choice.explanation,
            f"reference {n}": choice.reference,
        }
    return row


def column_named(heading: str) -> str:
    """Which column a heading means, or "" for one that is not known."""
    name = " ".join(heading.replace("_", " ").replace("-", " ").lower().split())
    if name in COLUMNS:
        return name
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    if name in ("explanation", "reference"):
        return name
    if len(name) == 1 and name in LETTERS.lower():
        return f"option {LETTERS.lower().index(name) + 1}"
    found = _WITH_NUMBER.fullmatch(name)
    if found is None or found[1] not in _NUMBERED:
        return ""
    place = found[2] if found[2].isdigit() else str(LETTERS.lower().index(found[2]) + 1)
    return f"{_NUMBERED[found[1]]} {place}"


def question_of(row: Mapping[str, str], key: str) -> Question:
    """The question of a row; `key` for one that names none. Raises Unclear."""
    places = [n for n in _NUMBERS if row.get(f"option {n}", "").strip()]
    if not places:
        raise Unclear("It has no options")
    right = _right(row, places)
    choices = tuple(_choice(row, n, right=n in right) for n in places)
    question = Question(
        key=row.get("key", "").strip() or key,
        title=row.get("title", ""),
        text=row.get("text", ""),
        prompt=row.get("question", ""),
        multiple=_true(row.get("several", "")) or len(right) > 1,
        choices=_with_common(row, choices),
    )
    return tidy(question)


def _choice(row: Mapping[str, str], n: int, *, right: bool) -> Choice:
    return Choice(row[f"option {n}"], right, row.get(f"explanation {n}", ""), row.get(f"reference {n}", ""))


def _with_common(row: Mapping[str, str], choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """One explanation or reference for the whole question is the right answer's, unless that has its own."""
    made = list(choices)
    first = next((place for place, choice in enumerate(made) if choice.right), None)
    if first is not None:
        best = made[first]
        why, where = (
            best.explanation or row.get("explanation", ""),
            best.reference or row.get("reference", ""),
        )
        made[first] = Choice(best.title, best.right, why, where)
    return tuple(made)


def _true(cell: str) -> bool:
    return cell.strip().lower() in _TRUE


def _right(row: Mapping[str, str], places: Sequence[int]) -> set[int]:
    """Which options are right: those marked one by one, else those that the column `answer` names. Raises Unclear."""
    marked = {n for n in places if _true(row.get(f"right {n}", ""))}
    named = row.get("answer", "").strip()
    if marked or not named:
        return marked
    titles = {row[f"option {n}"].strip().casefold(): n for n in places}
    readings = {frozenset(found) for found in _readings(named, titles, places) if found}
    if len(readings) > 1:
        raise Unclear(f"Its answer may be read in two ways: {named}")
    if not readings:
        raise Unclear(f"Its answer names no option: {named}")
    return set(readings.pop())


def _readings(named: str, titles: Mapping[str, int], places: Sequence[int]) -> Iterator[set[int]]:
    """As the words of an option; as letters or numbers, one or several."""
    if named.casefold() in titles:
        yield {titles[named.casefold()]}
    parts = [part.rstrip(".)") for part in _APART.split(named) if part]
    pointed = [_place(part) for part in parts]
    if all(place in places for place in pointed):
        yield {place for place in pointed if place is not None}


def _place(part: str) -> int | None:
    if len(part) == 1 and part.upper() in LETTERS:
        return LETTERS.index(part.upper()) + 1
    return int(part) if part in "12345678" and part else None
