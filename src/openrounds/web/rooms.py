"""A room as its pages show it: the stage (what is released, one's own answers) and a page of the debate."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from msgspec import Struct, field
from msgspec.structs import replace

from openrounds.api.call import Call
from openrounds.api.entities.round import RoundStep
from openrounds.api.entities.status import Status
from openrounds.api.render.rounds import render_steps
from openrounds.core.markdown import render_markdown
from openrounds.core.paging import Paging
from openrounds.core.text import plain_text
from openrounds.posts.lines import Line, read_ids
from openrounds.rounds import debate_queries, room_queries
from openrounds.rounds.access import hosts
from openrounds.rounds.cited import papers_of
from openrounds.rounds.contributions import counts
from openrounds.rounds.debate_queries import About
from openrounds.rounds.models import Basis, Kind, Level, Paper, Round, State, Step, Summary
from openrounds.rounds.queries import released_steps
from openrounds.rounds.reading_rules import reading_age
from openrounds.rounds.rules import RUNNING
from openrounds.rounds.standing import Reader, Thought
from openrounds.web import reading

PER_PAGE = 30
MOST_FRESH = 40
LATE = 15
FEW = 5
MARKS = {
    "key_point": gettext_lazy("Key point"),
    "common_error": gettext_lazy("Common error"),
    "needs_source": gettext_lazy("Needs a source"),
}
BADGES: Mapping[str, Any] = {
    "draft": gettext_lazy("Draft"),
    "scheduled": gettext_lazy("Coming"),
    "open": gettext_lazy("Open now"),
    "closing": gettext_lazy("Being summed up"),
    "closed": gettext_lazy("Archive"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
KINDS = {"case": gettext_lazy("Case"), "chat": gettext_lazy("Chat")}


class Stage(Struct, frozen=True):
    """A released step. `own`: what the reader committed to; `asks`: whether he may still."""

    shown: RoundStep
    label: str
    own: list[Thought] | None = None
    asks: bool = False
    pooled: bool = False
    posts: int = 0


class Said(Struct, frozen=True):
    """A contribution, or a gap (`post` None) where one was deleted. `label` names its step, `gap` why nothing stands
    there. `same` are those that said the same later; where all are numbered, `same_as` is the number of the first.
    `papers` are those that it names."""

    post: Status | None
    about: About | None
    label: str = ""
    number: int = 0
    gap: str = ""
    same: tuple["Said", ...] = ()
    papers: tuple[Paper, ...] = ()
    same_as: int = 0

    @property
    def mark(self) -> object:
        """What the hosts marked it as, in words; "" for nothing."""
        return MARKS.get(self.about.mark, "") if self.about else ""


class Asked(Struct, frozen=True):
    """Which part of the debate is wanted: of one step, what is marked, what was hidden; which end first."""

    step: int | None = None
    show: str = ""
    oldest_first: bool = False

    def kept(self, **changed: object) -> str:
        """For a link: the same part, with that changed."""
        now = {"step": self.step, "show": self.show, "order": "old" if self.oldest_first else "new"} | changed
        return urlencode({name: value for name, value in now.items() if value})


def label(round: Round, position: int) -> str:
    """What a step is called, as announcements and answers ("A1") do."""
    return f"Q{position}" if round.kind == Kind.CHAT else gettext("Part %d") % position


def lay_age(summary: Summary | None) -> int | None:
    """From which age on the summary in plain words is read with ease."""
    return reading_age(plain_text(render_markdown(summary.lay_text))) if summary else None


def frame(call: Call, round: Round) -> dict[str, Any]:
    """What every page of a round shows of it."""
    posts, people = counts([round.pk]).get(round.pk, (0, 0))
    closed = round.state == State.CLOSED
    summary = room_queries.summary_of(round) if closed else None
    return {
        "round": round,
        "hosting": hosts(call.account_id, round),
        "host": reading.account(call, round.host_id),
        "intro": render_markdown(round.intro),
        "badge": BADGES[round.state],
        "kind": KINDS[round.kind],
        "level": Level(round.level).label if round.level else "",
        "basis": Basis(round.basis).label if round.basis else "",
        "running": round.state in RUNNING,
        "closed": closed,
        "posts_count": posts,
        "people_count": people,
        "summary": render_markdown(summary.text) if summary else "",
        "lay_summary": render_markdown(summary.lay_text) if summary else "",
        "lay_age": lay_age(summary),
        "references": room_queries.references_of(round.pk) if closed else [],
        "next_round": room_queries.next_date(round) if closed else None,
    }


# -------------------------------------------------------------------------------------------------------------- the stage
def stages(call: Call, reader: Reader) -> list[Stage]:
    """The steps that the reader is shown, with what he said to them; four queries, and three more where one asks a question."""
    round, own = reader.round, reader.own
    steps = released_steps(round, reader.upto)
    posts = debate_queries.by_step(round.pk)
    drawn = render_steps(call, steps, hosting=reader.hosting, committed=own)
    return [
        Stage(
            shown,
            label(round, step.position),
            own.get(step.pk),
            asks=step is steps[-1] and may_answer(call, reader, step),
            pooled=round.state == State.CLOSED or step.pk in own,
            posts=posts.get(step.position, 0),
        )
        for step, shown in zip(steps, drawn, strict=True)
    ]


def may_answer(call: Call, reader: Reader, step: Step) -> bool:
    """Whether the reader is asked to commit here and now: where it is wanted, and not too late."""
    wanted = step.commit_first or reader.round.kind == Kind.CASE or hasattr(step, "question")
    return call.account_id is not None and not reader.hosting and wanted and reader.may_commit(step)


# ------------------------------------------------------------------------------------------------------------- the debate
def asked(request: HttpRequest, round: Round) -> Asked:
    """As the address says; a running debate has its newest first, one that is over is read from its start."""
    step = request.GET.get("step", "")
    order = request.GET.get("order", "")
    return Asked(
        int(step) if step.isdecimal() and len(step) < 3 else None,
        request.GET.get("show", ""),
        order == "old" or (order != "new" and round.state == State.CLOSED),
    )


def debate(call: Call, reader: Reader, wanted: Asked) -> dict[str, Any]:
    """A page of the debate: `said`, the cursor of the next page in `more`, the newest post on it in `newest`."""
    if wanted.show == "marked":
        return _marked(call, reader)
    round, hidden = reader.round, wanted.show == "hidden" and reader.hosting
    step_id = _step_id(reader, wanted.step)
    source = debate_queries.debate(
        round.pk, call.account_id, step_id=step_id, upto=_limit(reader), hidden=hidden, folding=not hidden
    )
    found = debate_queries.read_debate(source, _paging(call.request, wanted))
    full = len(found) == PER_PAGE
    missing = [] if hidden or (not full and not found) else _gaps(call.request, round, found, step_id, wanted)
    said = _said(call, round, found, missing)
    return {
        "said": said if not wanted.oldest_first else said[::-1],
        "more": (found[0].id if wanted.oldest_first else found[-1].id) if full else None,
        "newest": found[0].id if found else 0,
        "first_page": not {"max_id", "min_id"} & call.request.GET.keys(),
    }


def _step_id(reader: Reader, position: int | None) -> int | None:
    """Of a step that he is shown."""
    found = (place.id for place in reader.steps if place.position == position and position <= reader.upto)
    return next(found, None)


def _limit(reader: Reader) -> int | None:
    """The last step whose debate he is shown; None for all, which the database answers faster."""
    return reader.upto if reader.held_back else None


def _paging(request: HttpRequest, wanted: Asked) -> Paging:
    if wanted.oldest_first:
        return Paging(PER_PAGE, min_id=reading.cursor(request, "min_id") or 0)
    return Paging(PER_PAGE, max_id=reading.cursor(request))


def _gaps(
    request: HttpRequest, round: Round, found: Sequence[Line], step_id: int | None, wanted: Asked
) -> list[int]:
    """Deleted posts between the page's ends; the last page reaches to the very end."""
    full = len(found) == PER_PAGE
    if wanted.oldest_first:
        above, below = reading.cursor(request, "min_id") or 0, found[0].id if full else None
    else:
        above, below = found[-1].id if full else 0, reading.cursor(request)
    return debate_queries.gaps(round.pk, above=above, below=below, step_id=step_id)


