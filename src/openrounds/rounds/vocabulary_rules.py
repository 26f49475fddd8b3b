"""Words of medicine while somebody types: specialties as a tree, conditions by the beginnings of their words. Pure."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import chain
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

SHORTEST: Final = 2  # characters before anything is offered
LONGEST: Final = 100
NAMES_SEEN: Final = 8
_LAST: Final = "\U0010ffff"
# British and American spelling are one, and so are œ and oe.
_SPELLINGS: Final = ((re.compile("[ao]+e"), "e"), (re.compile("our"), "or"))


class Term(Struct, frozen=True):
    """`name` is what is written, `others` what it is also called; `code` its MeSH descriptor, or ""."""

    name: str
    others: tuple[str, ...] = ()
    code: str = ""


class Specialty(Struct, frozen=True):
    """`parent` is the name of the one above it, or ""; `depth` counts from 0; `others` is what it is also called."""

    name: str
    parent: str
    depth: int
    others: tuple[str, ...] = ()


def fold(text: str) -> str:
    """What spellings of a word have in common: capitals, accents, punctuation, British or American."""
    words = _bare(text)
    for long, short in _SPELLINGS:
        words = long.sub(short, words)
    return words


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    words = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(words.split())


def _spellings(text: str) -> set[str]:
    """As it stands, and as all spell it: half a word (`ana`, `tumou`) is told by the first alone."""
    return {_bare(text), fold(text)}


class Vocabulary:
    """Terms, found by the beginnings of their words."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = sorted(terms, key=lambda term: term.name.casefold())
        numbered = ((name, number) for number, term in enumerate(self._terms) for name in _names(term))
        spelled = [(spelling, number) for name, number in numbered for spelling in sorted(_spellings(name))]
        self._spelled = [(f" {name}", number) for name, number in spelled]
        self._words = sorted(
            {(word, place) for place, (name, _) in enumerate(spelled) for word in name.split()}
        )

    def __len__(self) -> int:
        return len(self._terms)

    def complete(self, typed: str, most: int) -> list[Term]:
        """At most so many terms in which each typed word begins a word: those that begin with it first, short ones first."""
        spellings = sorted(_spellings(typed[:LONGEST]))
        matches = chain.from_iterable(self._matches(spelling.split()) for spelling in spellings)
        # A term has several names in two spellings: enough of them that so many terms are left.
        found = dict.fromkeys(number for *_, number in nsmallest(most * NAMES_SEEN, matches))
        return [self._terms[number] for number in list(found)[:most]]

    def _matches(self, words: list[str]) -> Iterator[tuple[int, int, str, int]]:
        """(place of the match, length, spelling, number) of each spelling that fits; the smaller the better."""
        rarest = max(words, key=len, default="")
        if len(rarest) < SHORTEST:
            return
        begun = " " + " ".join(words)
        first = bisect_left(self._words, (rarest, -1))
        end = bisect_left(self._words, (rarest + _LAST, -1))
        for place in {place for _, place in self._words[first:end]}:
            name, number = self._spelled[place]
            if all(f" {word}" in name for word in words):
                yield _rank(name, begun), len(name), name, number


def _names(term: Term) -> tuple[str, ...]:
    return (term.name, *term.others)


def _rank(name: str, begun: str) -> int:
    """0: the very name; 1: begins so; 2: holds the words in a row; 3: holds them."""
    if name == begun:
        return 0
    if name.startswith(begun):
        return 1
    return 2 if begun in name else 3


def read_terms(text: str) -> list[Term]:
    """Lines of name, other names (separated by `;`) and code, separated by tabs; what is missing is empty."""
    rows = (f"{line}\t\t".split("\t") for line in text.splitlines() if line.strip())
    return [Term(name, tuple(filter(None, others.split(";"))), code) for name, others, code, *_ in rows]


def read_specialties(text: str) -> list[Specialty]:
    """Lines of name, parent and other names (separated by `;`), separated by tabs, as a tree: each under its parent, beside
    the others by name."""
    rows = (f"{line}\t\t".split("\t") for line in text.splitlines() if line.strip())
    found = [
        Specialty(name, parent, 0, tuple(filter(None, others.split(";"))))
        for name, parent, others, *_ in rows
    ]
    return list(_below("", found, 0))


def _below(parent: str, among: list[Specialty], depth: int) -> Iterator[Specialty]:
    children = (each for each in among if each.parent == parent)
    for each in sorted(children, key=lambda child: child.name.casefold()):
        yield replace(each, depth=depth)
        yield from _below(each.name, among, depth + 1)


def by_spelling(tree: Iterable[Specialty]) -> dict[str, str]:
    """The name of a specialty by each spelling (`fold`) of what it is called. Its own name wins over another's second name."""
    places = list(tree)
    others = {fold(other): each.name for each in places for other in each.others}
    return others | {fold(each.name): each.name for each in places}


def with_those_below(tree: Iterable[Specialty], name: str) -> list[str]:
    """The name itself, and the names of all that stand under it."""
    found = [name]
    # Parents come in front of what is below them.
    for each in tree:
        if each.parent in found and each.name not in found:
            found.append(each.name)
    return found
