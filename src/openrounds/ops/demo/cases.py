"""The demo's rounds: staged cases and chats, read from the files beside this one.

A case: `opens` and `closes` are hours from now (negative: ago); a step's `after` is hours from the opening, what is said in it
is `after` hours from the step. A chat: minutes from its beginning throughout.
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

HERE = Path(__file__).parent
FIGURES = HERE / "figures"
T = TypeVar("T")
ANNOUNCEMENT = "step"  # what a post answers that answers the announcement itself


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a results table; `flag` is "", "H", "L" or "A"."""

    test: str
    value: str
    unit: str
    range: str
    flag: str


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    kind: str
    alt: str

    @property
    def path(self) -> Path:
        return FIGURES / f"{self.file}.webp"


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An option of a multiple-choice question."""

    title: str
    explanation: str
    reference: str
    right: bool = False


class Mcq(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`votes`: how many chose each option."""

    text: str
    options: list[Answer]
    votes: list[int] = []


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post of the debate. `to`: "step", the key of an earlier post, or nothing; `person` writes for a team."""

    by: str
    text: str
    after: float
    to: str = ""
    key: str = ""
    person: str = ""
    mark: str = ""
    pinned: bool = False


class Guesses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ranked differential, each with its confidence in per cent."""

    by: str
    guesses: list[tuple[str, int]]


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    after: float
    text: str
    announcement: str
    commit_first: bool = False
    questions: list[str] = []
    results: list[Row] = []
    figures: list[Figure] = []
    debate: list[Said] = []
    commitments: list[Guesses] = []
    mcq: Mcq | None = None


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question put privately, `after` hours from the opening, about a step (from 1)."""

    by: str
    step: int
    after: float
    text: str
    answer: str
    published: bool


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    hashtag: str
    host: str
    by: str
    kind: str
    intro: str
    specialty: str
    presentation: str
    level: str
    image_kinds: list[str]
    basis: str
    basis_note: str
    licence: str
    diagnoses: list[str]
    opens: float
    closes: float
    points: list[str]
    references: list[str]
    steps: list[Stage]
    asks: list[Asked] = []
    summary: str = ""
    lay_summary: str = ""


class Prompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of a chat, and what was answered."""

    after: float
    by: str
    text: str
    answers: list[Said] = []


class Session(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`weeks` ago; negative for one to come."""

    weeks: int
    title: str
    by: str
    intro: str
    questions: list[Prompt]
    references: list[str]
    points: list[str] = []
    summary: str = ""


class Chat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A weekly chat: `hour` on `weekday` (RFC 5545: MO to SU) in `time_zone`."""

    title: str
    hashtag: str
    host: str
    by: str
    time_zone: str
    weekday: str
    hour: str
    minutes: int
    notice_minutes: int
    licence: str
    description: str
    sessions: list[Session]


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a round rests on; `where`: volume and pages."""

    title: str
    container: str
    authors: str = ""
    year: int | None = None
    where: str = ""

    @property
    def citation(self) -> str:
        place = "; ".join(str(part) for part in (self.year, self.where) if part)
        return " ".join(
            f"{part}." for part in (self.authors.removesuffix("."), self.title, self.container, place) if part
        )


@lru_cache
def cases() -> list[Case]:
    """All cases, the one that opened first first."""
    read = [_read(path, Case) for path in sorted((HERE / "cases").glob("*.toml"))]
    return sorted(read, key=lambda case: case.opens)


@lru_cache
def chat() -> Chat:
    return _read(HERE / "chats.toml", Chat)


@lru_cache
def papers() -> dict[str, Paper]:
    """By DOI or address."""
    return _read(HERE / "references.toml", dict[str, Paper])


def _read(path: Path, kind: type[T]) -> T:
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind, strict=False)
