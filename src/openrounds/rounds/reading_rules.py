"""How hard a text is to read. Pure."""

import re
from bisect import bisect
from typing import Final

FEWEST_WORDS: Final = 30  # fewer say nothing of a text
LONG_WORD: Final = 6  # letters; a longer one counts as hard
SCHOOL_STARTS: Final = 6  # years of age in the first grade
# From which LIX on a text is for the second, third … grade, and last for those beyond school (Anderson, "Lix and Rix:
# variations on a little-known readability index", Journal of Reading 26 (1983), 490-496).
_GRADES: Final = (10, 15, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56)
_WORD: Final = re.compile(r"[^\W\d_]+")
_END: Final = re.compile(r"[.!?:…]+(?:\s|$)|\n+")


def reading_age(text: str) -> int | None:
    """The age in years at which one reads such a text with ease; 18 stands for older, None for too short a text.

    By LIX (Björnsson 1968): words in a sentence and long words in a hundred; it needs no dictionary, so it holds for all
    languages that put spaces between words.
    """
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = sum(1 for sentence in _END.split(text) if _WORD.search(sentence))
    hard = sum(1 for word in words if len(word) > LONG_WORD)
    return SCHOOL_STARTS + bisect(_GRADES, len(words) / sentences + 100 * hard / len(words))
