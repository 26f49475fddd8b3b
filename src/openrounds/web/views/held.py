"""The seconds after Post was pressed: a page that says when the post goes out, and a button that takes it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openrounds.core.errors import NotFound
from openrounds.oauth.queries import list_actors
from openrounds.posts.access import access_held
from openrounds.posts.actions import take_back
from openrounds.posts.models import Post
from openrounds.posts.queries import media_by_id, out_of_hold
from openrounds.web import composing
from openrounds.web.access import for_members, person_of
from openrounds.web.views.acting import known


@require_safe
@for_members
def held(request: HttpRequest, held_id: int) -> HttpResponse:
    """While the post waits, the panel that every page shows; afterwards the post."""
    person = person_of(request)
    try:
        access_held(person.pk, known(held_id))
    except NotFound:
        return _to(_post_of(request, held_id))
    return render(request, "pages/held_page.html")


def _post_of(request: HttpRequest, held_id: int) -> Post:
    post = out_of_hold(person_of(request).pk, held_id)
    if post is None:
        raise NotFound
    return post


def _to(post: Post) -> HttpResponse:
    return redirect("post", username=post.account.username, post_id=post.pk)


@require_POST
@for_members
def undo(request: HttpRequest, held_id: int) -> HttpResponse:
    """The composer with everything that was written; or, when it was too late, the post."""
    person = person_of(request)
    try:
        row, draft = take_back(person.pk, known(held_id))
    except NotFound:
        post = _post_of(request, held_id)
        messages.warning(request, _("It was out already. You can still edit or delete it."))
        return _to(post)
    found = media_by_id(draft.media_ids)
    page = {
        "composer": composing.out_of_draft(draft, row.account, list_actors(person)),
        "files": [found[i] for i in draft.media_ids if i in found],
        "parent": composing.shown_post(request, draft.in_reply_to_id),
        "quoted": composing.shown_post(request, draft.quote_of_id),
        "described": True,
        "taken_back": True,
    }
    return render(request, "pages/compose.html", page)
