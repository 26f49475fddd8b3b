"""QTI items (2.1, 2.2 and 3.0) as questions. Pure.

The file is a stranger's: no document type, no entities, bounded depth and size. QTI 3.0 writes `qti-simple-choice` and
`response-identifier` for what was `simpleChoice` and `responseIdentifier`: all names are read as the older.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from openrounds.core.markdown import render_markdown
from openrounds.portability.markup import blocks
from openrounds.portability.questions.columns import Unclear
from openrounds.portability.questions.plain import as_words
from openrounds.portability.questions.question import Choice, Picture, Question, Unreadable, tidy

ITEM: Final = "assessmentItem"
_OTHER_ROOTS: Final = {
    "assessmentTest": "A test is not taken, only its items",
    "assessmentSection": "A section is not taken, only its items",
    "assessmentStimulus": "A text that several items share is not taken",
    "questestinterop": "QTI 1.2 is not read, only 2.1, 2.2 and 3.0",
    "manifest": "A manifest alone holds no questions; choose the package (.zip)",
}
_DEEPEST: Final = 100
_MOST_ELEMENTS: Final = 20_000
_UNREADABLE: Final = frozenset(
    {"math", "video", "audio", "iframe", "svg", "printedVariable", "customInteraction"}
)
_AFTERWARDS: Final = frozenset(
    {"feedbackInline", "feedbackBlock", "rubricBlock", "templateInline", "templateBlock"}
)
_VOID: Final = frozenset({"br", "hr"})
_HERE: Final = "\ue000 \ue000"
_KEBAB = re.compile(r"-([a-z0-9])")


class _Builder(TreeBuilder):
    """Gives up on what no item needs before it fills memory."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._made = 0

    def start(self, tag: str, attributes: dict[str, str], /) -> Element:
        self._depth, self._made = self._depth + 1, self._made + 1
        if self._depth > _DEEPEST or self._made > _MOST_ELEMENTS:
            raise Unreadable("Its elements are nested too deeply, or too many")
        return super().start(tag, attributes)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parsed(data: bytes) -> Element:
    """The tree of an XML file, its names without prefixes, as QTI 2 has them. Raises Unreadable."""
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except ParseError as problem:
        raise Unreadable(f"Line {problem.position[0]} is no well-formed XML") from problem
    except DefusedXmlException as problem:
        raise Unreadable("Document types and entities have no place in it") from problem
    except (LookupError, ValueError) as problem:
        raise Unreadable("It is in an encoding that nobody knows; save it as UTF-8") from problem
    for element in root.iter():
        element.tag = _old_name(str(element.tag))
        element.attrib = {_old_name(name): value for name, value in element.attrib.items()}
    return root


def _old_name(name: str) -> str:
    plain = name.rpartition("}")[2].removeprefix("qti-")
    return _KEBAB.sub(lambda match: match[1].upper(), plain)


def title_of(root: Element) -> str:
    """What an item calls itself."""
    return " ".join((root.get("title") or root.get("identifier") or "").split())


def question_of(root: Element) -> Question:
    """The question of an item. Raises Unclear for another kind of item, and for one that does not say what is right."""
    if root.tag != ITEM:
        raise Unclear(_OTHER_ROOTS.get(str(root.tag), f"It is no QTI item: {str(root.tag)[:40]}"))
    body = root.find("itemBody")
    if body is None:
        raise Unclear("There is no question in it")
    interaction = _interaction(root, body)
    right, multiple = _key(root, interaction.get("responseIdentifier", ""))
    text, prompt = _asked(body, interaction)
    told = _feedback(root)
    question = Question(
        key=root.get("identifier", ""),
        title=root.get("title", ""),
        text=text,
        prompt=prompt,
        multiple=multiple,
        choices=tuple(_choice(element, right, told) for element in interaction.iter("simpleChoice")),
        pictures=tuple(_pictures(body)),
        notes=tuple(_notes(root, body, told)),
    )
    return tidy(question)


def _interaction(root: Element, body: Element) -> Element:
    found = [element for element in body.iter() if str(element.tag).endswith("Interaction")]
    other = next((element for element in found if element.tag != "choiceInteraction"), None)
    if other is not None:
        raise Unclear(f"Its kind of interaction is not read: {str(other.tag)[:60]}")
    if len(found) != 1:
        raise Unclear("It asks several questions at once" if found else "There is no question in it")
    if root.find("templateDeclaration") is not None or root.get("adaptive") == "true":
        raise Unclear("It is made anew for everybody who answers")
    strange = next((element.tag for element in body.iter() if element.tag in _UNREADABLE), None)
    if strange is not None:
        raise Unclear(f"It holds what cannot be shown here: {strange}")
    if any(_is_picture(element) for choice in found[0].iter("simpleChoice") for element in choice.iter()):
        raise Unclear("A picture is among its options")
    return found[0]


