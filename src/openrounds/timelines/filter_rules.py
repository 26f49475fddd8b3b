"""What a filter may say, and how its words are looked for. Pure."""

import unicodedata
from collections.abc import Collection
from functools import lru_cache

import regex

from openrounds.core.errors import Invalid

CONTEXTS = ("home", "notifications", "public", "thread", "account")
TITLE_LIMIT = 256
KEYWORD_LIMIT = 512
MOST_FILTERS = 100
MOST_KEYWORDS = 200
_WORD = r"[\p{L}\p{M}\p{N}_]"


def check_title(title: str, *, called: str = "Title", limit: int = TITLE_LIMIT) -> str:
    """The text as it is. Raises Invalid for a blank one and one that is too long."""
    if not title.strip():
        raise Invalid(f"Validation failed: {called} can't be blank")
    if len(title) > limit:
        raise Invalid(f"Validation failed: {called} is too long (maximum is {limit} characters)")
    return title


def check_keyword(keyword: str) -> str:
    return check_title(keyword, called="Keyword", limit=KEYWORD_LIMIT)


def check_contexts(contexts: Collection[str]) -> list[str]:
    """The places, each once, in their usual order. Raises Invalid for none and for unknown ones."""
    if not contexts:
        raise Invalid("Validation failed: Context can't be blank")
    if not set(contexts) <= set(CONTEXTS):
        raise Invalid("Validation failed: None or invalid context supplied")
    return [each for each in CONTEXTS if each in contexts]


def finds(keyword: str, text: str, *, whole_word: bool) -> bool:
    """Whether the keyword stands in the text, whatever the capitals and however its accents are encoded."""
    return _pattern(keyword, whole_word).search(unicodedata.normalize("NFC", text)) is not None


@lru_cache(maxsize=4096)
def _pattern(keyword: str, whole_word: bool) -> "regex.Pattern[str]":
    """`whole_word` asks for word boundaries only where the keyword itself begins or ends with a letter or digit."""
    text = unicodedata.normalize("NFC", keyword)
    escaped = regex.escape(text, literal_spaces=True)
    if whole_word:
        before = f"(?<!{_WORD})" if regex.match(_WORD, text) else ""
        after = f"(?!{_WORD})" if regex.search(f"{_WORD}$", text) else ""
        escaped = before + escaped + after
    return regex.compile(escaped, regex.IGNORECASE)
