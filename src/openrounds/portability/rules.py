"""How tables are written. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence

# What spreadsheets take for a formula at the start of a cell (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: object) -> str:
    """The value as text that no spreadsheet computes: a formula's first character is preceded by an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if _computed(text) else text


def uncell(text: str) -> str:
    """What `cell` made it from."""
    return text[1:] if text.startswith("'") and _computed(text[1:]) else text


def _computed(text: str) -> bool:
    """Apostrophes that stood there already get one more, so that one can be taken away again."""
    return text.lstrip(" '").startswith(_FORMULA)


def table(rows: Iterable[Sequence[object]]) -> str:
    """Comma-separated values (RFC 4180)."""
    written = io.StringIO()
    csv.writer(written).writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()


def truth(value: bool) -> str:
    """As Mastodon writes it."""
    return "true" if value else "false"
