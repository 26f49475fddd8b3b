"""What hosts do while a round runs: release, calm, curate, answer, close. Most of it can be undone; what cannot asks first."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openrounds.api.call import Call
from openrounds.core.errors import BadRequest, NotFound, Refusal
from openrounds.core.markdown import render_markdown
from openrounds.posts.lines import read_ids
from openrounds.rounds import actions, debate_queries, queries, room_queries
from openrounds.rounds.access import (
    access_ask,
    access_contribution,
    access_hosted_step,
    access_round_named,
    hosts,
)
from openrounds.rounds.citation_rules import identify
from openrounds.rounds.drafts import StepDraft
from openrounds.rounds.models import Contribution, Round, Step
from openrounds.web import people, reading, rooms, summing_up
from openrounds.web.access import for_members, person_of
from openrounds.web.sent import back, charge
from openrounds.web.views.acting import known
from openrounds.web.views.rounds.taking_part import plain

MOST_LIKELY = 20
SLOW = (0, 30, 60, 120, 300)


def _hosted(request: HttpRequest, slug: str) -> tuple[Call, Round]:
    """For others there is no such page."""
    call = reading.call_of(request)
    round = access_round_named(call.account_id, slug)
    if not hosts(call.account_id, round):
        raise NotFound
    return call, round


# --------------------------------------------------------------------------------------------------------------- the desk
@require_safe
@for_members
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Private questions, the flow of the room, summary and references, the end."""
    return _desk(request, *_hosted(request, slug))


