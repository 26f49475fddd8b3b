"""What people mean by what they type into the search box, and how words become comparable. Pure.

A query is words (all must be there), "phrases", endings left open (`cardio*`), `-excluded` ones, and operators:
`from:name`, `has:media|image|video|audio|poll|link`, `is:reply|sensitive`, `language:de`, `in:library|public|all`,
`before:`, `after:`, `during:` a day, and `#hashtag`. Whatever is not understood is searched for as words.
"""

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Final
from urllib.parse import unquote, urlsplit

import regex
from msgspec import Struct, field

from openrounds.core.ids import id_at
from openrounds.core.names import Acct, BadName, parse_acct
from openrounds.core.text import fold_hashtag, is_hashtag

# -------------------------------------------------------------------------------------------------------------- words
LONGEST_TERM: Final = 100
MOST_CLAUSES: Final = 20
MOST_TERMS: Final = 40
LONGEST_QUERY: Final = 2000
# Scripts written without spaces: every character is a term, and neighbours are found as a phrase.
_TERM = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]\p{M}*+|(?:(?![\p{Han}\p{Hiragana}"
    r"\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}])[\p{L}\p{M}\p{N}])++"
)
_ASCII_TERM = re.compile("[0-9a-z]+")
# Stands in every post and between its parts, so that no phrase reaches from one into the next. No word holds a `_`.
EVERY_POST: Final = "_p"


def terms(text: str) -> list[str]:
    """The words of a text in order, folded as hashtags are: case, width and Latin accents make no difference."""
    if text.isascii():  # most posts: the same by the short way, at a tenth of the cost
        return [term[:LONGEST_TERM] for term in _ASCII_TERM.findall(text.lower())]
    folded = (fold_hashtag(word[:LONGEST_TERM]).replace("·", "") for word in _TERM.findall(text))
    return [term[:LONGEST_TERM] for term in folded if term]


def document(parts: Iterable[str], marks: Iterable[str]) -> list[str]:
    """What is kept of a post: the terms of its parts, each followed by `EVERY_POST`, then what it is marked with."""
    found: list[str] = []
    for part in parts:
        found += [*terms(part), EVERY_POST]
    return [*(found or [EVERY_POST]), *marks]


class Mark:
    """Terms that say what a post is; nobody can write them, as words never hold a `_`."""

    @staticmethod
    def author(account_id: int) -> str:
        return f"_a{account_id}"

    @staticmethod
    def hashtag(hashtag_id: int) -> str:
        return f"_t{hashtag_id}"

    @staticmethod
    def language(code: str) -> str:
        """The main language alone: `pt` also finds `pt-BR`."""
        return f"_l{code.partition('-')[0].lower()}"

    @staticmethod
    def having(what: str) -> str:
        return f"_h{what}"

    @staticmethod
    def being(what: str) -> str:
        return f"_i{what}"


# ------------------------------------------------------------------------------------------------------------- queries
class Place(Enum):
    """Where to look: among everything, what is public, or what one wrote, marked, boosted or was named in."""

    ALL = "all"
    PUBLIC = "public"
    LIBRARY = "library"


class Run(Struct, frozen=True):
    """Terms that stand side by side; the last one may go on (`open_end`)."""

    terms: tuple[str, ...]
    open_end: bool = False


class From(Struct, frozen=True):
    """By that account; None means the one who asks."""

    who: Acct | None


class Under(Struct, frozen=True):
    """Under that hashtag (folded name)."""

    name: str


Condition = Run | From | Under


class Query(Struct):
    """`required` must all hold, none of `excluded`; ids from `at_least` and below `below`."""

    required: list[Condition] = field(default_factory=list)
    excluded: list[Condition] = field(default_factory=list)
    place: Place = Place.ALL
    at_least: int | None = None
    below: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was asked for."""
        asks = self.required or self.excluded or self.at_least is not None or self.below is not None
        return not asks and self.place is Place.ALL


_PLACES: Final = {place.value: place for place in Place}
_CHUNK = re.compile(r'([-+]?)(?:([^\s"]*)"([^"]*)"|"?(\S+))')
_OPERATOR = re.compile(r"([a-z]+):(.+)", re.IGNORECASE | re.DOTALL)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_HAS = {
    "media": "media",
    "image": "image",
    "video": "video",
    "audio": "audio",
    "poll": "poll",
    "link": "link",
    "embed": "link",
}
_IS = ("reply", "sensitive")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*", re.IGNORECASE | re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


def parse(text: str) -> Query:
    """The query; never refuses."""
    query = Query()
    for sign, before, quoted, plain in _CHUNK.findall(text[:LONGEST_QUERY].translate(_QUOTES)):
        excluded = sign == "-"
        chosen = query.excluded if excluded else query.required
        if len(query.required) + len(query.excluded) >= MOST_CLAUSES:
            break
        if plain and (_narrow(query, plain, excluded=excluded)):
            continue
        condition = _operator(plain) if plain else None
        conditions = [condition] if condition else [_run(before), _run(quoted), _run(plain)]
        chosen += [found for found in conditions if found]
    return query


def _run(text: str) -> Run | None:
    found = terms(text)[:MOST_TERMS]
    return Run(tuple(found), open_end=text.endswith("*")) if found else None


def _operator(text: str) -> Condition | None:
    """`#hashtag` or `name:value`; None when it is neither, or its value makes no sense."""
    if text[0] in "#＃":
        return Under(fold_hashtag(text[1:])) if is_hashtag(text[1:]) else None
    match = _OPERATOR.fullmatch(text)
    reader = _READERS.get(match[1].lower()) if match else None
    return reader(match[2].lower()) if match and reader else None


def _read_from(value: str) -> Condition | None:
    if value == "me":
        return From(None)
    try:
        return From(parse_acct(value))
    except BadName:
        return None


def _read_has(value: str) -> Condition | None:
    return Run((Mark.having(_HAS[value]),)) if value in _HAS else None


def _read_is(value: str) -> Condition | None:
    return Run((Mark.being(value),)) if value in _IS else None


def _read_language(value: str) -> Condition | None:
    return Run((Mark.language(value),)) if _LANGUAGE.fullmatch(value) else None


_READERS: Final[dict[str, Callable[[str], Condition | None]]] = {
    "from": _read_from,
    "has": _read_has,
    "is": _read_is,
    "language": _read_language,
}


def _narrow(query: Query, text: str, *, excluded: bool) -> bool:
    """Takes in where and when to look; False when the text says neither. To exclude a day or a place means nothing."""
    name, _, value = text.lower().partition(":")
    if excluded or not value:
        return False
    if name == "in" and value in _PLACES:
        query.place = _PLACES[value]
        return True
    day = _day(value) if name in ("before", "after", "during") else None
    if day is None:
        return False
    if name in ("after", "during"):
        start = id_at(day if name == "during" else day + timedelta(days=1))
        query.at_least = max(start, query.at_least or 0)
    if name in ("before", "during"):
        end = id_at(day if name == "before" else day + timedelta(days=1))
        query.below = min(end, query.below if query.below is not None else end)
    return True


def _day(value: str) -> datetime | None:
    """The start of that day in UTC."""
    match = _DAY.fullmatch(value)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


# ----------------------------------------------------------------------------------------- the two databases' languages
def for_sqlite(required: Iterable[Run], excluded: Iterable[Run]) -> str:
    """An FTS5 expression. Terms hold letters, marks, digits and `_` alone, and each run is quoted."""
    wanted = " AND ".join(map(_fts5, required)) or f'"{EVERY_POST}"'
    unwanted = " OR ".join(map(_fts5, excluded))
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _fts5(run: Run) -> str:
    return f'"{" ".join(run.terms)}"' + (" *" if run.open_end else "")


def for_postgres(required: Iterable[Run], excluded: Iterable[Run]) -> str:
    """A tsquery in PostgreSQL's own notation, which takes quoted terms as they are."""
    wanted = [_tsquery(run) for run in required] or [f"'{EVERY_POST}'"]
    return " & ".join([*wanted, *(f"!{_tsquery(run)}" for run in excluded)])


def _tsquery(run: Run) -> str:
    words = [f"'{term}'" for term in run.terms]
    if run.open_end:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"


POSTGRES_POSITIONS: Final = 16_383


def tsvector(found: Iterable[str]) -> str:
    """A document as a tsvector in PostgreSQL's own notation: terms with their places (from 1)."""
    places: dict[str, list[int]] = {}
    for place, term in enumerate(found, 1):
        places.setdefault(term, []).append(min(place, POSTGRES_POSITIONS))
    return " ".join(f"'{term}':{','.join(map(str, where[:256]))}" for term, where in places.items())


# ------------------------------------------------------------------------------------------------------ our own addresses
class Target(Struct, frozen=True):
    """What one of this server's addresses leads to: one of the three is set (`post_id` together with `username`)."""

    username: str = ""
    post_id: int | None = None
    hashtag: str = ""


_OURS = re.compile(
    r"/(?:@|users/)(?P<username>[A-Za-z0-9_]{1,30})(?:/(?:statuses/)?(?P<post>[0-9]{1,18}))?/?|/tags/(?P<hashtag>[^/]+)/?"
)


def is_address(text: str) -> bool:
    return text.strip().lower().startswith(("http://", "https://"))


def own_target(url: str, base: str) -> Target | None:
    """What the address means if it is one of the server at `base` (scheme and host)."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    match = _OURS.fullmatch(parts.path) if parts.netloc.lower() == urlsplit(base).netloc.lower() else None
    if match is None:
        return None
    if match["hashtag"]:
        return Target(hashtag=unquote(match["hashtag"]))
    return Target(username=match["username"], post_id=int(match["post"]) if match["post"] else None)


# -------------------------------------------------------------------------------------------------------------- trends
def rise(now: float, usual: float) -> float:
    """How far above the usual: 0 when it is not. Both are numbers of people in spans of equal length."""
    expected = max(usual, 1.0)
    return (now - expected) ** 2 / expected if now > expected else 0.0


def faded(score: float, hours: float, half_life: float) -> float:
    """What is left of a score after that time."""
    return score * math.pow(0.5, max(hours, 0.0) / half_life)


def spread(found: Iterable[tuple[int, int, float]]) -> list[tuple[int, float]]:
    """(post, author, score) to (post, score), best first; an author's second post counts half, the third a third, …"""
    seen: dict[int, int] = {}
    scores: list[tuple[int, float]] = []
    for post, author, score in sorted(found, key=lambda each: (-each[2], -each[0])):
        seen[author] = seen.get(author, 0) + 1
        scores.append((post, score / seen[author]))
    return sorted(scores, key=lambda each: -each[1])
