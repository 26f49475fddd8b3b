"""Taking part in a round: saying something, committing to an answer, asking privately."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from openrounds.api.call import Call
from openrounds.core.errors import Conflict, NotFound, Refusal
from openrounds.oauth.queries import list_actors
from openrounds.posts.actions import Author
from openrounds.rounds import actions, queries, vocabulary
from openrounds.rounds.access import access_round_named, access_step
from openrounds.rounds.actions import Answer
from openrounds.rounds.models import Round, Step
from openrounds.rounds.rules import MOST_GUESSES, GuessDraft
from openrounds.web import reading, rooms
from openrounds.web.access import for_members, person_of
from openrounds.web.sent import charge, taken
from openrounds.web.views.rounds.room import show
from openrounds.web.words import refusal_in_words

COMPLETIONS = 8
SURE = 50


def plain(refusal: Refusal) -> str:
    """For somebody who reads it beside the field."""
    return refusal_in_words(refusal.message)


def _round(request: HttpRequest, slug: str) -> tuple[Call, Round]:
    call = reading.call_of(request)
    return call, access_round_named(call.account_id, slug)


def _released(call: Call, round: Round, position: int) -> Step:
    """A step that the reader has been shown: one behind a gate is not there for him."""
    step = access_step(call.account_id, round.pk, position)
    if position > queries.open_position(round, call.account_id):
        raise NotFound
    return step


@require_POST
@for_members
def say(request: HttpRequest, slug: str) -> HttpResponse:
    """What was typed into the reply box; what does not fit comes back with it."""
    charge(request)
    call, round = _round(request, slug)
    person = person_of(request)
    named = request.POST.get("author", "")
    actor = next((a for a in list_actors(person) if a.username == named), person.account)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    place = request.POST.get("step", "")
    try:
        step = _released(call, round, int(place)) if place.isdecimal() and len(place) < 3 else None
        key = request.POST.get("key", "")[:64] or None
        post = actions.speak(Author(actor, person), call.me, round, text, step=step, key=key)
    except NotFound:
        raise
    except Refusal as refusal:
        wrong = {"said_text": text, "said_wrong": plain(refusal)}
        return show(request, call, round, wrong, status=refusal.status)
    return taken(request, redirect(f"/rounds/{slug}#post-{post.pk}"), key or "")


@require_POST
@for_members
def answer(request: HttpRequest, slug: str, position: int) -> HttpResponse:
    """A ranked differential, or the choices of the step's question. It stays as it is."""
    charge(request)
    call, round = _round(request, slug)
    step = _released(call, round, position)
    typed = _typed(request)
    if "more" in request.POST:
        return show(
            request, call, round, {"guesses": [*typed, _line(request, len(typed) + 1)][:MOST_GUESSES]}
        )
    try:
        actions.commit(person_of(request).account, step, Answer(_guesses(typed), _choices(request)))
    except Conflict as given:
        messages.info(request, plain(given))
    except Refusal as refusal:
        wrong = {"guesses": typed, "answer_wrong": plain(refusal)}
        return show(request, call, round, wrong, status=refusal.status)
    return redirect(f"/rounds/{slug}#step-{position}")


def _typed(request: HttpRequest) -> list[dict[str, Any]]:
    """The lines as they were typed, at least three of them."""
    lines = [_line(request, n) for n in range(1, MOST_GUESSES + 1)]
    last = max((line["n"] for line in lines if line["there"]), default=0)
    return lines[: max(last, 3)]


def _line(request: HttpRequest, n: int) -> dict[str, Any]:
    there = f"guess_{n}" in request.POST
    return {
        "n": n,
        "there": there,
        "text": request.POST.get(f"guess_{n}", ""),
        "sure": request.POST.get(f"sure_{n}", ""),
    }


def _guesses(typed: list[dict[str, Any]]) -> tuple[GuessDraft, ...]:
    """Best first. Without a number somebody is half sure; with one out of range the rules say so."""
    lines = [line for line in typed if line["text"].strip()]
    return tuple(GuessDraft(line["text"], _percent(line["sure"]), _code(line["text"])) for line in lines)


def _percent(text: str) -> int:
    text = text.strip().rstrip("%").strip()
    if not text:
        return SURE
    return int(text) if text.isdecimal() and len(text) < 4 else -1


def _code(text: str) -> str:
    """The MeSH descriptor of what was chosen from the list, "" for free text."""
    wanted = " ".join(text.split()).casefold()
    offered = vocabulary.complete_condition(text, COMPLETIONS)
    return next((term.code for term in offered if wanted == term.name.casefold()), "")


def _choices(request: HttpRequest) -> tuple[int, ...]:
    sent = request.POST.getlist("choice")
    return tuple(int(choice) for choice in sent if choice.isdecimal() and len(choice) < 3)


@require_POST
@for_members
def skip(request: HttpRequest, slug: str, position: int) -> HttpResponse:
    """Shows the next step to whoever does not want to commit."""
    charge(request)
    call, round = _round(request, slug)
    actions.give_up(call.me, _released(call, round, position))
    return redirect(f"/rounds/{slug}#step-{position + 1}")


@require_POST
@for_members
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """A question that only the hosts read."""
    charge(request)
    call, round = _round(request, slug)
    text = request.POST.get("question", "").replace("\r\n", "\n")
    try:
        actions.ask(person_of(request).account, round, text)
    except Refusal as refusal:
        wrong = {"question": text, "question_wrong": plain(refusal)}
        return show(request, call, round, wrong, status=refusal.status)
    return redirect(f"/rounds/{slug}#asks")


@require_safe
def pool(request: HttpRequest, slug: str, position: int) -> HttpResponse:
    """What everybody committed to, for those who have committed and after the close."""
    call, round = _round(request, slug)
    step = access_step(call.account_id, round.pk, position)
    if not queries.may_see_pool(step, call.account_id):
        raise NotFound
    page = rooms.frame(call, round) | {"label": rooms.label(round, position), "position": position}
    page |= {"pool": queries.pooled(step, call.account_id)}
    return render(request, "rounds/pool.html", page)


@require_safe
def diagnoses(request: HttpRequest) -> JsonResponse:
    """What somebody who types a diagnosis may mean: `{"found": ["Anemia, Sideroblastic", …]}`."""
    offered = vocabulary.complete_condition(request.GET.get("q", "")[:100], COMPLETIONS)
    response = JsonResponse({"found": [term.name for term in offered]})
    response["Cache-Control"] = "public, max-age=3600"
    return response
