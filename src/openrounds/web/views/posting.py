"""Writing and answering. What does not fit comes back with everything that was typed."""

from collections.abc import Sequence
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from openrounds.core.errors import Invalid, Refusal
from openrounds.core.options import options
from openrounds.media.models import MediaFile
from openrounds.oauth.queries import list_actors
from openrounds.posts.access import access_original, access_quotable
from openrounds.posts.actions import Author, create_post, hold_post
from openrounds.posts.models import Post
from openrounds.web import attaching, composing, reading
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.compose import ComposeForm
from openrounds.web.sent import back, charge, taken
from openrounds.web.views.acting import known
from openrounds.web.words import refusal_in_words

UNDESCRIBED = gettext_noop(
    "Say in a few words what is in the picture, for those who cannot see it. To post without, press Post again."
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def compose(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _post(request)
    text = request.GET.get("text", "")[:2000]
    return render(request, "pages/compose.html", {"composer": composing.blank(request, text=text).form})


@require_http_methods(["GET", "HEAD"])
@for_members
def reply(request: HttpRequest, post_id: int) -> HttpResponse:
    post = access_original(reading.call_of(request).account_id, known(post_id))
    page = {"composer": composing.reply_to(request, post.pk).form}
    return render(request, "pages/compose.html", page | {"parent": composing.shown_post(request, post.pk)})


@require_http_methods(["GET", "HEAD"])
@for_members
def quote(request: HttpRequest, post_id: int) -> HttpResponse:
    post = access_quotable(reading.call_of(request).me, known(post_id))
    page = {"composer": composing.quote_of(request, post.pk).form}
    return render(request, "pages/compose.html", page | {"quoted": composing.shown_post(request, post.pk)})


def _post(request: HttpRequest) -> HttpResponse:
    charge(request)
    person = person_of(request)
    form = ComposeForm(request.POST, actors=list_actors(person))
    if not form.is_valid():
        return _again(request, form, attaching.attached(request, form), status=422)
    try:
        files = attaching.gather(request, form)
    except Refusal as refusal:
        form.refuse(plain(refusal), "media")
        return _again(request, form, attaching.attached(request, form), status=422)
    if attaching.is_arranging(request):
        return _again(request, form, files)
    if not form.cleaned_data["described"] and not all(file.description for file in files):
        form.refuse(gettext(UNDESCRIBED), "media")
        return _again(request, form, files, described=True, status=422)
    try:
        return _send(request, form, files)
    except Refusal as refusal:
        form.refuse(plain(refusal), getattr(refusal, "about", ""))
        return _again(request, form, files, status=422)


def _send(request: HttpRequest, form: ComposeForm, files: Sequence[MediaFile]) -> HttpResponse:
    """Out at once, or after the moment in which it can be taken back. Raises Refusal."""
    author, draft = Author(form.chosen, person_of(request)), form.draft([file.pk for file in files])
    key, seconds = form.cleaned_data["key"] or uuid4().hex, options().undo_seconds
    made = hold_post(author, draft, seconds, key=key) if seconds else create_post(author, draft, key=key)
    if isinstance(made, Post):
        # In a thread, to where it stands there.
        place = f"post-{made.pk}"
        shown = f"/@{form.chosen.username}/{made.pk}" + (f"#{place}" if made.in_reply_to_id else "")
        there = back(request, shown, place=place)
    else:
        there = back(request, f"/compose/held/{made.pk}")
    return taken(request, there, key)


def plain(refusal: Refusal) -> str:
    """For somebody who reads it beside the field."""
    return refusal_in_words(refusal.message)


def _again(
    request: HttpRequest,
    form: ComposeForm,
    files: Sequence[MediaFile],
    *,
    described: bool = False,
    status: int = 200,
) -> HttpResponse:
    sent = getattr(form, "cleaned_data", {})
    form.point()
    page = {
        "composer": form,
        "files": files,
        "described": described,
        "wrong_file": attaching.wrong_one(form, files),
        "parent": composing.shown_post(request, sent.get("in_reply_to")),
        "quoted": composing.shown_post(request, sent.get("quote_of")),
        "back": request.POST.get("next", ""),
    }
    return render(request, "pages/compose.html", page, status=status)


@require_http_methods(["GET", "POST"])
@for_members
def upload(request: HttpRequest) -> HttpResponse:
    """One file while somebody writes: answers with the piece of the form that stands for it, or with what is wrong.

    A GET answers with the pieces of files that were uploaded before (`?media=1&media=2`), for a draft that comes back.
    """
    person = person_of(request)
    if request.method == "GET":
        loose = attaching.loose(list_actors(person), request.GET.getlist("media"))
        pieces = [render_to_string("pages/compose_file.html", {"file": file}, request) for file in loose]
        return HttpResponse("".join(pieces))
    owner = next((a for a in list_actors(person) if a.username == request.POST.get("author")), person.account)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise Invalid("No file was sent")
        made = attaching.take(request, owner.pk, file)
    except Refusal as refusal:
        return HttpResponse(plain(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    return render(request, "pages/compose_file.html", {"file": made})
