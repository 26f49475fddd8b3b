"""What a reference is, as people type and paste it, and how a paper's metadata becomes a citation. Pure.

Sources: the DOI Handbook §2.2 (case makes no difference), CSL-JSON 1.0.2 (what doi.org answers), PubMed's ESummary 2.0.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Struct

from openrounds.core.text import Kind, parse

LONGEST_VALUE: Final = 2048
MOST_AUTHORS: Final = 3
_TITLE_CHARACTERS: Final = 1000
_NAMES_CHARACTERS: Final = 500

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d{1,9})*+/[^\s\"<>\u200b\x00-\x1f\x7f]{1,500}", re.ASCII)
_DOI_IN_TEXT = re.compile(rf"(?<![\w./])(?:doi:\s{{0,3}})?({_DOI.pattern})", re.IGNORECASE | re.ASCII)
_DOI_HOSTS = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})
# Publishers put the DOI into the path of their pages: /doi/full/10.1111/bjh.12345
_DOI_PATH = re.compile(rf"/doi(?:/(?:abs|full|pdf|epdf|epub|book|10\.1002))?/({_DOI.pattern})", re.ASCII)
_PMID_IN_TEXT = re.compile(r"(?<!\w)PMID\s{0,3}[:#]?\s{0,3}([1-9]\d{0,7})(?!\w)", re.IGNORECASE | re.ASCII)
_PMID_ALONE = re.compile(r"[1-9]\d{4,7}", re.ASCII)
_PUBMED = {
    "pubmed.ncbi.nlm.nih.gov": re.compile(r"/([1-9]\d{0,7})/?", re.ASCII),
    "www.ncbi.nlm.nih.gov": re.compile(r"/pubmed/([1-9]\d{0,7})/?", re.ASCII),
    "ncbi.nlm.nih.gov": re.compile(r"/pubmed/([1-9]\d{0,7})/?", re.ASCII),
}
_CLOSING = {")": "(", "]": "[", "}": "{"}
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_RETRACTED_TITLE = re.compile(r"\W{0,3}(?:RETRACTED(?: ARTICLE)?|WITHDRAWN)\s?[:\]]", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)", re.ASCII)


class Identifier(Struct, frozen=True):
    """`kind` is doi (value in lower case, without resolver), pmid (digits) or url (http or https)."""

    kind: str
    value: str


class Record(Struct, frozen=True):
    """A paper as its registry describes it: plain text, "" for what it does not say. `citation` is one line of it all."""

    title: str
    authors: str
    container: str
    year: int | None
    citation: str
    retracted: bool


# ------------------------------------------------------------------------------------------------------- finding them
def identify(typed: str) -> Identifier | None:
    """The one reference that somebody typed into a field; a bare number is a PMID. None when it is none or several."""
    typed = typed.strip()
    if _PMID_ALONE.fullmatch(typed):
        return Identifier("pmid", typed)
    found = find_identifiers(typed)
    return found[0] if len(found) == 1 else None


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """The references in a text, distinct, in order. All spellings of a DOI are one."""
    return tuple(dict.fromkeys(_found(text)))


def _found(text: str) -> Iterator[Identifier]:
    for token in parse(text):
        if token.kind is Kind.URL:
            yield from _of_url(token.value)
        elif token.kind is Kind.TEXT:
            yield from _of_words(token.text)


def _of_words(text: str) -> Iterator[Identifier]:
    found = [(match.start(), _doi(match[1])) for match in _DOI_IN_TEXT.finditer(text)]
    found += [(match.start(), Identifier("pmid", match[1])) for match in _PMID_IN_TEXT.finditer(text)]
    yield from (identifier for _, identifier in sorted(found, key=lambda pair: pair[0]) if identifier)


def _of_url(url: str) -> Iterator[Identifier]:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    path = unquote(parts.path)
    pubmed = _PUBMED.get(host)
    doi = _DOI.fullmatch(path[1:]) if host in _DOI_HOSTS else _DOI_PATH.fullmatch(path)
    if doi:
        found = _doi(doi[1] if doi.re is _DOI_PATH else doi[0])
        if found:
            yield found
    elif pubmed and (pmid := pubmed.fullmatch(path)):
        yield Identifier("pmid", pmid[1])
    elif len(url) <= LONGEST_VALUE:
        yield Identifier("url", urlunsplit((parts.scheme.lower(), parts.netloc.lower(), *parts[2:])))


def _doi(written: str) -> Identifier | None:
    """Without the sentence around it. A closing bracket belongs to the DOI if it was opened there (SICI)."""
    while written and (written[-1] in ".,;:!?'*_" or _is_loose_bracket(written)):
        written = written[:-1]
    return Identifier("doi", written.lower()) if _DOI.fullmatch(written) else None


def _is_loose_bracket(written: str) -> bool:
    opening = _CLOSING.get(written[-1])
    return opening is not None and written.count(written[-1]) > written.count(opening)


# -------------------------------------------------------------------------------------------------- what registries say
def from_csl(item: Any) -> Record | None:
    """A record out of CSL-JSON as Crossref and DataCite answer it; None when it names no title."""
    if not isinstance(item, dict):
        return None
    title = _line(_first(item.get("title")), _TITLE_CHARACTERS)
    if not title:
        return None
    names = [name for name in map(_csl_name, _list(item.get("author"))) if name]
    return _record(
        title=title,
        names=names,
        container=_line(_first(item.get("container-title-short")) or _first(item.get("container-title"))),
        full_container=_line(_first(item.get("container-title")) or item.get("publisher")),
        year=_csl_year(item),
        where=_place(item.get("volume"), item.get("issue"), item.get("page") or item.get("article-number")),
        retracted=_csl_retracted(item, title),
    )


def from_pubmed(answer: Any, pmid: str) -> Record | None:
    """A record out of PubMed's ESummary in JSON; None when PubMed knows no such paper."""
    result = answer.get("result") if isinstance(answer, dict) else None
    item = result.get(pmid) if isinstance(result, dict) else None
    if not isinstance(item, dict) or "error" in item:
        return None
    title = _line(item.get("title"), _TITLE_CHARACTERS).removesuffix(".")
    if not title:
        return None
    kinds = [_line(kind) for kind in _list(item.get("pubtype"))]
    authors = [author for author in _list(item.get("authors")) if isinstance(author, dict)]
    return _record(
        title=title,
        names=[name for name in (_line(author.get("name")) for author in authors) if name],
        container=_line(item.get("source")),
        full_container=_line(item.get("fulljournalname")),
        year=_year(item.get("pubdate")) or _year(item.get("epubdate")),
        where=_place(item.get("volume"), item.get("issue"), item.get("pages") or item.get("elocationid")),
        retracted="Retracted Publication" in kinds or bool(_RETRACTED_TITLE.match(title)),
    )


