"""Long texts (steps, summaries, introductions) are CommonMark with tables; the HTML is cleaned like all other."""

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from markdown_it import MarkdownIt
from markdown_it.token import Token

from openrounds.core import html
from openrounds.core.cache import MEGABYTE, Kept

_kept: Kept[bytes, str] = Kept(4 * MEGABYTE)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)  # RFC 3986 §3.1
_FIRST_HEADING = 3  # below the page's and the section's own


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.validateLink = _leads_somewhere  # type: ignore[assignment]
    return parser


def _leads_somewhere(address: str) -> bool:
    """What has another scheme is no link to us, so it stays the words that were written."""
    scheme = _SCHEME.match(address)
    return scheme is None or scheme[1].lower() in html.OWN_LINK_SCHEMES


def render_markdown(text: str) -> str:
    """Safe HTML; its highest headings are of the third level, pictures are links (they are uploaded with alt text instead).

    Kept by what was written, since a room shows the same steps to hundreds.
    """
    said = blake2b(text.encode(errors="surrogatepass"), digest_size=32).digest()
    found = _kept.get(said)
    if found is None:
        found = _rendered(text)
        _kept.put(said, found)
    return found


def _rendered(text: str) -> str:
    parser = _parser()
    tokens = parser.parse(text)
    _lower([token for token in tokens if token.type in ("heading_open", "heading_close")])
    return html.clean_own(parser.renderer.render(tokens, parser.options, {}))


def _lower(headings: Sequence[Token]) -> None:
    """The text's highest level becomes ours, whichever its author began with: pages skip no level."""
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + _FIRST_HEADING, 4)}"