def fresh(call: Call, reader: Reader, since: int, *, before: int | None = None) -> list[Said]:
    """What was said since (and before another post), newest first."""
    source = debate_queries.debate(reader.round.pk, call.account_id, upto=_limit(reader), folding=True)
    found = debate_queries.read_debate(source, Paging(MOST_FRESH, since_id=since, max_id=before))
    return _said(call, reader.round, found, [])


def _marked(call: Call, reader: Reader) -> dict[str, Any]:
    rows = debate_queries.marked(reader.round.pk, call.account_id, upto=reader.upto)
    said = _said(call, reader.round, read_ids([about.post_id for about in rows if about.mark]), [])
    return {"said": said, "more": None, "newest": 0, "first_page": False}


def pinned(call: Call, reader: Reader) -> list[Said]:
    """What the hosts keep at the top; three queries more where there is any."""
    rows = debate_queries.pinned(reader.round.pk, call.account_id, upto=reader.upto)
    return _said(call, reader.round, read_ids([about.post_id for about in rows]), []) if rows else []


def _said(call: Call, round: Round, found: Sequence[Line], missing: Sequence[int]) -> list[Said]:
    """Newest first, gaps where they were."""
    about = debate_queries.contributions_of(round.pk, [line.id for line in found])
    shown = reading.posts(call, found, "public")
    same = _same(call, round, [one.post_id for one in about.values() if one.folds])
    papers = papers_of(round.pk, [one.post_id for one in about.values() if one.cites])
    said = {
        int(post.id): replace(
            _one(round, post, about.get(int(post.id))),
            same=same.get(int(post.id), ()),
            papers=papers.get(int(post.id), ()),
        )
        for post in shown
    }
    said |= {post_id: Said(None, None) for post_id in missing}
    return [said[post_id] for post_id in sorted(said, reverse=True)]


