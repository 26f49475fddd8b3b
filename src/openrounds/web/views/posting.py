"""Writing, answering and editing posts. What does not fit comes back with everything that was typed."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound, Refusal
from openrounds.media import actions as media
from openrounds.media.access import access_upload
from openrounds.media.models import MediaFile
from openrounds.oauth.queries import list_actors
from openrounds.posts import lines
from openrounds.posts.access import access_original, access_own_post
from openrounds.posts.actions import Author, Draft, PollDraft, create_post, edit_post
from openrounds.posts.actions.edit import MediaChange
from openrounds.posts.models import Post
from openrounds.posts.queries import media_of, polls_of
from openrounds.posts.rules import SHORTEST_POLL
from openrounds.web import composing, reading
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.compose import ComposeForm
from openrounds.web.sent import back, charge
from openrounds.web.views.acting import known

UNDESCRIBED = "Say in a few words what is in the picture, for those who cannot see it. To post without, press Post again."
ENDED = "The poll of this post has ended, so its words can no longer be changed."


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def compose(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _post(request)
    text = request.GET.get("text", "")[:2000]
    return render(request, "pages/compose.html", {"composer": composing.blank(request, text=text)})


@require_http_methods(["GET", "HEAD"])
@for_members
def reply(request: HttpRequest, post_id: int) -> HttpResponse:
    call = reading.call_of(request)
    post = access_original(call.account_id, known(post_id))
    return render(
        request,
        "pages/compose.html",
        {"composer": composing.reply_to(request, post.pk), "parent": _shown(request, post.pk)},
    )


def _shown(request: HttpRequest, post_id: int | None) -> object:
    """The post that is answered, if it may be seen."""
    if not post_id:
        return None
    call = reading.call_of(request)
    post = access_original(call.account_id, known(post_id))
    return reading.posts(call, lines.read_ids([post.pk]))[0]


def _post(request: HttpRequest) -> HttpResponse:
    charge(request)
    person = person_of(request)
    form = ComposeForm(request.POST, actors=list_actors(person))
    if not form.is_valid():
        return _again(request, form, _attached(request, form), status=422)
    try:
        files = _gather(request, form)
    except Refusal as refusal:
        form.add_error(None, _plain(refusal))
        return _again(request, form, _attached(request, form), status=422)
    if "attach" in request.POST or "remove" in request.POST:
        return _again(request, form, files)
    if not form.cleaned_data["described"] and not all(file.description for file in files):
        form.add_error(None, UNDESCRIBED)
        return _again(request, form, files, described=True, status=422)
    try:
        made = create_post(
            Author(form.chosen, person),
            form.draft([file.pk for file in files]),
            key=form.cleaned_data["key"] or None,
        )
    except Refusal as refusal:
        form.add_error("text", _plain(refusal))
        return _again(request, form, files, status=422)
    return back(request, f"/@{form.chosen.username}/{made.pk}", place=f"post-{made.pk}")


def _plain(refusal: Refusal) -> str:
    """For somebody who reads it beside the field."""
    return refusal.message.removeprefix("Validation failed: ")


def _gather(request: HttpRequest, form: ComposeForm) -> list[MediaFile]:
    """The files sent before and with this form, their descriptions kept. They belong to whom the post is shown as."""
    kept = _attached(request, form)
    new = [file for file in request.FILES.getlist("files") if file]
    if len(kept) + len(new) > form.most_files:
        raise Invalid(f"At most {form.most_files} pictures fit into a post")
    return kept + [_take(request, form.chosen.pk, file) for file in new]


def _attached(request: HttpRequest, form: ComposeForm) -> list[MediaFile]:
    """What was uploaded before, as far as it is the author's and not used yet."""
    found = []
    removed = request.POST.get("remove", "")
    for text in request.POST.getlist("media"):
        if not text.isdecimal() or len(text) > 19 or text == removed:
            continue
        try:
            found.append(_described(form.chosen.pk, known(int(text)), request.POST.get(f"alt_{text}", "")))
        except NotFound:
            continue
    return found[: form.most_files]


def _described(owner_id: int, media_id: int, description: str) -> MediaFile:
    file = access_upload(owner_id, media_id)
    if description.strip() == file.description:
        return file
    return media.describe(owner_id, media_id, description=description.strip())


def _take(request: HttpRequest, owner_id: int, file: "UploadedFile[bytes]") -> MediaFile:
    charge(request, "media")
    return media.upload(owner_id, file, now=True)


def _again(
    request: HttpRequest,
    form: ComposeForm,
    files: Sequence[MediaFile],
    *,
    described: bool = False,
    status: int = 200,
) -> HttpResponse:
    parent = form.cleaned_data.get("in_reply_to") if hasattr(form, "cleaned_data") else None
    page = {
        "composer": form,
        "files": files,
        "described": described,
        "parent": _shown(request, parent),
        "back": request.POST.get("next", ""),
    }
    return render(request, "pages/compose.html", page, status=status)


@require_POST
@for_members
def upload(request: HttpRequest) -> HttpResponse:
    """One file while somebody writes: answers with the piece of the form that stands for it, or with what is wrong."""
    person = person_of(request)
    owner = next((a for a in list_actors(person) if a.username == request.POST.get("author")), person.account)
    try:
        file = request.FILES.get("file")
        if file is None:
            raise Invalid("No file was sent")
        made = _take(request, owner.pk, file)
    except Refusal as refusal:
        return HttpResponse(_plain(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    return render(request, "pages/compose_file.html", {"file": made})


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def edit(request: HttpRequest, post_id: int) -> HttpResponse:
    """The words, the warning and the descriptions of one's own post."""
    person = person_of(request)
    post = access_own_post(person.account_id, known(post_id))
    if request.method != "POST":
        initial = {"text": post.text, "spoiler_text": post.spoiler_text, "sensitive": post.sensitive}
        form = ComposeForm(initial=initial, actors=[person.account])
        return _editor(request, post, form, status=200)
    charge(request)
    form = ComposeForm(request.POST, actors=[person.account])
    if not form.is_valid():
        return _editor(request, post, form)
    files = media_of(post)
    changes = [MediaChange(f.pk, request.POST.get(f"alt_{f.pk}", f.description)) for f in files]
    try:
        for change in changes:
            media.check_description(change.description or "")
        edit_post(person.account_id, post.pk, _edited(form, post, files), media=changes)
    except Refusal as refusal:
        form.add_error("text", _plain(refusal))
        return _editor(request, post, form)
    return redirect("post", username=person.username, post_id=post.pk)


def _edited(form: ComposeForm, post: Post, files: Sequence[MediaFile]) -> Draft:
    sent = form.cleaned_data
    return Draft(
        text=sent["text"].replace("\r\n", "\n"),
        spoiler_text=sent["spoiler_text"],
        sensitive=sent["sensitive"],
        media_ids=tuple(file.pk for file in files),
        poll=_same_poll(post),
    )


def _same_poll(post: Post) -> PollDraft | None:
    """The poll as it is, which keeps its votes and its end."""
    if not post.has_poll:
        return None
    [poll] = polls_of([post.pk])
    left = poll.expires_at - now() if poll.expires_at else SHORTEST_POLL
    if left < SHORTEST_POLL:
        raise Invalid(ENDED)
    titles = tuple(option.title for option in poll.options.all())
    return PollDraft(titles, left, poll.multiple, poll.hide_totals)


def _editor(request: HttpRequest, post: Post, form: ComposeForm, *, status: int = 422) -> HttpResponse:
    page = {"composer": form, "post_row": post, "files": media_of(post)}
    return render(request, "pages/edit.html", page, status=status)
