"""Which contributions are likely to say the same: by the words that they share. Pure."""

import re
from collections.abc import Mapping

_WORD = re.compile(r"(?<![#@\w])\w{3,}")
_LONGEST = 5000


def words_of(text: str) -> frozenset[str]:
    """The words that carry it: three letters and more, without hashtags and names."""
    return frozenset(_WORD.findall(text[:_LONGEST].casefold()))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 for no word in common to 1 for the same words (Jaccard's index)."""
    together = one | other
    return len(one & other) / len(together) if together else 0.0


def likeliest(text: str, others: Mapping[int, str], most: int) -> list[int]:
    """The others by how much they are like the text, the likest first; the elder first among equals."""
    wanted = words_of(text)
    rated = sorted((-likeness(wanted, words_of(said)), key) for key, said in others.items())
    return [key for _, key in rated[:most]]
