"""A multiple-choice question between two programs, and what of it fits here. Pure."""

import re
from typing import Final

import msgspec
from msgspec import Struct

from openrounds.portability.markup import escaped
from openrounds.posts.rules import OPTION_CHARACTERS
from openrounds.rounds.rules import MOST_OPTIONS, PlannedQuestion, question_problems

LETTERS: Final = "ABCDEFGH"
TITLE_CHARACTERS: Final = 200
REFERENCE_CHARACTERS: Final = 500
KEY_CHARACTERS: Final = 100
# What XML 1.0, 2.2, leaves out.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Exception):
    """The file holds no questions that can be read. The message is for the person who gave it."""


class Choice(Struct, frozen=True):
    """An answer to choose: plain text, like all that is said of it. `explanation` may have several lines."""

    title: str
    right: bool = False
    explanation: str = ""
    reference: str = ""


class Picture(Struct, frozen=True):
    """A picture beside the question: its name within the file, and its alt text."""

    name: str
    description: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """`text` (Markdown) stands in front of what is asked (`prompt`, plain). `key` names it within its file.

    `notes` says what of it could not be read.
    """

    key: str
    prompt: str
    choices: tuple[Choice, ...]
    title: str = ""
    text: str = ""
    multiple: bool = False
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()


def one_line(text: str) -> str:
    """Without what XML cannot hold, white space made even."""
    return " ".join(_UNWRITABLE.sub("", text).split())


def lines(text: str) -> str:
    """The same of each line."""
    return "\n".join(one_line(line) for line in _written(text).split("\n")).strip()


def _written(text: str) -> str:
    return _UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def tidy(question: Question) -> Question:
    """The question as every format can hold it."""
    return msgspec.structs.replace(
        question,
        key=one_line(question.key)[:KEY_CHARACTERS],
        title=one_line(question.title)[:TITLE_CHARACTERS].strip(),
        text=_written(question.text).strip(),
        prompt=lines(question.prompt),
        choices=tuple(_tidy(choice) for choice in question.choices),
        pictures=tuple(Picture(p.name, lines(p.description)) for p in question.pictures),
    )


def _tidy(choice: Choice) -> Choice:
    return Choice(one_line(choice.title), choice.right, lines(choice.explanation), one_line(choice.reference))


def refusal(question: Question) -> str:
    """Why it cannot become a question here, or ""."""
    if not question.prompt:
        return "There is no question in it"
    titles, right = [c.title for c in question.choices], [c.right for c in question.choices]
    planned = PlannedQuestion(tuple(titles), tuple(right), question.multiple)
    found = list(question_problems(planned))
    if any(len(choice.reference) > REFERENCE_CHARACTERS for choice in question.choices):
        found.append(f"A reference may have at most {REFERENCE_CHARACTERS} characters")
    return found[0] if found else ""


def fitted(question: Question) -> tuple[Question, bool]:
    """With options that a poll can hold; and whether they had to be changed.

    Options longer than a poll's are written under the text, each with its letter, and the letters are voted on.
    """
    if all(len(choice.title) <= OPTION_CHARACTERS for choice in question.choices):
        return question, False
    named = list(zip(LETTERS[:MOST_OPTIONS], question.choices, strict=False))
    listed = "\n".join(f"- **{letter}** {escaped(choice.title)}" for letter, choice in named)
    text = f"{question.text}\n\n{listed}".strip()
    choices = tuple(msgspec.structs.replace(choice, title=letter) for letter, choice in named)
    return msgspec.structs.replace(question, text=text, choices=choices), True
