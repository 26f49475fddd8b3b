"""References are looked up where they are registered: papers at doi.org and PubMed, pages at their own address.

What cannot be looked up (the operator does not want it, or nobody answers) stays a plain link that says so.
"""

import logging
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote

import msgspec
from django.db import transaction
from django.db.models import Q
from msgspec.structs import asdict, fields

from openrounds.core.clock import ago, now
from openrounds.core.net import Fetched, FetchError, FetchLimits
from openrounds.core.options import options
from openrounds.core.outgoing import dialler
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import Tick, handler, of
from openrounds.posts.card_rules import parse_preview
from openrounds.rounds.citation_rules import Record, cite, from_csl, from_pubmed
from openrounds.rounds.facts import ContributionChanged, PaperCited, ReferenceAdded, RoundChanged
from openrounds.rounds.models import Contribution, LookedUp, Lookup, Paper, Reference, State
from openrounds.rounds.rules import RUNNING

DOI_RESOLVER: Final = "https://doi.org/"
PUBMED_SUMMARY: Final = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esummary.fcgi"
FAILED_AGAIN_DAYS: Final = 1
KNOWN_AGAIN_DAYS: Final = 30  # a paper may have been retracted meanwhile
AT_A_TIME: Final = 100
_CSL = ("application/vnd.citationstyles.csl+json",)
_JSON = ("application/json",)
_PAGE = ("text/html", "application/xhtml+xml")
_UNKNOWN = frozenset({404, 410})
_log = logging.getLogger(__name__)


class Unreachable(Exception):
    """Nobody gave a usable answer; another day may."""


@handler(queue="net", transactional=False, lease=timedelta(minutes=5))
def look_up(wanted: ReferenceAdded) -> None:
    """Asks once; whoever looks at the round sees the answer."""
    reference = Reference.objects.filter(pk=wanted.reference_id).select_related("round").first()
    if reference is None:
        return
    if not options().look_up_references:
        _keep(reference, Lookup.OFFLINE)
    elif reference.kind == "url":
        _keep(reference, *_answer(reference))
    else:
        paper, _ = Paper.objects.get_or_create(kind=reference.kind, value=reference.value)
        _refresh(paper)
        _keep(reference, Lookup(paper.state), _record(paper))


@handler(queue="net", transactional=False, lease=timedelta(minutes=5))
def look_up_paper(cited: PaperCited) -> None:
    """Asks once for all that cite it; rooms in which it stands hear of the answer."""
    paper = Paper.objects.filter(pk=cited.paper_id).first()
    if paper is not None and options().look_up_references:
        before = paper.state
        _refresh(paper)
        if paper.state != before:
            _tell_rooms(paper)


def is_fresh(paper: Paper) -> bool:
    """Whether it was asked for lately enough."""
    days = FAILED_AGAIN_DAYS if paper.state in (Lookup.WAITING, Lookup.OFFLINE) else KNOWN_AGAIN_DAYS
    return paper.checked_at is not None and paper.checked_at > ago(days=days)


def _refresh(paper: Paper) -> None:
    """Asks unless that was done lately. What was found once stays found, whoever fails to answer later."""
    if is_fresh(paper):
        return
    state, found = _answer(paper)
    paper.checked_at = now()
    if found is not None or paper.state != Lookup.RESOLVED:
        paper.state = state
    for name, value in (asdict(found) if found else {}).items():
        setattr(paper, name, value)
    paper.save()


@transaction.atomic
def _tell_rooms(paper: Paper) -> None:
    here = Contribution.objects.filter(citings__paper=paper, round__state__in=RUNNING).order_by("-post_id")
    for round_id, post_id in here.values_list("round_id", "post_id")[:AT_A_TIME]:
        record(ContributionChanged(round_id, post_id))


def _record(paper: Paper) -> Record | None:
    if paper.state != Lookup.RESOLVED:
        return None
    return Record(**{field.name: getattr(paper, field.name) for field in fields(Record)})


def _answer(wanted: LookedUp) -> tuple[Lookup, Record | None]:
    try:
        found = _ask(wanted.kind, wanted.value)
    except (FetchError, Unreachable) as problem:
        _log.info("%s %s was not looked up: %s", wanted.kind, wanted.value, problem)
        return Lookup.OFFLINE, None
    return (Lookup.RESOLVED if found else Lookup.NOT_FOUND), found


