"""Writing rounds: drafts, their steps, what is missing before they can be published. Saved as one types where scripts run."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openrounds.accounts.models import Account
from openrounds.api.render.rounds import render_steps
from openrounds.core.clock import now
from openrounds.core.errors import BadRequest, Conflict, Invalid, NotFound, Refusal
from openrounds.core.paging import Paging
from openrounds.media import actions as media
from openrounds.media import store
from openrounds.oauth.queries import list_actors
from openrounds.rounds import actions, queries
from openrounds.rounds.access import access_hosted, access_hosted_step, access_round_named, hosts
from openrounds.rounds.drafts import PictureDraft
from openrounds.rounds.models import Round, State, Step
from openrounds.rounds.planning import plan_of
from openrounds.rounds.rules import care_completeness, problems
from openrounds.rounds.vocabulary import specialties
from openrounds.web import reading
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.forms.rounds import NewRoundForm, RoundForm, StepForm
from openrounds.web.sent import charge
from openrounds.web.views.own_settings import either
from openrounds.web.views.rounds.conflicts import theirs
from openrounds.web.words import refusal_in_words

AUTOSAVE = "X-Autosave"
DRAFTS = 100
# How the engine's words for fields are called in the forms.
NAMES = {"question": "question_text", "facilitators": "host", "steps": "title"}


@either
@for_members
def new(request: HttpRequest) -> HttpResponse:
    """The beginning of a draft; and the drafts that there are."""
    person = person_of(request)
    actors = list_actors(person)
    form = NewRoundForm(request.POST or None, actors=actors)
    if request.method == "POST" and form.is_valid() and (made := _create(request, form, actors)):
        return redirect("round_edit", slug=made.slug)
    drafts = queries.catalogue(person.account_id, queries.Wanted(mine=True), Paging(DRAFTS))
    page = {"form": form, "title": _("A new round"), "drafts": drafts}
    return render(request, "rounds/edit/new.html", page, status=422 if form.errors else 200)


def _create(request: HttpRequest, form: NewRoundForm, actors: list[Account]) -> Round | None:
    charge(request)
    host = next(actor for actor in actors if str(actor.pk) == form.cleaned_data["host"])
    base = reading.call_of(request).base
    try:
        return actions.create_round(
            person_of(request).account, host, form.cleaned_data["kind"], form.draft(), base_url=base
        )
    except Invalid as refusal:
        take(form, refusal, NAMES)
        return None


def hosted(request: HttpRequest, slug: str) -> Round:
    """A round that the reader runs; for others there is no such page."""
    account_id = person_of(request).account_id
    round = access_round_named(account_id, slug)
    if not hosts(account_id, round):
        raise NotFound
    return round


@either
@for_members
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What the round says of itself, its steps, and what keeps it from being published."""
    round = hosted(request, slug)
    form = RoundForm(request.POST or None, round=round)
    if request.method == "GET" or not form.is_valid():
        return _answer(request, _desk(round, form), form, "rounds/edit/round.html")
    try:
        saved = actions.edit_round(round, form.draft(), form.cleaned_data["version"])
    except (Invalid, Conflict) as refusal:
        take(form, refusal, NAMES)
        stored = RoundForm(round=access_hosted(person_of(request).account_id, round.pk))
        page = _desk(round, form) | theirs(stored, form, refusal)
        return _answer(request, page, form, "rounds/edit/round.html", refusal.status)
    return _saved(request, saved.version, "round_edit", saved.slug)


def _desk(round: Round, form: RoundForm) -> dict[str, Any]:
    steps = queries.all_steps(round)
    waiting = round.state in (State.DRAFT, State.SCHEDULED)
    missing = problems(plan_of(round), now(), now_or_later=round.state == State.DRAFT)
    return {
        "title": round.title,
        "round": round,
        "form": form,
        "steps": steps,
        "asks": any(hasattr(step, "question") for step in steps),
        "missing": [(p.step, refusal_in_words(p.message)) for p in missing] if waiting else [],
        "draft": round.state == State.DRAFT,
        "scheduled": round.state == State.SCHEDULED,
        "care": round_percent(care_completeness(round.care)),
        "specialties": [found.name for found in specialties()],
    }


def round_percent(share: float) -> int:
    return int(100 * share + 0.5)


def _answer(
    request: HttpRequest, page: dict[str, Any], form: RoundForm | StepForm, template: str, status: int = 0
) -> HttpResponse:
    status = status or (422 if form.errors else 200)
    if AUTOSAVE in request.headers:
        return JsonResponse({"problems": _said(form)}, status=status)
    return render(request, template, page, status=status)


def _said(form: RoundForm | StepForm) -> list[str]:
    return [str(text) for errors in form.errors.values() for text in errors]


def _saved(request: HttpRequest, version: int, to: str, *where: Any) -> HttpResponse:
    if AUTOSAVE in request.headers:
        return JsonResponse({"version": version})
    messages.success(request, _("Saved."))
    return redirect(to, *where)


# ------------------------------------------------------------------------------------------------------------------ steps
@either
@for_members
def step(request: HttpRequest, slug: str, step_id: int = 0) -> HttpResponse:
    """One step, or (`step_id` 0) a new one."""
    round = hosted(request, slug)
    found = _step(request, round, step_id) if step_id else None
    form = StepForm(request.POST or None, request.FILES or None, round=round, step=found)
    if request.method == "GET" or not form.is_valid():
        return _answer(request, _step_page(round, found, form), form, "rounds/edit/step.html")
    try:
        written = _write(request, round, found, form)
    except (Invalid, Conflict) as refusal:
        take(form, refusal, NAMES)
        stored = StepForm(round=round, step=_step(request, round, step_id)) if found else None
        changed = theirs(stored, form, refusal) if stored else {}
        page = _step_page(round, found, form) | changed
        return _answer(request, page, form, "rounds/edit/step.html", refusal.status)
    return _saved(request, written.version, "step_edit", round.slug, written.pk)


