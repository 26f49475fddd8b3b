"""Questions to and from other programs: files to take along, and files to take in, looked at before anything is made."""

from collections.abc import Callable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import msgspec
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from openrounds.core.clock import now
from openrounds.core.errors import NotFound, Refusal
from openrounds.core.paging import GREATEST, Paging
from openrounds.oauth.queries import list_actors
from openrounds.portability.access import access_import
from openrounds.portability.models import Import
from openrounds.portability.questions import collecting, holding
from openrounds.portability.questions.cells import write_csv
from openrounds.portability.questions.qti_writing import write_package
from openrounds.portability.questions.question import Question, Unreadable
from openrounds.portability.questions.taking import Report, Wishes, take_questions
from openrounds.portability.report import Outcome, Unwanted
from openrounds.portability.undoing import undo_import
from openrounds.rounds import queries
from openrounds.rounds.access import access_round_named
from openrounds.rounds.models import State
from openrounds.web import reading
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.questions import QuestionFileForm
from openrounds.web.sent import charge
from openrounds.web.views.own_settings import either
from openrounds.web.words import refusal_in_words

DRAFTS = 200
# Each is decoded in a process of its own while the reader waits; the command line takes more.
PICTURES_AT_ONCE = 40
_IN_MEMORY = 2**20


# ---------------------------------------------------------------------------------------------------------------- to take along
@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:
    """What one may take along, and where to bring something."""
    page = {"title": _("Questions to and from other programs"), "number": collecting.count_own(_me(request))}
    return render(request, "rounds/questions/index.html", page)


@require_safe
@for_members
def export_own(request: HttpRequest, form: str) -> HttpResponseBase:
    """Everything that the reader runs, or the questions of one `round` of it."""
    charge(request)
    slug = request.GET.get("round", "")
    if not slug:
        account = person_of(request).account
        return _file(form, collecting.own(account.pk), f"@{account.username}", account.pk)
    round = access_round_named(_me(request), slug)
    return _file(form, collecting.of_round(_me(request), round.pk), round.title, round.pk)


@require_safe
def export_one(request: HttpRequest, question_id: int, form: str) -> HttpResponseBase:
    """One question, for whoever may read its key."""
    viewer_id = reading.call_of(request).account_id
    found = collecting.one(viewer_id, min(question_id, GREATEST))
    return _file(form, found, "OpenRounds", 1)


def _file(form: str, questions: Sequence[Question], name: str, number: int) -> HttpResponseBase:
    """`number` tells decks apart; a key is kept by no cache."""
    if form not in FORMS:
        raise NotFound
    answer = FORMS[form](questions, name, number)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _csv(questions: Sequence[Question], name: str, _number: int) -> HttpResponseBase:
    answer = StreamingHttpResponse(write_csv(questions), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{_slug(name)}.csv"'
    return answer


def _qti(questions: Sequence[Question], name: str, _number: int) -> HttpResponseBase:
    out = _aside()
    write_package(out, questions, collecting.open_picture)
    return _download(out, f"{_slug(name)}-qti.zip")


def _anki(questions: Sequence[Question], name: str, number: int) -> HttpResponseBase:
    from openrounds.portability.questions.anki_deck import write_deck

    out = _aside()
    write_deck(out, questions, collecting.open_picture, name=name, number=number, at=now().timestamp())
    return _download(out, f"{_slug(name)}.apkg")


FORMS: dict[str, Callable[[Sequence[Question], str, int], HttpResponseBase]] = {
    "csv": _csv,
    "qti": _qti,
    "anki": _anki,
}


def _slug(name: str) -> str:
    return slugify(name)[:60] or "questions"


def _aside() -> "SpooledTemporaryFile[bytes]":
    return SpooledTemporaryFile(_IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR))


def _download(out: IO[bytes], name: str) -> FileResponse:
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name)


# ------------------------------------------------------------------------------------------------------------------- to take in
@either
@for_members
def take(request: HttpRequest) -> HttpResponse:
    """The file is looked at first; a second press takes in what was shown."""
    form = _form(request)
    if request.method != "POST":
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    charge(request)
    try:
        return _taken(request, form)
    except (Unreadable, Unwanted) as problem:
        form.add_error("file", f"{refusal_in_words(str(problem))}.")
    except Refusal as problem:
        form.add_error(None, f"{refusal_in_words(problem.message)}.")
    return _page(request, form, status=422)