def _key(root: Element, response: str) -> tuple[set[str], bool]:
    """The identifiers of the right choices, and whether several may be chosen. Without a key the mapping's points say it."""
    declared = next((e for e in root.iter("responseDeclaration") if e.get("identifier") == response), None)
    if declared is None:
        raise Unclear("It does not say which option is right")
    right = {_said(value) for value in declared.iterfind("correctResponse/value")}
    if not right:
        entries = declared.iterfind("mapping/mapEntry")
        right = {entry.get("mapKey", "") for entry in entries if _points(entry) > 0}
    return right - {""}, declared.get("cardinality") in ("multiple", "ordered")


def _points(entry: Element) -> float:
    try:
        return float(entry.get("mappedValue", "0"))
    except ValueError:
        return 0.0


def _said(element: Element) -> str:
    return "".join(element.itertext()).strip()


# -------------------------------------------------------------------------------------------------------- what is said where
def _asked(body: Element, interaction: Element) -> tuple[str, str]:
    """(text as Markdown, what is asked). Without a prompt, the paragraph in front of the options asks."""
    found = [block.text for block in blocks(_html(body, instead_of=interaction))]
    place = next((number for number, text in enumerate(found) if _HERE in text), len(found))
    before, after = found[:place], found[place + 1 :]
    prompt = interaction.find("prompt")
    asked = as_words(_html(prompt)) if prompt is not None else ""
    if not asked and before:
        asked = as_words(render_markdown(before.pop()))
    return "\n\n".join([*before, *after]), asked


def _choice(element: Element, right: set[str], told: dict[str, Element]) -> Choice:
    name = element.get("identifier", "")
    own = next(element.iter("feedbackInline"), None)
    feedback = own if own is not None else told.get(name)
    why, where = ("", "") if feedback is None else _explained(feedback)
    return Choice(as_words(_html(element)), name in right, why, where)


def _explained(feedback: Element) -> tuple[str, str]:
    cited = next((e for e in feedback.iter("cite") if e.get("class") == "reference"), None)
    where = "" if cited is None else _said(cited)
    return as_words(_html(feedback, instead_of=cited).replace(_HERE, "")), where


def _feedback(root: Element) -> dict[str, Element]:
    """What is said after the answer, by the identifier that calls it."""
    return {element.get("identifier", ""): element for element in root.iterfind("modalFeedback")}


def _is_picture(element: Element) -> bool:
    return element.tag == "img" or (element.tag == "object" and element.get("type", "").startswith("image/"))


def _pictures(body: Element) -> Iterator[Picture]:
    seen: set[str] = set()
    for element in body.iter():
        name = (element.get("src") or element.get("data") or "").strip() if _is_picture(element) else ""
        if name and name not in seen:
            seen.add(name)
            yield Picture(name, element.get("alt") or ("" if element.tag == "img" else _said(element)))


def _notes(root: Element, body: Element, told: dict[str, Element]) -> Iterator[str]:
    """What of an item that is taken is not."""
    names = {element.get("identifier") for element in body.iter("simpleChoice")}
    if told.keys() - names:
        yield "Feedback that belongs to no option is left out"
    if any(element.tag == "rubricBlock" for element in body.iter()):
        yield "Notes for examiners are left out"
    if root.find("assessmentStimulusRef") is not None:
        yield "A text that several items share is left out"
    if any(element.tag == "object" and not _is_picture(element) for element in body.iter()):
        yield "A file that is no picture is left out"


# ------------------------------------------------------------------------------------------------------------- from XML to HTML
def _html(element: Element, *, instead_of: Element | None = None) -> str:
    """What is in the element, without what is shown only afterwards; `core.html` cleans it later.

    `instead_of` one element inside there is a paragraph with `_HERE`.
    """
    return "".join(_parts(element, instead_of))


def _parts(element: Element, instead_of: Element | None) -> Iterator[str]:
    yield escape(element.text or "")
    for child in element:
        if child is instead_of:
            yield f"<p>{_HERE}</p>"
        elif child.tag not in _AFTERWARDS and not _is_picture(child):
            yield from _element(child, instead_of)
        yield escape(child.tail or "")


def _element(element: Element, instead_of: Element | None) -> Iterator[str]:
    tag = str(element.tag)
    href = f' href="{escape(element.get("href", ""))}"' if tag == "a" else ""
    yield f"<{tag}{href}>"
    if tag not in _VOID:
        yield from _parts(element, instead_of)
        yield f"</{tag}>"