def _step(request: HttpRequest, round: Round, step_id: int) -> Step:
    found = access_hosted_step(person_of(request).account_id, step_id)
    if found.round_id != round.pk:
        raise NotFound
    return found


def _step_page(round: Round, found: Step | None, form: StepForm) -> dict[str, Any]:
    number = found.position if found else round.steps.count() + 1
    return {
        "title": _("Step %(number)d of “%(title)s”") % {"number": number, "title": round.title},
        "round": round,
        "step": found,
        "number": number,
        "form": form,
        "image_kinds": [name for name, _count in queries.facets()["image_kind"]],
    }


def _write(request: HttpRequest, round: Round, found: Step | None, form: StepForm) -> Step:
    charge(request)
    editor = person_of(request).account_id
    draft = form.draft(_upload(editor, form))
    if found is None:
        return actions.add_step(round, draft, None, editor_id=editor)
    return actions.edit_step(found, draft, form.cleaned_data["version"], editor_id=editor)


def _upload(owner_id: int, form: StepForm) -> list[PictureDraft]:
    return [
        PictureDraft(
            media=_take(owner_id, file, said["text"]),
            kind=said["kind"],
            licence=said["licence"],
            credit=said["credit"],
        )
        for file, said in form.new_pictures()
    ]


def _take(owner_id: int, file: "UploadedFile[bytes]", text: str) -> int:
    """Raises Invalid for what is no picture."""
    try:
        return media.upload(owner_id, file, description=text, now=True).pk
    except Refusal as refusal:
        raise Invalid(refusal.message) from refusal


@require_POST
@for_members
def move(request: HttpRequest, slug: str, step_id: int) -> HttpResponse:
    """One place up or down (`by` -1 or 1)."""
    round = hosted(request, slug)
    found = _step(request, round, step_id)
    if request.POST.get("by") not in ("-1", "1"):
        raise BadRequest
    return _done(
        request, round, lambda: actions.move_step(found, found.position + int(request.POST["by"]), None)
    )


@either
@for_members
def remove(request: HttpRequest, slug: str, step_id: int) -> HttpResponse:
    """Asks first."""
    round = hosted(request, slug)
    found = _step(request, round, step_id)
    if request.method != "POST":
        question = _("Remove step %d? Its text and pictures are deleted.") % found.position
        return _ask(request, round, question, _("Remove"))
    return _done(request, round, lambda: actions.remove_step(found, None))


@either
@for_members
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """A draft; asks first."""
    round = hosted(request, slug)
    if request.method != "POST":
        return _ask(request, round, _("Delete this draft with all its steps?"), _("Delete"))
    try:
        actions.delete_draft(round)
    except Invalid as refusal:
        messages.error(request, refusal_in_words(refusal.message))
        return redirect("round_edit", slug=slug)
    messages.success(request, _("Deleted."))
    return redirect("round_new")


def _ask(request: HttpRequest, round: Round, question: str, verb: str) -> HttpResponse:
    page = {"title": question, "round": round, "verb": verb}
    return render(request, "rounds/edit/sure.html", page)


@require_POST
@for_members
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Schedules the round, or takes it back among the drafts (`what`)."""
    round = hosted(request, slug)
    if request.POST.get("what") == "unschedule":
        return _done(request, round, lambda: actions.unschedule_round(round))
    return _done(request, round, lambda: actions.schedule_round(round, None))


@require_POST
@for_members
def duplicate(request: HttpRequest, slug: str) -> HttpResponse:
    charge(request)
    made = actions.duplicate_round(hosted(request, slug), person_of(request).account)
    messages.success(request, _("This is the copy."))
    return redirect("round_edit", slug=made.slug)


def _done(request: HttpRequest, round: Round, act: Any) -> HttpResponse:
    """Back to the desk, with what was refused if it was."""
    try:
        act()
    except Refusal as refusal:
        for text in _reasons(refusal):
            messages.error(request, text)
    return redirect("round_edit", slug=round.slug)


def _reasons(refusal: Refusal) -> list[str]:
    details = getattr(refusal, "details", None) or {}
    found = [text for problems_ in details.values() for _code, text in problems_]
    return [refusal_in_words(text) for text in found or [refusal.message]]


# ---------------------------------------------------------------------------------------------------------------- preview
@require_safe
@for_members
def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The round up to a step as a learner will meet it, for its hosts alone."""
    round, call = hosted(request, slug), reading.call_of(request)
    steps = queries.all_steps(round)
    if not 1 <= number <= len(steps):
        raise NotFound
    shown = render_steps(call, steps[:number], hosting=False)
    for each in shown:
        for drawn in each.pictures:
            drawn.media.url = drawn.media.preview_url = reverse(
                "step_picture", args=[slug, int(drawn.media.id)]
            )
    page = {
        "title": _("Preview: %s") % round.title,
        "round": round,
        "number": number,
        "steps": len(steps),
        "stages": [{"shown": each} for each in shown],
        "earlier": number - 1,
        "later": number + 1 if number < len(steps) else None,
    }
    return render(request, "rounds/edit/preview.html", page)


@require_safe
@for_members
def picture(request: HttpRequest, slug: str, media_id: int) -> HttpResponseBase:
    """A picture that may still be held back, for the hosts alone; kept by no cache."""
    round = hosted(request, slug)
    found = queries.picture_of(round, media_id)
    path = store.path_of(found.name) if found else None
    link = store.link_to(found.name) if found and path is None else None
    if link is not None:
        return redirect(link)
    if path is None or found is None:
        raise NotFound
    answer = FileResponse(path.open("rb"), content_type=found.mime)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
