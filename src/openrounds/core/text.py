"""What stands in plain text: web addresses, mentions and hashtags, found once and used by all.

Counting, rendering, notifying and searching read the same tokens, so they cannot disagree about what is a link.
Every pattern is possessive or bounded: time grows with the length of the text, whatever the text is.
Where clients count along while somebody types (Mastodon's StatusLengthValidator and its TextFormatter), the rules
are Mastodon's.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

import regex
from selectolax.lexbor import LexborHTMLParser

from openrounds.core.names import DOMAIN_LIMIT, BadName, normalise_domain

URL_LENGTH: Final = 23
HASHTAG_LIMIT: Final = 100
LINK_REL: Final = "nofollow noopener noreferrer"

_URL_DISPLAY_LENGTH = 30
_MAX_PORT = 65535

T = TypeVar("T")


class Kind(Enum):
    TEXT = "text"
    URL = "url"
    MENTION = "mention"
    HASHTAG = "hashtag"


class Token(NamedTuple):
    """A stretch of the text: `text` is as written, `start` and `end` count code points.

    `value` is the address, the hashtag's name without its sign, or the mentioned name as in `alice` or
    `Bob@example.org`; for plain text the text itself.
    """

    kind: Kind
    text: str
    start: int
    end: int
    value: str


class MentionLink(NamedTuple):
    """How a mention that was resolved is shown: `username` after the @, `url` behind it."""

    username: str
    url: str


class Mention(NamedTuple):
    """Whom somebody means: both in lower case, `domain` in ASCII with its port, or None for this server."""

    username: str
    domain: str | None

    @property
    def key(self) -> str:
        return f"{self.username}@{self.domain}" if self.domain else self.username


# ---------------------------------------------------------------------------------------------------------- tokens
_JOINTS = "·・\u200c"
_WORD = r"\p{L}\p{M}\p{Nd}\p{Pc}"
_BREAK = (
    r"\s<>\"\p{Cc}\p{Cs}\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks could disguise an address
)
_LABEL = r"[\p{L}\p{M}\p{Nd}_\-]++"
_USERNAME = r"[a-zA-Z0-9_]++(?:[.\-]++[a-zA-Z0-9_]++)*+"

# A first sieve, for speed: most signs in most texts begin nothing. What passes is judged by the patterns below.
_SIGN = re.compile(
    r"[@#＃hH](?:(?<=@)(?<![=/\w]@)(?=[A-Za-z0-9_])|(?<=[#＃])(?<![=/)&\w].)(?=\w)|(?<=[hH])[tT][tT][pP][sS]?://)"
)
_URL = regex.compile(
    rf"""
    (?<![A-Za-z0-9@＠$\#＃])(?i:https?)://
    (?P<host>
        (?:{_LABEL}\.)+(?:(?i:xn--)[A-Za-z0-9\-]{{2,59}}+|[A-Za-z]{{2,63}}+|(?:(?![A-Za-z])[\p{{L}}\p{{M}}]){{1,63}}+)
      | [0-9]{{1,3}}+(?:\.[0-9]{{1,3}}+){{3}}
      | (?i:localhost)
    )
    (?![A-Za-z0-9_@+\-]|\.[A-Za-z0-9])    # more of a name, or the rest of an e-mail address
    (?::(?P<port>[0-9]{{1,5}}+)(?![0-9]))?+
    (?!@|:[^{_BREAK}@/?\#]{{0,64}}+@)          # user info: where this leads is not where it seems to lead
    (?:(?=[/?\#])(?:[^(){_BREAK}]++|\((?:[^(){_BREAK}]++|\([^(){_BREAK}]*+\))*+\))*+)?+
    """,
    regex.VERBOSE,
)
_MENTION = regex.compile(
    rf"""
    (?<![=/{_WORD}])@
    {_USERNAME}(?:@[{_WORD}]++(?:[.\-]++[{_WORD}]++)*+(?::[0-9]{{1,5}}+(?![0-9]))?+)?+
    (?!@|://|[\u00c0-\u024f])
    """,
    regex.VERBOSE,
)
_HASHTAG = regex.compile(
    rf"(?<![=/)&\p{{L}}\p{{Nd}}])[#＃][\p{{L}}\p{{Nd}}\p{{Pc}}][{_WORD}{_JOINTS}]*+(?!://)"
)
_AFTER_PATH = "?!*\"'「」<>;:=,.$%[]~&|@"
_AFTER_QUERY = "?!*\"'「」<>;:,.$%[]~|@^`{}\\+"


def parse(text: str) -> tuple[Token, ...]:
    """Cut the text into tokens that, joined, are the text again."""
    return tuple(_parse(text))


def _parse(text: str) -> Iterator[Token]:
    end = 0
    for entity in _entities(text):
        if entity.start > end:
            yield _plain(text, end, entity.start)
        yield entity
        end = entity.end
    if end < len(text):
        yield _plain(text, end, len(text))


def _plain(text: str, start: int, end: int) -> Token:
    stretch = text[start:end]
    return Token(Kind.TEXT, stretch, start, end, stretch)


@lru_cache(maxsize=64)  # while a post is written its text is looked through six times
def _entities(text: str) -> tuple[Token, ...]:
    return tuple(_find_entities(text))


def _find_entities(text: str) -> Iterator[Token]:
    end = 0
    for sign in _SIGN.finditer(text):
        start = sign.start()
        if start < end:
            continue
        entity = _READERS[text[start]](text, start)
        if entity:
            yield entity
            end = entity.end


def _read_url(text: str, start: int) -> Token | None:
    match = _URL.match(text, start)
    if not match or not _is_dialable(match["host"], match["port"]):
        return None
    url = _trim_url(match[0])
    return Token(Kind.URL, url, start, start + len(url), url)


def _read_mention(text: str, start: int) -> Token | None:
    match = _MENTION.match(text, start)
    return Token(Kind.MENTION, match[0], start, match.end(), match[0][1:]) if match else None


def _read_hashtag(text: str, start: int) -> Token | None:
    match = _HASHTAG.match(text, start)
    if not match:
        return None
    written = match[0].rstrip(_JOINTS)
    name = written[1:]
    return Token(Kind.HASHTAG, written, start, start + len(written), name) if is_hashtag(name) else None


_READERS: Final[Mapping[str, Callable[[str, int], Token | None]]] = {
    "h": _read_url,
    "H": _read_url,
    "@": _read_mention,
    "#": _read_hashtag,
    "＃": _read_hashtag,
}


def _trim_url(url: str) -> str:
    """Leave out the punctuation of the sentence around it."""
    has_query = "?" in url.rstrip(_AFTER_QUERY)
    return url.rstrip(_AFTER_QUERY if has_query else _AFTER_PATH)


def _is_dialable(host: str, port: str | None) -> bool:
    return len(host) <= DOMAIN_LIMIT and (port is None or int(port) <= _MAX_PORT)


def find_links(text: str) -> tuple[str, ...]:
    """Addresses in the text, distinct, in order."""
    return _distinct(token.value for token in _entities(text) if token.kind is Kind.URL)


def find_mentions(text: str) -> tuple[Mention, ...]:
    """Who is mentioned, distinct, in order. A domain that cannot exist is nobody's, and left out."""
    tokens = (token for token in _entities(text) if token.kind is Kind.MENTION)
    return _distinct(mention for mention in map(_mention, tokens) if mention)


def without_mentions(text: str) -> str:
    """The same words, calling nobody: `@alice` becomes `alice`."""
    while find_mentions(text):
        called = (token.text[1:] if token.kind is Kind.MENTION else token.text for token in parse(text))
        text = "".join(called)
    return text


def find_hashtags(text: str) -> tuple[Token, ...]:
    """Every hashtag in the text, in order and as often as it stands there."""
    return tuple(token for token in _entities(text) if token.kind is Kind.HASHTAG)


def _distinct(items: Iterator[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _mention(token: Token) -> Mention | None:
    username, at, domain = token.value.partition("@")
    try:
        return Mention(username.lower(), normalise_domain(domain) if at else None)
    except BadName:
        return None


# -------------------------------------------------------------------------------------------------- hashtags' names
_HASHTAG_NAME = regex.compile(rf"[\p{{L}}\p{{Nd}}\p{{Pc}}](?:[{_WORD}{_JOINTS}]*[{_WORD}])?")
_LETTER_OR_JOINT = regex.compile(rf"\p{{L}}|(?<=.)[_{_JOINTS}](?=.)")
_NOT_OF_A_NAME = regex.compile(rf"[^{_WORD}{_JOINTS}]|[\ufe00-\ufe0f]")
_LATIN_ACCENTS = regex.compile(r"(\p{Script=Latin})\p{Mn}++")
# Latin letters that Unicode does not take apart into letter and accent.
_LATIN_STROKES = str.maketrans("øđłħŧıŋðĸ", "odlhtindk")


def fold_hashtag(name: str) -> str:
    """The name under which a hashtag is kept: case, width and the accents of Latin letters make no difference.

    Marks of other scripts are part of the letter (が is not か, й is not и) and stay.
    """
    return _fold_short(name) if len(name) <= HASHTAG_LIMIT else _fold(name)


def _fold(name: str) -> str:
    wide = unicodedata.normalize("NFKC", name)
    lower = unicodedata.normalize("NFKC", wide.casefold())
    named: str = _NOT_OF_A_NAME.sub("", lower)
    bare = _LATIN_ACCENTS.sub(r"\1", unicodedata.normalize("NFD", named)).translate(_LATIN_STROKES)
    return unicodedata.normalize("NFC", bare)


_fold_short = lru_cache(maxsize=8192)(_fold)


def is_hashtag(name: str) -> bool:
    """Letters, digits, `_` and, inside, `·`; not digits alone; at most 100 characters, also once it is folded."""
    return len(name) <= HASHTAG_LIMIT and _is_short_hashtag(name)


@lru_cache(maxsize=8192)  # the same few stand in most posts
def _is_short_hashtag(name: str) -> bool:
    return _is_name(name) and _is_name(fold_hashtag(name))


def _is_name(name: str) -> bool:
    return len(name) <= HASHTAG_LIMIT and bool(
        _HASHTAG_NAME.fullmatch(name) and _LETTER_OR_JOINT.search(name)
    )


# --------------------------------------------------------------------------------------------------------- counting
_CLUSTER = regex.compile(r"\X")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{1,2}")


def count_characters(text: str, spoiler_text: str = "") -> int:
    """Length in grapheme clusters (UAX 29) as clients count it: an address is 23, `@name@domain` is `@name`."""
    countable = spoiler_text + "".join(map(_countable, _parse(text)))
    if countable.isascii():
        return len(countable) - countable.count("\r\n")
    # Two regional indicators are a flag. Told beforehand, since \X takes quadratic time over a row of them.
    return sum(1 for _ in _CLUSTER.finditer(_FLAG.sub("x", countable)))


def _countable(token: Token) -> str:
    if token.kind is Kind.URL:
        return "x" * URL_LENGTH
    if token.kind is Kind.MENTION:
        return "@" + token.value.partition("@")[0]
    return token.text


# -------------------------------------------------------------------------------------------------------- rendering
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?")
_PARAGRAPH_END = re.compile(r"\n{2,}")
_URL_PREFIX = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_URL_HOST_END = re.compile(r"[/?#]|$")


def render_html(text: str, *, mentions: Mapping[str, MentionLink], tag_url: Callable[[str], str]) -> str:
    """Paragraphs of HTML with links, in the markup that clients parse; everything else is escaped.

    `mentions` maps `Mention.key` to its link; who is not in it stays plain text. `tag_url` takes the name as written.
    """
    line = render_line(text.strip("\r\n"), mentions=mentions, tag_url=tag_url)
    if not line or line.isspace():
        return ""
    paragraphs = _PARAGRAPH_END.split(line) if "\n\n" in line else [line]
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)


def render_line(
    text: str, *, mentions: Mapping[str, MentionLink], tag_url: Callable[[str], str], rel: str = LINK_REL
) -> str:
    """The same without paragraphs, line ends kept: for one-line fields. `rel` is that of the web links in it."""

    def render(token: Token) -> str:
        if token.kind is Kind.URL:
            return _render_url(token.value, rel)
        if token.kind is Kind.HASHTAG:
            return _render_hashtag(token.value, tag_url(token.value))
        if (
            token.kind is Kind.MENTION
            and (mention := _mention(token))
            and (link := mentions.get(mention.key))
        ):
            return _render_mention(link)
        return html.escape(token.text)

    return "".join(map(render, _parse(without_controls(text))))


def without_controls(text: str) -> str:
    """Without control characters, which no feed and no calendar can hold; line ends are LF. Most texts have none, which is
    quickly said."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", _LINE_END.sub("\n", text))


def _render_url(url: str, rel: str) -> str:
    match = _URL_PREFIX.match(url)
    start = match.end() if match else 0
    # The whole host is always shown: nobody should have to guess where a link leads.
    host_end = _URL_HOST_END.search(url, start)
    end = max(start + _URL_DISPLAY_LENGTH, host_end.start() if host_end else 0)
    css_class = "ellipsis" if len(url) > end else ""
    return (
        f'<a href="{html.escape(url)}" target="_blank" rel="{rel}" translate="no">'
        f'<span class="invisible">{html.escape(url[:start])}</span>'
        f'<span class="{css_class}">{html.escape(url[start:end])}</span>'
        f'<span class="invisible">{html.escape(url[end:])}</span></a>'
    )


def _render_hashtag(name: str, url: str) -> str:
    return f'<a href="{html.escape(url)}" class="mention hashtag" rel="tag">#<span>{html.escape(name)}</span></a>'


def _render_mention(link: MentionLink) -> str:
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(link.url)}" class="u-url mention">'
        f"@<span>{html.escape(link.username)}</span></a></span>"
    )


_BLOCKS = frozenset(("p", "blockquote", "pre", "ul", "ol", "h2", "h3", "h4", "hr"))


def plain_text(markup: str) -> str:
    """The words of cleaned or rendered HTML, for notices, previews and search; paragraphs stand apart."""
    body = LexborHTMLParser(markup).body
    if body is None:
        return ""
    parts = (_words(node.tag, node.text_content) for node in body.traverse(include_text=True))
    return _PARAGRAPH_END.sub("\n\n", "".join(parts)).strip()


def _words(tag: str | None, text: str | None) -> str:
    if tag in {"br", "li"}:
        return "\n"
    if tag in _BLOCKS:
        return "\n\n"
    return (text or "") if tag == "-text" else ""
