"""MeSH out of the National Library of Medicine's own file (`desc2026.xml`): read as a stream, kept as two small tables. Pure.

Kept are diseases and findings (tree C), mental disorders (F03) and the specialties below Medicine (H02.403).
"""

from collections.abc import Callable, Iterable
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from openrounds.rounds.rules import Unacceptable
from openrounds.rounds.vocabulary_rules import Term

MEDICINE: Final = "H02.403"
_CONDITIONS: Final = ("C", "F03")
_CHUNK: Final = 64 * 2**10
_WANTED: Final = frozenset({"DescriptorUI", "TreeNumber", "String"})


class Mesh:
    """What was read. `specialties` are (term, tree number) pairs."""

    def __init__(self) -> None:
        self.conditions: list[Term] = []
        self.specialties: list[tuple[Term, str]] = []

    def add(self, name: str, others: Iterable[str], code: str, trees: Iterable[str]) -> None:
        """Keeps a descriptor where it belongs."""
        places = tuple(trees)
        term = Term(name, tuple(dict.fromkeys(o for o in others if o != name)), code)
        self.specialties += [(term, place) for place in places if place.startswith(f"{MEDICINE}.")]
        if any(place.startswith(_CONDITIONS) for place in places):
            self.conditions.append(term)

    def condition_lines(self) -> str:
        """As `vocabulary_rules.read_terms` reads them."""
        terms = sorted(self.conditions, key=lambda term: term.name.casefold())
        return "".join(f"{term.name}\t{';'.join(term.others)}\t{term.code}\n" for term in terms)

    def specialty_lines(self) -> str:
        """As `vocabulary_rules.read_specialties` reads them. One that stands at several places comes at the first."""
        names = {place: term.name for term, place in self.specialties}
        first = {
            term.name: (term, place) for term, place in sorted(self.specialties, key=_place, reverse=True)
        }
        return "".join(
            f"{name}\t{names.get(place.rpartition('.')[0], '')}\t{';'.join(term.others)}\n"
            for name, (term, place) in first.items()
        )


def _place(found: tuple[Term, str]) -> str:
    return found[1]


def read_mesh(file: BinaryIO, advance: Callable[[int], None] = lambda _: None) -> Mesh:
    """Reads to the end. Raises Unacceptable for what is no such file."""
    reader = _Reader()
    parser = DefusedXMLParser(target=reader)
    try:
        while chunk := file.read(_CHUNK):
            parser.feed(chunk)
            advance(len(chunk))
        parser.close()
    except (ParseError, DefusedXmlException, LookupError, ValueError) as problem:
        raise Unacceptable("This is no file of MeSH descriptors, or it breaks off") from problem
    if not reader.found.conditions or not reader.found.specialties:
        raise Unacceptable("There are no diseases and specialties in it; the file is called desc and a year")
    return reader.found


class _Reader:
    """The target of the parser; keeps one descriptor at a time."""

    def __init__(self) -> None:
        self.found = Mesh()
        self._path: list[str] = []
        self._text = ""
        self._code, self._name = "", ""
        self._others: list[str] = []
        self._trees: list[str] = []

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if not self._path and tag != "DescriptorRecordSet":
            raise ValueError(tag)
        self._path.append(tag)
        self._text = ""
        if tag == "DescriptorRecord":
            self._code, self._name, self._others, self._trees = "", "", [], []

    def data(self, text: str) -> None:
        if self._path and self._path[-1] in _WANTED:
            self._text += text

    def end(self, tag: str) -> None:
        self._path.pop()
        text = " ".join(self._text.replace(";", ",").split())
        match self._path[-2:], tag:
            case [[_, "DescriptorRecord"], "DescriptorUI"]:
                self._code = text
            case [["DescriptorRecord", "DescriptorName"], "String"]:
                self._name = text
            case [[_, "TreeNumberList"], "TreeNumber"]:
                self._trees.append(text)
            case [[_, "Term"], "String"]:
                self._others.append(text)
            case [_, "DescriptorRecord"] if self._name:
                self.found.add(self._name, self._others, self._code, self._trees)
        self._text = ""

    def close(self) -> None:
        """The parser has come to the end."""