def _desk(
    request: HttpRequest, call: Call, round: Round, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    summary = room_queries.summary_of(round)
    asks = queries.asks_for_hosts(round.pk)
    page = rooms.frame(call, round) | {
        "asks": asks,
        "askers": people.by_id(call, {found.asker_id for found in asks}),
        "summary_text": summary.text if summary else "",
        "summary_draft": "" if summary else summing_up.draft(call, round),
        "lay_text": summary.lay_text if summary else "",
        "lay_age": rooms.lay_age(summary),
        "references": room_queries.references_of(round.pk),
        "next_step": round.steps.filter(released_at=None).first(),
        "left": round.steps.filter(released_at=None).count(),
        "paces": SLOW,
    }
    return render(request, "rounds/desk.html", page | (more or {}), status=status)


def _number(text: str) -> int:
    return known(int(text)) if text.isdecimal() and len(text) < 20 else -1


def _lines(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\r\n", "\n")


def _refer(request: HttpRequest, round: Round) -> object:
    typed = request.POST.get("source", "").strip()
    found = identify(typed)
    if found is None:
        raise BadRequest("That is no DOI, PMID or link")
    return actions.add_reference(round, found.kind, found.value, title=request.POST.get("title", "")[:1000])


def _extra(request: HttpRequest, round: Round) -> object:
    """An extra finding, because somebody in the room asked for it: a step of its own, released at once."""
    title, text = request.POST.get("title", ""), request.POST.get("text", "").replace("\r\n", "\n")
    if not text.strip():
        raise BadRequest("Write what was found")
    return actions.release_extra(round, StepDraft(title=title, text=text), person_of(request).account)


Deed = Callable[[HttpRequest, Round], object]
ON_ROUNDS: Mapping[str, Deed] = {
    "pause": lambda _, round: actions.pause(round),
    "resume": lambda _, round: actions.resume(round),
    "slow": lambda request, round: actions.set_slow_mode(round, _number(request.POST.get("seconds", ""))),
    "closing": lambda _, round: actions.begin_closing(round),
    "reopen": lambda _, round: actions.reopen(round),
    "summary": lambda request, round: actions.write_summary(
        round, _lines(request, "summary"), person_of(request).account, lay_text=_lines(request, "lay_text")
    ),
    "refer": _refer,
    "drop": lambda request, round: actions.remove_reference(
        round, _number(request.POST.get("reference", ""))
    ),
    "close": lambda request, round: actions.close_round(round, without_summary="anyway" in request.POST),
    "withdraw": lambda request, round: actions.withdraw_round(
        round, person_of(request).account, request.POST.get("reason", "")
    ),
    "extra": _extra,
}


@require_POST
@for_members
def run(request: HttpRequest, slug: str) -> HttpResponse:
    """One of the desk's buttons."""
    charge(request)
    call, round = _hosted(request, slug)
    wanted = request.POST.get("do", "")
    deed = ON_ROUNDS.get(wanted)
    if deed is None:
        raise BadRequest("That button is not known")
    try:
        deed(request, round)
    except Refusal as refusal:
        wrong = {"wrong": plain(refusal), "wrong_at": wanted, "typed": request.POST}
        return _desk(request, call, round, wrong, status=refusal.status)
    return back(request, f"/rounds/{slug}/host")


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def release(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows the next step as everybody will see it, and asks. The step is named, so a second press releases nothing more."""
    call, round = _hosted(request, slug)
    step = next(iter(s for s in queries.all_steps(round) if s.released_at is None), None)
    if request.method == "POST":
        charge(request)
        wanted = access_hosted_step(call.me, _number(request.POST.get("step", "")))
        if wanted.round_id != round.pk:
            raise NotFound
        try:
            released = actions.release_step(wanted, person_of(request).account)
        except Refusal as refusal:
            return _confirm(request, call, round, step, refusal)
        return redirect(f"/rounds/{slug}#step-{released.position}")
    if step is None:
        return redirect("round_desk", slug=slug)
    return _confirm(request, call, round, step)


def _confirm(
    request: HttpRequest, call: Call, round: Round, step: Step | None, refused: Refusal | None = None
) -> HttpResponse:
    page = rooms.frame(call, round) | {"step": step, "wrong": plain(refused) if refused else ""}
    if step is not None:
        page |= {"label": rooms.label(round, step.position), "text": render_markdown(step.text)}
    return render(request, "rounds/release.html", page, status=refused.status if refused else 200)


# ------------------------------------------------------------------------------------------------------------ the debate
def _move(request: HttpRequest, found: Contribution) -> None:
    step = found.round.steps.filter(position=_number(request.POST.get("step", ""))).first()
    if step is None:
        raise BadRequest("There is no such step")
    actions.move(found, step)


def _merge(request: HttpRequest, found: Contribution) -> None:
    into = known(_number(request.POST.get("into", "")))
    actions.merge(found, access_contribution(person_of(request).account_id, found.round_id, into))


ON_CONTRIBUTIONS: Mapping[str, Callable[[HttpRequest, Contribution], object]] = {
    "pin": lambda _, found: actions.pin(found, pinned=True),
    "unpin": lambda _, found: actions.pin(found, pinned=False),
    "mark": lambda request, found: actions.mark(found, request.POST.get("mark", "")),
    "move": _move,
    "merge": _merge,
    "unmerge": lambda _, found: actions.unmerge(found),
    "hide": lambda request, found: actions.hide(
        found, person_of(request).account, request.POST.get("reason", "")
    ),
    "unhide": lambda _, found: actions.unhide(found),
}


@require_POST
@for_members
def curate(request: HttpRequest, slug: str, post_id: int) -> HttpResponse:
    """What a host says of a contribution."""
    charge(request)
    call, round = _hosted(request, slug)
    deed = ON_CONTRIBUTIONS.get(request.POST.get("do", ""))
    if deed is None:
        raise BadRequest("That button is not known")
    deed(request, access_contribution(call.me, round.pk, known(post_id)))
    return back(request, f"/rounds/{slug}", place=f"post-{post_id}")


@require_safe
@for_members
def merge(request: HttpRequest, slug: str, post_id: int) -> HttpResponse:
    """Which contribution says the same: those of its part, the likest first."""
    call, round = _hosted(request, slug)
    found = access_contribution(call.me, round.pk, known(post_id))
    shown = reading.posts(call, read_ids([found.post_id]), "public")
    likely = reading.posts(call, debate_queries.alike(found, MOST_LIKELY), "public")
    page = {"round": round, "shown": shown, "likely": likely, "post_id": post_id}
    return render(request, "rounds/merge.html", page)


# ------------------------------------------------------------------------------------------------------ private questions
@require_POST
@for_members
def respond(request: HttpRequest, slug: str, ask_id: int) -> HttpResponse:
    """Answers a private question, or puts it to the room without its asker."""
    charge(request)
    call, round = _hosted(request, slug)
    found = access_ask(call.me, round.pk, known(ask_id))
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        if request.POST.get("do") == "publish":
            actions.promote_ask(found, person_of(request).account, text)
        else:
            actions.answer_ask(found, text)
    except Refusal as refusal:
        wrong = {"wrong": plain(refusal), "wrong_at": f"ask-{ask_id}"}
        return _desk(request, call, round, wrong, status=refusal.status)
    return redirect(f"/rounds/{slug}/host#asks")