def cite(*, authors: str, title: str, container: str, year: int | None, where: str) -> str:
    """`Thrush A, Scanlan D. The lab report. BMJ. 2016;352(3):1-4.`, after Vancouver; what is not known is left out."""
    date = ";".join(part for part in (str(year or ""), where) if part)
    parts = (authors, title, container, date)
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part)


def _record(
    *,
    title: str,
    names: Sequence[str],
    container: str,
    full_container: str,
    year: int | None,
    where: str,
    retracted: bool,
) -> Record:
    shown = ", ".join(names[:MOST_AUTHORS]) + (", et al" if len(names) > MOST_AUTHORS else "")
    authors = shown[:_NAMES_CHARACTERS]
    container = container or full_container
    citation = cite(authors=authors, title=title, container=container, year=year, where=where)
    return Record(title, authors, full_container or container, year, citation, retracted)


def _csl_name(author: Any) -> str:
    if not isinstance(author, Mapping):
        return ""
    family, given = _line(author.get("family")), _line(author.get("given"))
    if not family:
        return _line(author.get("literal") or author.get("name"))
    initials = "".join(word[0].upper() for word in re.split(r"[\s.\-]+", given) if word)
    particle = _line(author.get("non-dropping-particle"))
    return " ".join(part for part in (particle, family, initials) if part)


def _csl_year(item: Mapping[str, Any]) -> int | None:
    for name in ("published-print", "issued", "published", "published-online"):
        date = item.get(name)
        parts = _first(date.get("date-parts")) if isinstance(date, dict) else None
        year = _year(_first(parts)) or _year(date.get("raw") if isinstance(date, dict) else None)
        if year:
            return year
    return None


def _csl_retracted(item: Mapping[str, Any], title: str) -> bool:
    """Crossref says of a paper what it was updated by; publishers often say it in the title alone."""
    updates = [update for update in _list(item.get("updated-by")) if isinstance(update, dict)]
    kinds = {str(update.get("type", "")).lower() for update in updates}
    return bool(kinds & {"retraction", "withdrawal", "removal"}) or bool(_RETRACTED_TITLE.match(title))


def _place(volume: Any, issue: Any, pages: Any) -> str:
    """`352(3):1-4` of what is there."""
    volume, issue, pages = _line(volume, 40), _line(issue, 40), _line(pages, 80)
    before = volume + (f"({issue})" if issue else "")
    return f"{before}:{pages}" if pages else before


def _year(value: Any) -> int | None:
    found = _YEAR.search(str(value)) if isinstance(value, str | int) else None
    return int(found[1]) if found else None


def _first(value: Any) -> Any:
    """Titles come as texts and as lists of texts."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _line(value: Any, most: int = _NAMES_CHARACTERS) -> str:
    """One line of plain text: registries keep titles with markup (`<i>TP53</i>`, `&amp;`)."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    plain = html.unescape(_TAG.sub("", html.unescape(str(value)[: 4 * most])))
    line = " ".join("".join(char if char.isprintable() else " " for char in plain).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
