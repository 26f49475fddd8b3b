"""A blog's HTML as Markdown. `core.html` cleans it first; what is read here is only ever what that lets through."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from openrounds.core.html import clean_own

_COMMENT = re.compile(r"<!--(?:(?!-->).)*+(?:-->)?", re.DOTALL)
_VERBATIM = re.compile(r"(<pre\b(?:(?!</pre>).)*+(?:</pre>)?)", re.DOTALL | re.IGNORECASE)
_BLANK_LINES = re.compile(r"\r?\n[ \t]*(?:\r?\n[ \t]*)+")
_WRAPPERS = re.compile(r"\[/?(?:caption|embed)\b[^\[\]]{0,1000}\]")
_GADGETS = re.compile(r"\[(gallery|playlist|audio|video)\b[^\[\]]{0,2000}\](?:\[/\1\])?")
_GALLERY_IDS = re.compile(r"\[gallery\b[^\[\]]{0,1000}?\bids=[\"']([0-9,]{1,4000})[\"']", re.ASCII)
_OTHER_LEVELS = re.compile(r"<(/?)h([156])\b", re.IGNORECASE)
_OTHER_BLOCKS = re.compile(
    r"<(/?)(?:div|section|article|figure|figcaption|address|dl|dt|dd|aside|header|footer|main|details|summary)\b",
    re.IGNORECASE,
)
_LEVELS: Final = {"1": "2", "5": "4", "6": "4"}
_IMAGE = re.compile(r"<img\b(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~]|&(?=[a-zA-Z#]))")
_SENTENCE_END = re.compile(r"[.,:;!?…]*$")
_AT_START = re.compile(r"^(\s*)([#>+=-]|\d{1,9}[.)])", re.MULTILINE)
_TAG = re.compile(r"<[^<>]*+>")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_UNSAFE_IN_LINK = re.compile(r"[\s<>()\[\]\\`]")
_HEADINGS: Final = {"h2": 2, "h3": 3, "h4": 4}
_BLOCKS: Final = frozenset({"p", "ul", "ol", "pre", "blockquote", "hr", "table", *_HEADINGS})
_AROUND: Final = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_DEEPEST: Final = 40


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table … in Markdown. `level` is that of a heading (2 to 4), else 0."""

    text: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a text shows: its address as written there, and what is said of it for those who cannot see it."""

    url: str
    description: str


def blocks(markup: str) -> list[Block]:
    """What a post says, top to bottom, without its pictures."""
    body = LexborHTMLParser(clean_own(_prepared(markup))).body
    return [block for block in _blocks(body) if block.text] if body else []


def markdown(markup: str) -> str:
    """The same in one text."""
    return "\n\n".join(block.text for block in blocks(markup))


def says_something(markup: str) -> bool:
    """Whether there are words in it at all: told without cleaning, since an export may hold thousands of posts."""
    return bool(_TAG.sub("", _prepared(markup)).replace("&nbsp;", "").strip())


def line(markup: str) -> str:
    """A title or name: its words in one line."""
    body = LexborHTMLParser(clean_own(markup)).body
    return " ".join(body.text().split()) if body else ""


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
    plain = _OTHER_BLOCKS.sub(r"<\1p", plain)
    plain = _OTHER_LEVELS.sub(lambda match: f"<{match[1]}h{_LEVELS[match[2]]}", plain)
    parts = _VERBATIM.split(plain)
    return "".join(part if number % 2 else _BLANK_LINES.sub("<p>", part) for number, part in enumerate(parts))


# ------------------------------------------------------------------------------------------------------- from HTML to text
def _blocks(body: LexborNode) -> Iterator[Block]:
    loose: list[str] = []
    for node in body.iter(include_text=True):
        if node.tag not in _BLOCKS:
            loose.append(_inline(node))
            continue
        yield Block(_paragraph("".join(loose)))
        loose = []
        yield Block(_block(node, 0), _HEADINGS.get(str(node.tag), 0))
    yield Block(_paragraph("".join(loose)))


def _block(node: LexborNode, depth: int) -> str:
    if depth > _DEEPEST:
        return _escaped(_SPACE.sub(" ", node.text()).strip())
    match node.tag:
        case "h2" | "h3" | "h4":
            words = _heading(node)
            return f"{'#' * _HEADINGS[node.tag]} {words}" if words else ""
        case "ul" | "ol":
            return _list(node, depth)
        case "pre":
            return _code(node)
        case "blockquote":
            return _prefixed(_flow(node, depth + 1), "> ", "> ")
        case "hr":
            return "---"
        case "table":
            return _table(node)
        case _:
            return _flow(node, depth + 1)


def _flow(node: LexborNode, depth: int) -> str:
    """Blocks and loose words inside a block."""
    parts: list[str] = []
    loose: list[str] = []
    for child in node.iter(include_text=True):
        if child.tag in _BLOCKS:
            parts += [_paragraph("".join(loose)), _block(child, depth)]
            loose = []
        else:
            loose.append(_inline(child))
    return "\n\n".join(part for part in [*parts, _paragraph("".join(loose))] if part)


def _heading(node: LexborNode) -> str:
    return _escaped(_SPACE.sub(" ", node.text()).strip())


def _list(node: LexborNode, depth: int) -> str:
    items = [child for child in node.iter() if child.tag == "li"]
    try:
        first = int(node.attributes.get("start") or 1)
    except ValueError:
        first = 1
    first = max(first, 0)
    signs = [f"{number}. " if node.tag == "ol" else "- " for number in range(first, first + len(items))]
    written = [
        _prefixed(_flow(item, depth + 1), sign, " " * len(sign))
        for sign, item in zip(signs, items, strict=True)
    ]
    return "\n".join(text for text in written if text)


def _prefixed(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    if not text:
        return ""
    return "\n".join([first + lines[0], *(f"{others}{line}".rstrip() for line in lines[1:])])


def _code(node: LexborNode) -> str:
    text = node.text().strip("\n")
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}" if text.strip() else ""


def _table(node: LexborNode) -> str:
    rows = [[_cell(cell) for cell in row.css("th, td")] for row in node.css("tr")]
    rows = [row for row in rows if any(row)]
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _cell(node: LexborNode) -> str:
    return _escaped(_SPACE.sub(" ", node.text(separator=" ")).strip())


def _inline(node: LexborNode, depth: int = 0) -> str:
    """Words with emphasis and links. A line break is a backslash at the end of its line."""
    if node.tag == "-text":
        return _escape_signs(_SPACE.sub(" ", node.text_content or ""))
    if node.tag == "br":
        return "\\\n"
    if depth > _DEEPEST:
        return _escape_signs(_SPACE.sub(" ", node.text()))
    inside = "".join(_inline(child, depth + 1) for child in node.iter(include_text=True))
    if node.tag == "code":
        return _code_span(node)
    if node.tag == "a":
        return _link(inside, node.attributes.get("href") or "")
    return _emphasised(inside, _AROUND.get(str(node.tag), ""))


def _emphasised(inside: str, sign: str) -> str:
    """Spaces and the end of a sentence outside the signs: `**Hb:**72` would not be bold. Nothing around nothing."""
    core = _SENTENCE_END.sub("", inside.strip()).strip()
    if not sign or not core or core.endswith("\\"):
        return inside
    before, _, after = inside.partition(core)
    return f"{before}{sign}{core}{sign}{after}"


def _code_span(node: LexborNode) -> str:
    text = _SPACE.sub(" ", node.text()).strip()
    fence = "`"
    while fence in text:
        fence += "`"
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}" if text else ""


def _link(inside: str, address: str) -> str:
    words = inside.strip().replace("\\\n", " ")
    safe = _UNSAFE_IN_LINK.sub(lambda sign: quote(sign[0], safe=""), address)
    return f"[{words}]({safe})" if words and safe else inside


def _paragraph(text: str) -> str:
    lines = (re.sub(r" {2,}", " ", part).strip() for part in text.split("\n"))
    whole = "\n".join(lines).strip()
    while whole.endswith("\\") and not whole.endswith("\\\\"):
        whole = whole[:-1].rstrip()
    while whole.startswith("\\\n"):
        whole = whole[2:].lstrip()
    return _AT_START.sub(_escape_start, whole)


def _escape_signs(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _escape_start(match: re.Match[str]) -> str:
    """What would begin a list, heading or quotation."""
    sign = match[2]
    return f"{match[1]}{sign[:-1]}\\{sign[-1]}"


def _escaped(text: str) -> str:
    return _AT_START.sub(_escape_start, _escape_signs(text))


def link_line(before: str, words: str, address: str) -> str:
    """`*before [words](address)*`: a line in italics about where something comes from."""
    link = (
        _link(_escape_signs(words), address)
        if urlsplit(address).scheme in ("http", "https")
        else _escape_signs(words)
    )
    return f"*{_escape_signs(before)} {link}*" if before else f"*{link}*"
