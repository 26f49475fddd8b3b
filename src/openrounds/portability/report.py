"""What an import says of a file: a line about every item. Pure."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Unwanted(Exception):
    """What was asked for cannot be done; the message is for the person who asked."""


class Outcome(StrEnum):
    """What became of an item."""

    TAKEN = "taken"
    LEFT = "left"


class Line(Struct, frozen=True):
    """A line of the report. `what` is post, page, comment, picture …; `why` tells where it went, or what kept it back."""

    what: str
    id: str
    title: str
    outcome: Outcome
    why: str


def totals(lines: Iterable[Line]) -> list[tuple[str, Outcome, str, int]]:
    """(what, outcome, why, how many) for the end of the report, most frequent first in each kind."""
    counted = Counter(
        (entry.what, entry.outcome, "" if entry.outcome == Outcome.TAKEN else entry.why.partition(":")[0])
        for entry in lines
    )
    rows = [(what, outcome, why, number) for (what, outcome, why), number in counted.items()]
    return sorted(rows, key=lambda row: (row[0], row[1] == Outcome.LEFT, -row[3]))
