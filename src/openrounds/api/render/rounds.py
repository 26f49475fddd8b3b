"""Rounds as our own entities."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Raw

from openrounds.api.call import Call
from openrounds.api.entities import round as e
from openrounds.api.render.media import render_media
from openrounds.api.rendering import Page, render_account_parts
from openrounds.core.clock import iso
from openrounds.core.markdown import render_markdown
from openrounds.posts.lines import Line
from openrounds.posts.queries import votes_of
from openrounds.rounds import queries
from openrounds.rounds.access import hosts, may_see_key
from openrounds.rounds.cited import papers_of
from openrounds.rounds.contributions import counts
from openrounds.rounds.debate_queries import About, contributions_of
from openrounds.rounds.licence_rules import deed_of
from openrounds.rounds.links import path_to, path_to_series
from openrounds.rounds.models import (
    Ask,
    Guess,
    Paper,
    Question,
    Reference,
    Round,
    Series,
    State,
    Step,
    StepPicture,
    Summary,
)
from openrounds.rounds.rules import Pooled

SOURCE = ("intro", "basis_note", "diagnoses", "care", "notice_minutes", "image_kinds")
STEP_SOURCE = ("text", "announcement", "release_by", "release_after", "version")


def render_rounds(call: Call, rounds: Sequence[Round], *, hosting: Collection[int] = ()) -> list[e.Round]:
    """Five queries, however many."""
    numbers = queries.numbers_of([r.pk for r in rounds])
    talk = counts([r.pk for r in rounds])
    learned = queries.learned_of(r.pk for r in rounds if r.state == State.CLOSED or r.pk in hosting)
    parts = render_account_parts(call.base, {r.host_id for r in rounds})
    return [
        _round(
            call,
            r,
            numbers=(numbers.get(r.pk, 0), *talk.get(r.pk, (0, 0))),
            learned=learned,
            host=Raw(parts[r.host_id]),
            hosting=r.pk in hosting,
        )
        for r in rounds
    ]


def render_round(call: Call, round: Round) -> e.Round:
    """One, with what its hosts see if the caller is one."""
    hosting = [round.pk] if hosts(call.account_id, round) else []
    return render_rounds(call, [round], hosting=hosting)[0]


def _round(
    call: Call, r: Round, *, numbers: tuple[int, int, int], learned: queries.Learned, host: Raw, hosting: bool
) -> e.Round:
    """`numbers`: released steps, posts, participants."""
    over = r.state == State.CLOSED
    summary = learned.summaries.get(r.pk) or Summary()
    return e.Round(
        id=str(r.pk),
        slug=r.slug,
        url=f"{call.base}{path_to(r)}",
        kind=r.kind,
        state=r.state,
        title=r.title,
        intro=render_markdown(r.intro),
        host=host,  # type: ignore[arg-type]
        hashtag=r.hashtag.display_name,
        series=e.RoundSeriesName(str(r.series.pk), r.series.slug, r.series.title) if r.series else None,
        language=r.language,
        basis=r.basis,
        basis_note=r.basis_note,
        specialty=r.specialty,
        presentation=r.presentation,
        level=r.level,
        licence=r.licence,
        licence_url=deed_of(r.licence),
        time_zone=r.time_zone,
        opens_at=_when(r.opens_at),
        closes_at=_when(r.closes_at),
        opened_at=_when(r.opened_at),
        closed_at=_when(r.closed_at),
        paused=r.paused_at is not None,
        slow_seconds=r.slow_seconds,
        released_steps=numbers[0],
        posts_count=numbers[1],
        participants_count=numbers[2],
        summary=render_markdown(summary.text) if summary.text and (over or hosting) else None,
        lay_summary=render_markdown(summary.lay_text) if summary.lay_text and (over or hosting) else None,
        closed_without_summary=over and not summary.text,
        diagnoses=r.diagnoses if over or hosting else None,
        references=[render_reference(found) for found in learned.references.get(r.pk, [])],
        hosting=hosting,
        version=r.version if hosting else None,
        source=_round_source(r, summary) if hosting else None,
    )


def _round_source(round: Round, summary: Summary) -> dict[str, Any]:
    """What the hosts have written, as they wrote it."""
    written = {name: getattr(round, name) for name in SOURCE}
    return written | {"summary": summary.text, "lay_summary": summary.lay_text}


def _when(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def render_reference(row: Reference) -> e.RoundReference:
    return e.RoundReference(
        id=str(row.pk),
        kind=row.kind,
        value=row.value,
        url=row.url,
        state=row.state,
        citation=row.citation,
        title=row.title,
        year=row.year,
        retracted=row.retracted,
    )


def render_series(call: Call, rows: Sequence[Series], *, own: bool = False) -> list[e.RoundSeries]:
    """One query."""
    parts = render_account_parts(call.base, {row.host_id for row in rows})
    return [
        e.RoundSeries(
            id=str(row.pk),
            slug=row.slug,
            url=f"{call.base}{path_to_series(row)}",
            kind=row.kind,
            title=row.title,
            description=render_markdown(row.description),
            host=Raw(parts[row.host_id]),  # type: ignore[arg-type]
            hashtag=row.hashtag.display_name,
            time_zone=row.time_zone,
            starts_at=row.starts_at,
            rrule=row.rrule,
            minutes=row.minutes,
            notice_minutes=row.notice_minutes,
            licence=row.licence,
            ended=row.ended_at is not None,
            version=row.version if own else None,
        )
        for row in rows
    ]


def render_steps(
    call: Call, steps: Sequence[Step], *, hosting: bool, committed: Collection[int] | None = None
) -> list[e.RoundStep]:
    """Steps read with `queries.released_steps` or `all_steps`; three queries more, two where it is known which of them the
    caller has answered (`committed`)."""
    viewer_id = call.account_id
    if committed is None:
        committed = queries.committed_steps(viewer_id, [step.pk for step in steps]) if viewer_id else ()
    questions = [q for step in steps if (q := getattr(step, "question", None)) is not None]
    drawn = render_questions(call, questions, hosting=hosting)
    return [
        e.RoundStep(
            id=str(step.pk),
            position=step.position,
            title=step.title,
            text=render_markdown(step.text),
            results=[_line(row) for row in step.results],
            questions=step.questions,
            pictures=[_picture(call, picture) for picture in step.pictures.all()],
            question=drawn.get(step.question.pk) if hasattr(step, "question") else None,
            commit_first=step.commit_first,
            released_at=_when(step.released_at),
            post_id=str(step.post_id) if step.post_id else None,
            committed=step.pk in committed,
            source=_source(step) if hosting else None,
        )
        for step in steps
    ]


def _picture(call: Call, row: StepPicture) -> e.RoundPicture:
    return e.RoundPicture(
        kind=row.kind,
        licence=row.licence or None,
        licence_url=deed_of(row.licence),
        credit=row.credit,
        media=render_media(call.base, row.media),
    )


def _line(row: Mapping[str, str]) -> e.ResultLine:
    return e.ResultLine(*(row.get(name, "") for name in ("test", "value", "unit", "range", "flag")))


def _source(step: Step) -> dict[str, Any]:
    return {**{name: getattr(step, name) for name in STEP_SOURCE}, "release_at": _when(step.release_at)}


def render_questions(
    call: Call, questions: Sequence[Question], *, hosting: bool = False
) -> dict[int, e.RoundQuestion]:
    """By id; one query, and at most two per question that the caller has not answered."""
    polls = [question.poll.pk for question in questions if question.poll is not None]
    own = votes_of(call.account_id, polls) if call.account_id and polls else {}
    return {q.pk: _question(call, q, own.get(q.poll_id or 0), hosting) for q in questions}


def _question(call: Call, row: Question, own: list[int] | None, hosting: bool) -> e.RoundQuestion:
    open_key = hosting or own is not None or may_see_key(row, call.account_id)
    return e.RoundQuestion(
        id=str(row.pk),
        text=row.text,
        multiple=row.multiple,
        poll_id=str(row.poll_id) if row.poll_id else None,
        post_id=str(row.poll.post_id) if row.poll else None,
        expired=row.poll is not None and row.poll.expired,
        licence=row.licence or None,
        licence_url=deed_of(row.licence),
        own_choices=own,
        options=[
            e.RoundOption(
                o.title,
                o.right if open_key else None,
                o.explanation if open_key else None,
                o.reference if open_key else None,
            )
            for o in queries.options_of(row)
        ],
    )


def render_contributions(call: Call, round_id: int, lines: Sequence[Line]) -> list[e.RoundContribution]:
    """Posts of the room with what facilitators said of them; one query more than the posts."""
    page = Page(call, lines, "public", hiding=False)
    about = contributions_of(round_id, [line.id for line in lines])
    papers = papers_of(round_id, [one.post_id for one in about.values() if one.cites])
    return [
        _contribution(page.one(line), about[line.id], papers.get(line.id, ()))
        for line in lines
        if line.id in about
    ]


def _contribution(status: bytes, row: About, papers: Sequence[Paper]) -> e.RoundContribution:
    return e.RoundContribution(
        status=Raw(status),  # type: ignore[arg-type]
        step=row.position,
        way=row.way,
        mark=row.mark,
        pinned=row.pinned,
        hidden=row.hidden,
        hidden_reason=row.hidden_reason,
        same_as=str(row.same_as) if row.same_as else None,
        folded=row.folds,
        papers=[render_paper(paper) for paper in papers],
    )


def render_paper(row: Paper) -> e.RoundPaper:
    return e.RoundPaper(**{name: getattr(row, name) for name in e.RoundPaper.__struct_fields__})


def render_pool(found: queries.PoolResult) -> e.RoundPool:
    return e.RoundPool(
        total=found.total,
        counted=found.counted,
        answers=[_pooled(answer) for answer in found.everybody],
        levels={level: [_pooled(answer) for answer in answers] for level, answers in found.levels.items()},
        own=render_guesses(found.own),
    )


def _pooled(answer: Pooled) -> e.PooledAnswer:
    return e.PooledAnswer(answer.text, answer.given, answer.first, round(answer.confidence, 1))


def render_guesses(rows: Sequence[Guess]) -> list[e.OwnGuess]:
    return [e.OwnGuess(row.rank, row.text, row.confidence) for row in rows]


def render_asks(call: Call, rows: Sequence[Ask], *, hosting: bool) -> list[e.RoundAsk]:
    """One query; the asker for hosts alone."""
    parts = render_account_parts(call.base, {row.asker_id for row in rows}) if hosting else {}
    return [
        e.RoundAsk(
            id=str(row.pk),
            text=row.text,
            created_at=iso(row.created_at),
            asker=Raw(parts[row.asker_id]) if hosting else None,  # type: ignore[arg-type]
            answer=row.answer,
            answered_at=_when(row.answered_at),
            post_id=str(row.post_id) if row.post_id else None,
        )
        for row in rows
    ]
