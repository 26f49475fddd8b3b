"""Long texts (steps, summaries, introductions) are CommonMark with tables; the HTML is cleaned like all other."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from openrounds.core import html

_FIRST_HEADING = 3  # below the page's and the section's own


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def render_markdown(text: str) -> str:
    """Safe HTML; headings begin at the third level, pictures are links (they are uploaded, with alt text, not embedded)."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _lower(token)
    return html.clean_own(parser.renderer.render(tokens, parser.options, {}))


def _lower(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1]) + _FIRST_HEADING - 1, 4)}"
