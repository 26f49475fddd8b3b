"""Editing one's own post: its words, its warning, its files and what is said of them."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openrounds.core.clock import now
from openrounds.core.errors import Invalid, Refusal
from openrounds.media.models import MediaFile
from openrounds.posts.access import access_original, access_own_post
from openrounds.posts.actions import Draft, PollDraft, edit_post
from openrounds.posts.actions.edit import MediaChange
from openrounds.posts.models import Post
from openrounds.posts.queries import media_of, polls_of
from openrounds.posts.rules import SHORTEST_POLL
from openrounds.web import attaching
from openrounds.web.access import for_members, owner_of, person_of
from openrounds.web.forms.compose import ComposeForm
from openrounds.web.sent import charge, taken
from openrounds.web.views.acting import known
from openrounds.web.views.posting import plain


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def edit(request: HttpRequest, post_id: int) -> HttpResponse:
    person = person_of(request)
    owner = owner_of(request, access_original(person.account_id, known(post_id)).account_id)
    post, actors = access_own_post(owner.pk, known(post_id)), list(dict.fromkeys((owner, person.account)))
    if request.method != "POST":
        initial = {"text": post.text, "spoiler_text": post.spoiler_text, "sensitive": post.sensitive}
        form = ComposeForm(initial=initial, actors=actors)
        return _editor(request, post, form, media_of(post))
    charge(request)
    return _change(request, post, ComposeForm(request.POST, actors=actors))


def _change(request: HttpRequest, post: Post, form: ComposeForm) -> HttpResponse:
    if not form.is_valid():
        return _editor(request, post, form, attaching.attached(request, form, post), status=422)
    try:
        files = attaching.gather(request, form, post)
    except Refusal as refusal:
        form.refuse(plain(refusal), "media")
        return _editor(request, post, form, attaching.attached(request, form, post), status=422)
    try:
        if attaching.is_arranging(request):
            return _editor(request, post, form, files)
        changes = [MediaChange(file.pk, file.description) for file in files]
        edit_post(post.account_id, post.pk, _edited(form, post, files), media=changes)
    except Refusal as refusal:
        form.refuse(plain(refusal), getattr(refusal, "about", ""))
        return _editor(request, post, form, attaching.attached(request, form, post), status=422)
    there = redirect("post", username=post.account.username, post_id=post.pk)
    return taken(request, there, form.cleaned_data["key"])


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
        raise Invalid(_("The poll of this post has ended, so its words can no longer be changed."))
    titles = tuple(option.title for option in poll.options.all())
    return PollDraft(titles, left, poll.multiple, poll.hide_totals)


def _editor(
    request: HttpRequest, post: Post, form: ComposeForm, files: Sequence[MediaFile], *, status: int = 200
) -> HttpResponse:
    form.point()
    page = {"composer": form, "post_row": post, "files": files}
    page["wrong_file"] = attaching.wrong_one(form, files)
    return render(request, "pages/edit.html", page, status=status)
