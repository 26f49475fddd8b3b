"""A blog's posts as Markdown, without WordPress's own signs; and the pictures that they show."""

import re
from urllib.parse import urlsplit

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser

from openrounds.portability.markup import Block
from openrounds.portability.markup import blocks as markup_blocks

_COMMENT = re.compile(r"<!--(?:(?!-->).)*+(?:-->)?", re.DOTALL)
_VERBATIM = re.compile(r"(<pre\b(?:(?!</pre>).)*+(?:</pre>)?)", re.DOTALL | re.IGNORECASE)
_BLANK_LINES = re.compile(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+")
_WRAPPERS = re.compile(r"\[/?(?:caption|embed)\b[^\[\]]{0,1000}\]")
_GADGETS = re.compile(r"\[(gallery|playlist|audio|video)\b[^\[\]]{0,2000}\](?:\[/\1\])?")
_GALLERY_IDS = re.compile(r"\[gallery\b[^\[\]]{0,1000}?\bids=[\"']([0-9,]{1,4000})[\"']", re.ASCII)
_IMAGE = re.compile(r"<img\b(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*+>")


class Picture(Struct, frozen=True):
    """A picture that a text shows: its address as written there, and what is said of it for those who cannot see it."""

    url: str
    description: str


def blocks(markup: str) -> list[Block]:
    """What a post says, top to bottom, without its pictures."""
    return markup_blocks(_prepared(markup))


def markdown(markup: str) -> str:
    """The same in one text."""
    return "\n\n".join(block.text for block in blocks(markup))


def says_something(markup: str) -> bool:
    """Whether there are words in it at all: told without cleaning, since an export may hold thousands of posts."""
    return bool(_TAG.sub("", _prepared(markup)).replace("&nbsp;", "").strip())


def pictures(markup: str) -> list[Picture]:
    """The pictures that a post shows from the web, each once."""
    found = (_picture(element) for element in _IMAGE.findall(markup))
    return list(dict.fromkeys(picture for picture in found if picture))


def gallery_ids(markup: str) -> list[str]:
    """The files that galleries of a post show, by their ids in the blog."""
    return [number for ids in _GALLERY_IDS.findall(markup) for number in ids.split(",") if number]


def _picture(element: str) -> Picture | None:
    node = LexborHTMLParser(element).css_first("img")
    url = (node.attributes.get("src") or "").strip() if node else ""
    try:
        if urlsplit(url).scheme not in ("http", "https"):
            return None
    except ValueError:
        return None
    return Picture(url, " ".join(((node.attributes.get("alt") if node else "") or "").split()))


def _prepared(markup: str) -> str:
    """WordPress's own signs taken out, and paragraphs put where its editor showed them: at blank lines."""
    plain = _GADGETS.sub("", _WRAPPERS.sub("", _COMMENT.sub("", markup)))
    parts = _VERBATIM.split(plain)
    return "".join(part if number % 2 else _BLANK_LINES.sub("<p>", part) for number, part in enumerate(parts))