def _same(call: Call, round: Round, first_ids: Sequence[int]) -> dict[int, tuple[Said, ...]]:
    """By the first of them, who said the same; nothing is asked where there is no first."""
    if not first_ids:
        return {}
    found, about = debate_queries.folded(round.pk, call.account_id, first_ids)
    papers = papers_of(round.pk, [one.post_id for one in about.values() if one.cites])
    same: dict[int, tuple[Said, ...]] = {}
    for post in reading.posts(call, found, "public"):
        one = about[int(post.id)]
        same[one.same_as or 0] = (
            *same.get(one.same_as or 0, ()),
            Said(post, one, papers=papers.get(one.post_id, ())),
        )
    return same


def _one(round: Round, post: Status, about: About | None) -> Said:
    return Said(post, about, label(round, about.position) if about and about.position else "")


# -------------------------------------------------------------------------------------------------------------- the late
class CatchUp(Struct, frozen=True):
    """For whoever comes late: how much he has not read, what was marked, what nobody has answered yet."""

    unread: int
    first: bool
    key_points: list[Said] = field(default_factory=list)
    unanswered: list[Status] = field(default_factory=list)


def catch_up(call: Call, reader: Reader) -> CatchUp | None:
    """None for whoever is up to date, which costs one query."""
    round = reader.round
    if call.account_id is None or round.state not in RUNNING:
        return None
    unread = debate_queries.unread(round.pk, reader.read_post)
    if unread < (LATE if reader.read_post else FEW):
        return None
    marked = _marked(call, reader)["said"]
    unanswered = debate_queries.unanswered(round.pk, call.account_id, FEW, upto=reader.upto)
    waiting = reading.posts(call, unanswered, "public")
    ordered = sorted(marked, key=lambda s: s.about is not None and s.about.mark != "key_point")
    return CatchUp(unread, not reader.read_post, ordered, waiting)
