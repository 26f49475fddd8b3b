"""Papers that contributions name: found in their words by a job, each looked up once however many name it.

Bounded, since anybody may write into a room: what is beyond stays the plain link that it is in the post.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from openrounds.core.options import options
from openrounds.jobs.actions import enqueue
from openrounds.jobs.registry import handler, of
from openrounds.posts.models import Post
from openrounds.rounds import citation_jobs
from openrounds.rounds.citation_rules import Identifier, find_identifiers
from openrounds.rounds.facts import Contributed, ContributionChanged, PaperCited
from openrounds.rounds.models import Citing, Contribution, Paper

MOST_PER_POST = 5
MOST_PER_ROUND = 300
_SIGN = re.compile(r"10\.\d{4}|pmid|pubmed", re.IGNORECASE)


def may_cite(fact: Contributed) -> bool:
    """Whether it is worth reading closely."""
    text = Post.objects.filter(pk=fact.post_id).values_list("text", flat=True).first()
    return bool(text and _SIGN.search(text))


def may_have_cited(fact: ContributionChanged) -> bool:
    """The same after a change, which may have taken the papers out."""
    here = Contribution.objects.filter(round_id=fact.round_id, post_id=fact.post_id)
    text, cites = here.values_list("post__text", "cites").first() or ("", 0)
    return bool(cites or _SIGN.search(text))


@handler()
def note_papers(fact: Contributed) -> None:
    _note(fact.round_id, fact.post_id)


@handler()
def note_papers_again(fact: ContributionChanged) -> None:
    _note(fact.round_id, fact.post_id)


def _note(round_id: int, post_id: int) -> None:
    """Writes down which papers the contribution names now; a deleted one names none."""
    here = Contribution.objects.filter(round_id=round_id, post_id=post_id)
    contribution = here.select_for_update(of=("self",), no_key=True).select_related("post").first()
    if contribution is None:
        return
    text = "" if contribution.post.deleted_at else contribution.post.text
    named = [found for found in find_identifiers(text) if found.kind != "url"][:MOST_PER_POST]
    papers = _within(contribution, [_paper(found) for found in named])
    contribution.citings.exclude(paper__in=papers).delete()
    for place, paper in enumerate(papers):
        Citing.objects.update_or_create(contribution=contribution, paper=paper, defaults={"position": place})
    here.update(cites=len(papers))


def _paper(found: Identifier) -> Paper:
    paper, _ = Paper.objects.get_or_create(kind=found.kind, value=found.value)
    if options().look_up_references and not citation_jobs.is_fresh(paper):
        enqueue(of(citation_jobs.look_up_paper), PaperCited(paper.pk), unique_key=f"paper:{paper.pk}")
    return paper


def _within(contribution: Contribution, papers: Sequence[Paper]) -> list[Paper]:
    """Those that the round has room for."""
    here = Citing.objects.filter(contribution__round_id=contribution.round_id)
    known = set(here.values_list("paper_id", flat=True).distinct()[:MOST_PER_ROUND])
    room = MOST_PER_ROUND - len(known)
    fresh = [paper.pk for paper in papers if paper.pk not in known][:room]
    return [paper for paper in papers if paper.pk in known or paper.pk in fresh]


def papers_of(round_id: int, post_ids: Sequence[int]) -> dict[int, tuple[Paper, ...]]:
    """By post, the papers that it names; one query, none for no posts."""
    found: dict[int, tuple[Paper, ...]] = defaultdict(tuple)
    if post_ids:
        rows = Citing.objects.filter(contribution__round_id=round_id, contribution__post_id__in=post_ids)
        for citing in rows.select_related("paper", "contribution").order_by("position"):
            found[citing.contribution.post_id] += (citing.paper,)
    return found
