"""Long texts (steps, summaries, introductions) are CommonMark with tables; the HTML is cleaned like all other."""

from functools import lru_cache
from hashlib import blake2b

from markdown_it import MarkdownIt
from markdown_it.token import Token

from openrounds.core import html
from openrounds.core.cache import MEGABYTE, Kept

_kept: Kept[bytes, str] = Kept(4 * MEGABYTE)
_FIRST_HEADING = 3  # below the page's and the section's own


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render_markdown(text: str) -> str:
    """Safe HTML; headings begin at the third level, pictures are links (they are uploaded, with alt text, not embedded).

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
    for token in tokens:
        _lower(token)
    return html.clean_own(parser.renderer.render(tokens, parser.options, {}))


def _lower(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + _FIRST_HEADING - 1, 4)}"