@handler()
def look_again(_: Tick) -> None:
    """Those that could not be looked up, each day; those that could, each month. The longest unasked first."""
    if not options().look_up_references:
        return
    failed = Q(state__in=(Lookup.WAITING, Lookup.OFFLINE), checked_at__lt=ago(days=FAILED_AGAIN_DAYS))
    known = Q(checked_at__lt=ago(days=KNOWN_AGAIN_DAYS))
    never_asked = Q(state=Lookup.OFFLINE, checked_at=None)
    due = Reference.objects.filter(failed | known | never_asked).order_by("checked_at")
    for reference_id in due.values_list("pk", flat=True)[:AT_A_TIME]:
        enqueue(of(look_up), ReferenceAdded(reference_id), unique_key=f"reference:{reference_id}")
    papers = Paper.objects.filter(failed | known | never_asked, citings__isnull=False).order_by("checked_at")
    for paper_id in papers.values_list("pk", flat=True).distinct()[:AT_A_TIME]:
        enqueue(of(look_up_paper), PaperCited(paper_id), unique_key=f"paper:{paper_id}")


# ------------------------------------------------------------------------------------------------------------ who is asked
def _ask(kind: str, value: str) -> Record | None:
    """The record, or None if there is no such paper or page. Raises FetchError, Unreachable."""
    if kind == "doi":
        return _ask_doi(value)
    if kind == "pmid":
        return _ask_pubmed(value)
    return _ask_page(value)


def _ask_doi(doi: str) -> Record | None:
    answer = _fetch(f"{DOI_RESOLVER}{quote(doi, safe='/:;().-_')}", _CSL)
    if answer is None:
        return None
    found = from_csl(_decode(answer))
    if found is None:
        raise Unreachable("the registry names no title")
    return found


def _ask_pubmed(pmid: str) -> Record | None:
    url = f"{PUBMED_SUMMARY}?db=pubmed&retmode=json&tool=openrounds&id={quote(pmid, safe='')}"
    answer = _fetch(url, _JSON)
    if answer is None:
        raise Unreachable("PubMed's service is not where it was")
    summaries = _decode(answer)
    if not isinstance(summaries, dict) or "result" not in summaries:
        raise Unreachable("PubMed gave no result")
    return from_pubmed(summaries, pmid)


def _ask_page(url: str) -> Record | None:
    page = _fetch(url, _PAGE)
    if page is None:
        return None
    preview = parse_preview(page.body, page.url, page.headers.get("content-type", ""))
    if preview is None:
        raise Unreachable("the page has no title")
    year = preview.published_at.year if preview.published_at else None
    site = preview.site_name
    line = cite(authors=preview.author_name, title=preview.title, container=site, year=year, where="")
    return Record(preview.title, preview.author_name, site, year, line, retracted=False)


def _fetch(url: str, accept: tuple[str, ...]) -> Fetched | None:
    """None for what does not exist. Raises FetchError, Unreachable."""
    answer = dialler().fetch(url, limits=FetchLimits(), accept=accept)
    if answer.status in _UNKNOWN:
        return None
    if answer.status != 200:
        raise Unreachable(f"answered with status {answer.status}")
    return answer


def _decode(answer: Fetched) -> Any:
    try:
        return msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Unreachable("answered with what is no JSON") from problem


# -------------------------------------------------------------------------------------------------------- what is kept
@transaction.atomic
def _keep(reference: Reference, state: Lookup, found: Record | None = None) -> None:
    """Writes the answer. What was found once stays found, whoever fails to answer later."""
    asked = options().look_up_references
    if reference.state == Lookup.RESOLVED and found is None:
        Reference.objects.filter(pk=reference.pk).update(checked_at=now())
        return
    values: dict[str, Any] = {"state": state, "checked_at": now() if asked else None}
    if found is not None:
        values |= _columns(reference, found)
    Reference.objects.filter(pk=reference.pk).update(**values)
    round = reference.round
    if round.state != State.DRAFT:
        record(RoundChanged(round.pk, round.state))


def _columns(reference: Reference, found: Record) -> dict[str, Any]:
    """A paper is called what its registry calls it; a page what the hosts called it, if they did."""
    own_title = reference.kind == "url" and reference.title
    return {
        "title": reference.title if own_title else found.title,
        "authors": found.authors,
        "container": found.container,
        "year": found.year,
        "citation": found.citation,
        "retracted": found.retracted,
    }