def _form(request: HttpRequest) -> QuestionFileForm:
    wanted = queries.Wanted(mine=True, state=State.DRAFT)
    drafts = queries.catalogue(_me(request), wanted, Paging(DRAFTS))
    initial = {"into": request.GET.get("into", ""), "licence": "all-rights"}
    return QuestionFileForm(
        request.POST or None,
        request.FILES or None,
        actors=list_actors(person_of(request)),
        drafts=drafts,
        initial=initial,
    )


def _page(request: HttpRequest, form: QuestionFileForm, *, status: int = 200) -> HttpResponse:
    page = {"title": _("Import questions"), "form": form}
    return render(request, "rounds/questions/import.html", page, status=status)


def _taken(request: HttpRequest, form: QuestionFileForm) -> HttpResponse:
    """A trial of a file that is given, with its report; or the real thing, of one that was shown. Raises what taking raises."""
    sent, file = form.cleaned_data, form.cleaned_data["file"]
    trial = file is not None
    token = holding.hold(_me(request), file, file.size) if file else sent["token"]
    name = file.name if file else sent["name"] or "file"
    with holding.access_held(_me(request), token).open("rb") as held:
        found = take_questions(held, name[:255], _wishes(request, form), trial=trial)
    if trial or found.run is None:
        return _show(request, found, form=form, token=token)
    messages.success(request, _said(found))
    return redirect("questions_imported", found.run)


def _wishes(request: HttpRequest, form: QuestionFileForm) -> Wishes:
    sent, person = form.cleaned_data, person_of(request)
    into = form.drafts.get(sent["into"])
    actors = {str(actor.pk): actor for actor in list_actors(person)}
    return Wishes(
        host=into.host if into else actors.get(sent["host"], person.account),
        editor=person.account,
        base_url=reading.call_of(request).base,
        into=into,
        kind=sent["kind"] or "case",
        title=sent["title"],
        hashtag=sent["hashtag"].strip(),
        licence=sent["licence"] or "all-rights",
        pictures=PICTURES_AT_ONCE,
    )


def _said(found: Report) -> str:
    number = sum(made.questions for made in found.rounds)
    return ngettext("%d question was taken in.", "%d questions were taken in.", number) % number


def _show(request: HttpRequest, found: Report, **more: Any) -> HttpResponse:
    whats = {
        "question": _("Question"),
        "picture": _("Picture"),
        "options": _("Options"),
        "part": _("Part of it"),
    }
    rows = [
        (
            whats.get(line.what, _("Other")),
            line.title or line.id,
            line.outcome == Outcome.TAKEN,
            refusal_in_words(line.why),
        )
        for line in found.lines
    ]
    page = {
        "title": _("What is in it") if found.trial else _("What was taken in"),
        "report": found,
        "rows": rows,
        "number": sum(made.questions for made in found.rounds),
        "left": sum(1 for line in found.lines if line.outcome == Outcome.LEFT),
        **more,
    }
    return render(request, "rounds/questions/report.html", page)


@require_safe
@for_members
def report(request: HttpRequest, number: int) -> HttpResponse:
    """What became of each item of a file that was taken in."""
    run = access_import(_me(request), min(number, GREATEST))
    return _show(request, _report_of(run), run=run)


def _report_of(run: Import) -> Report:
    return msgspec.convert(run.report, Report)


@require_POST
@for_members
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Takes it back, but for what has been published or worked on since."""
    run = access_import(_me(request), min(number, GREATEST))
    kept = [each for each in undo_import(run.pk, edited_too=False) if each.kept]
    for each in kept:
        messages.warning(
            request,
            _("Kept: %(what)s. Somebody has worked on it, or it is published.") % {"what": each.title},
        )
    if not kept:
        messages.success(request, _("The import was taken back."))
    return redirect("questions")


def _me(request: HttpRequest) -> int:
    return person_of(request).account_id
