"""Plain words as HTML, and HTML as plain words. Pure."""

from html import escape
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from openrounds.core.html import clean_own
from openrounds.portability.questions.question import lines

_BLOCKS: Final = frozenset(
    {"p", "li", "tr", "pre", "blockquote", "h2", "h3", "h4", "table", "ul", "ol", "br", "hr"}
)


def as_html(text: str) -> str:
    """Each line ends with a break."""
    return "<br>".join(escape(line) for line in text.split("\n"))


def as_words(markup: str) -> str:
    """What the HTML says, a line for each of its blocks; nothing of its form."""
    body = LexborHTMLParser(clean_own(markup.replace("<div", "<p").replace("</div", "</p"))).body
    return lines("".join(_words(body))) if body else ""


def _words(root: LexborNode) -> list[str]:
    found: list[str] = []
    for node in root.traverse(include_text=True):
        if node.tag == "-text":
            found.append(" ".join((node.text_content or "").split("\n")))
        elif node.tag in _BLOCKS and found:
            found.append("\n")
    return found
