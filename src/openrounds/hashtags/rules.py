"""What a hashtag is and when two are the same. Pure."""

from datetime import datetime
from typing import NamedTuple

from openrounds.core import text as core_text
from openrounds.core.text import HASHTAG_LIMIT, is_hashtag
from openrounds.core.text import fold_hashtag as fold

__all__ = ["HASHTAG_LIMIT", "FoundHashtag", "day_number", "find_hashtags", "fold", "is_hashtag"]


class FoundHashtag(NamedTuple):
    """`name` as written, without its sign; `start` and `end` count code points and take in the sign."""

    name: str
    start: int
    end: int


def find_hashtags(text: str) -> tuple[FoundHashtag, ...]:
    """Every hashtag in the text, in order and as often as it stands there; capitals are kept for display."""
    return tuple(FoundHashtag(token.value, token.start, token.end) for token in core_text.find_hashtags(text))


def day_number(moment: datetime) -> int:
    """UTC days since 1970-01-01."""
    return int(moment.timestamp() // 86_400)
