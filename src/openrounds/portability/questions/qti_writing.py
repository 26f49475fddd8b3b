"""Questions as a QTI 2.2 package: a ZIP with a manifest, one item for each question, and its pictures.

The format: imsglobal.org/question, “QTI v2.2.4” (items) and “IMS Content Packaging 1.1.4” (the manifest).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import IO, Final
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from selectolax.lexbor import LexborHTMLParser, LexborNode

from openrounds.core.markdown import render_markdown
from openrounds.portability.questions.question import LETTERS, Choice, Question

_ITEM: Final = "http://www.imsglobal.org/xsd/imsqti_v2p2"
_MANIFEST: Final = "http://www.imsglobal.org/xsd/imscp_v1p1"
_SCHEMAS: Final = {
    _ITEM: "http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2p2.xsd",
    _MANIFEST: "http://www.imsglobal.org/xsd/qti/qtiv2p2/qtiv2p2_imscpv1p2_v1p0.xsd",
}
_RENAMED: Final = {"s": "span", "del": "span", "u": "span"}  # QTI has no such elements


def write_package(
    out: IO[bytes], questions: Sequence[Question], open_picture: Callable[[str], bytes | None]
) -> None:
    """Writes the ZIP; pictures that the store has lost are left out."""
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        kept = _write_pictures(archive, questions, open_picture)
        archive.compression = ZIP_DEFLATED
        archive.writestr("imsmanifest.xml", _manifest(questions, kept))
        for question in questions:
            archive.writestr(f"items/{question.key}.xml", item_of(question, kept))


def item_of(question: Question, pictures: Iterable[str]) -> bytes:
    """The item's file, with those of its pictures that are in the package."""
    root = _root("assessmentItem", _ITEM)
    root.attrib |= {"identifier": question.key, "title": question.title or question.prompt[:80]}
    root.attrib |= {"adaptive": "false", "timeDependent": "false", "toolName": "OpenRounds"}
    cardinality = "multiple" if question.multiple else "single"
    _declare(root, question, cardinality)
    body = SubElement(root, "itemBody")
    _write_text(body, question, frozenset(pictures))
    _write_choices(body, question)
    _write_scoring(root)
    return _file(root)


def _root(name: str, namespace: str) -> Element:
    place = f"{namespace} {_SCHEMAS[namespace]}"
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    return Element(name, {"xmlns": namespace, "xmlns:xsi": xsi, "xsi:schemaLocation": place})


def _file(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _declare(root: Element, question: Question, cardinality: str) -> None:
    same = {"cardinality": cardinality, "baseType": "identifier"}
    response = SubElement(root, "responseDeclaration", {"identifier": "RESPONSE", **same})
    right = SubElement(response, "correctResponse")
    for letter, choice in zip(LETTERS, question.choices, strict=False):
        if choice.right:
            SubElement(right, "value").text = letter
    score = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    default = SubElement(SubElement(root, "outcomeDeclaration", score), "defaultValue")
    SubElement(default, "value").text = "0"
    SubElement(root, "outcomeDeclaration", {"identifier": "FEEDBACK", **same})


def _write_text(body: Element, question: Question, kept: frozenset[str]) -> None:
    found = LexborHTMLParser(render_markdown(question.text)).body if question.text else None
    if found is not None:
        _copy(found, SubElement(body, "div"))
    for picture in question.pictures:
        if picture.name in kept:
            shown = {"src": f"../images/{picture.name}", "alt": picture.description}
            SubElement(SubElement(body, "p"), "img", shown)


def _copy(node: LexborNode, into: Element) -> None:
    """Our own HTML as XML: its elements and words, and where links lead."""
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            _say(into, child.text_content or "")
            continue
        tag = str(child.tag)
        href = child.attributes.get("href")
        made = SubElement(into, _RENAMED.get(tag, tag), {"href": href} if tag == "a" and href else {})
        _copy(child, made)


def _say(into: Element, words: str) -> None:
    """Behind whatever is in it already."""
    if len(into):
        into[-1].tail = (into[-1].tail or "") + words
    else:
        into.text = (into.text or "") + words


def _say_lines(into: Element, words: str) -> None:
    for number, line in enumerate(words.split("\n")):
        if number:
            SubElement(into, "br")
        _say(into, line)


def _write_choices(body: Element, question: Question) -> None:
    most = "0" if question.multiple else "1"
    asked = {"responseIdentifier": "RESPONSE", "shuffle": "false", "maxChoices": most}
    interaction = SubElement(body, "choiceInteraction", asked)
    _say_lines(SubElement(interaction, "prompt"), question.prompt)
    for letter, choice in zip(LETTERS, question.choices, strict=False):
        element = SubElement(interaction, "simpleChoice", {"identifier": letter})
        element.text = choice.title
        if choice.explanation or choice.reference:
            _write_feedback(element, choice, letter)


def _write_feedback(into: Element, choice: Choice, letter: str) -> None:
    told = {"outcomeIdentifier": "FEEDBACK", "identifier": letter, "showHide": "show"}
    feedback = SubElement(into, "feedbackInline", told)
    _say_lines(feedback, choice.explanation)
    if choice.reference:
        if choice.explanation:
            SubElement(feedback, "br")
        SubElement(feedback, "cite", {"class": "reference"}).text = choice.reference


def _write_scoring(root: Element) -> None:
    """One point for exactly the key; and the explanation of what was chosen."""
    processing = SubElement(root, "responseProcessing")
    test = SubElement(SubElement(processing, "responseCondition"), "responseIf")
    same = SubElement(test, "match")
    SubElement(same, "variable", {"identifier": "RESPONSE"})
    SubElement(same, "correct", {"identifier": "RESPONSE"})
    scored = SubElement(test, "setOutcomeValue", {"identifier": "SCORE"})
    SubElement(scored, "baseValue", {"baseType": "float"}).text = "1"
    told = SubElement(processing, "setOutcomeValue", {"identifier": "FEEDBACK"})
    SubElement(told, "variable", {"identifier": "RESPONSE"})


def _manifest(questions: Sequence[Question], kept: frozenset[str]) -> bytes:
    root = _root("manifest", _MANIFEST)
    root.attrib["identifier"] = "openrounds-questions"
    about = SubElement(root, "metadata")
    SubElement(about, "schema").text = "QTIv2.2 Package"
    SubElement(about, "schemaversion").text = "1.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for question in questions:
        href = f"items/{question.key}.xml"
        what = {"identifier": f"file-{question.key}", "type": "imsqti_item_xmlv2p2", "href": href}
        resource = SubElement(resources, "resource", what)
        for path in (href, *(f"images/{p.name}" for p in question.pictures if p.name in kept)):
            SubElement(resource, "file", {"href": path})
    return _file(root)


def _write_pictures(
    archive: ZipFile, questions: Sequence[Question], open_picture: Callable[[str], bytes | None]
) -> frozenset[str]:
    archive.compression = ZIP_STORED
    kept: set[str] = set()
    for name in dict.fromkeys(picture.name for question in questions for picture in question.pictures):
        data = open_picture(name)
        if data is not None:
            archive.writestr(f"images/{name}", data)
            kept.add(name)
    return frozenset(kept)
