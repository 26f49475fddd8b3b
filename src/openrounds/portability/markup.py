"""HTML of others as Markdown. `core.html` cleans it first; what is read here is only ever what that lets through."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlsplit

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser, LexborNode

from openrounds.core.html import clean_own

_OTHER_LEVELS = re.compile(r"<(/?)h([156])\b", re.IGNORECASE)
_OTHER_BLOCKS = re.compile(
    r"<(/?)(?:div|section|article|figure|figcaption|address|dl|dt|dd|aside|header|footer|main|details|summary)\b",
    re.IGNORECASE,
)
_LEVELS: Final = {"1": "2", "5": "4", "6": "4"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~]|&(?=[a-zA-Z#]))")
_SENTENCE_END = re.compile(r"[.,:;!?…]*$")
_AT_START = re.compile(r"^(\s*)([#>+=-]|\d{1,9}[.)])", re.MULTILINE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_UNSAFE_IN_LINK = re.compile(r"[\s<>()\[\]\\`]")
_HEADINGS: Final = {"h2": 2, "h3": 3, "h4": 4}
_BLOCKS: Final = frozenset({"p", "ul", "ol", "pre", "blockquote", "hr", "table", *_HEADINGS})
_AROUND: Final = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_DEEPEST: Final = 40


class Block(Struct, frozen=True):
    """A paragraph, list, table … in Markdown. `level` is that of a heading (2 to 4), else 0."""

    text: str
    level: int = 0


def blocks(markup: str) -> list[Block]:
    """What the HTML says, top to bottom, without its pictures."""
    plain = _OTHER_BLOCKS.sub(r"<\1p", markup)
    plain = _OTHER_LEVELS.sub(lambda match: f"<{match[1]}h{_LEVELS[match[2]]}", plain)
    body = LexborHTMLParser(clean_own(plain)).body
    return [block for block in _blocks(body) if block.text] if body else []


def markdown(markup: str) -> str:
    """The same in one text."""
    return "\n\n".join(block.text for block in blocks(markup))


def line(markup: str) -> str:
    """A title or name: its words in one line."""
    body = LexborHTMLParser(clean_own(markup)).body
    return " ".join(body.text().split()) if body else ""


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
        return escaped(_SPACE.sub(" ", node.text()).strip())
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
    return escaped(_SPACE.sub(" ", node.text()).strip())


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
    return escaped(_SPACE.sub(" ", node.text(separator=" ")).strip())


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


def escaped(text: str) -> str:
    return _AT_START.sub(_escape_start, _escape_signs(text))


def link_line(before: str, words: str, address: str) -> str:
    """`*before [words](address)*`: a line in italics about where something comes from."""
    link = (
        _link(_escape_signs(words), address)
        if urlsplit(address).scheme in ("http", "https")
        else _escape_signs(words)
    )
    return f"*{_escape_signs(before)} {link}*" if before else f"*{link}*"
