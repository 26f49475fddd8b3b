"""What others may do with a case, a question or a picture under each licence. Pure.

Sources: SPDX identifiers, the deeds at creativecommons.org, and the Open Definition 2.1 for which of them are open.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

_DEEDS = "https://creativecommons.org/"


class Terms(Struct, frozen=True):
    """A licence: its short name, the `deed` that says it to people ("" for none), and what it keeps back. `open`: anybody may
    use, change and pass it on for any purpose, at most naming its author and sharing alike."""

    code: str
    name: str
    deed: str
    non_commercial: bool = False
    no_derivatives: bool = False

    @property
    def open(self) -> bool:
        return bool(self.deed) and not (self.non_commercial or self.no_derivatives)


def _cc(parts: str) -> Terms:
    names = parts.split("-")
    return Terms(
        f"CC-{parts.upper()}-4.0",
        f"CC {parts.upper()} 4.0",
        f"{_DEEDS}licenses/{parts}/4.0/",
        non_commercial="nc" in names,
        no_derivatives="nd" in names,
    )


_ALL = [_cc(parts) for parts in ("by", "by-sa", "by-nc", "by-nc-sa", "by-nc-nd", "by-nd")]
_ALL += [Terms("CC0-1.0", "CC0 1.0", f"{_DEEDS}publicdomain/zero/1.0/")]
_ALL += [Terms("all-rights", "All rights reserved", "")]
TERMS: Final[Mapping[str, Terms]] = {terms.code: terms for terms in _ALL}
OPEN: Final = tuple(code for code, terms in TERMS.items() if terms.open)


def deed_of(code: str) -> str | None:
    """Where the licence is said in words for people; None for none."""
    return (TERMS[code].deed or None) if code in TERMS else None
