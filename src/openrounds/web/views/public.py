"""Pages that anybody may read: the start, profiles, posts with their threads, hashtags, about the server."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from openrounds.accounts.access import access_local
from openrounds.api.call import Call
from openrounds.core.errors import NotFound
from openrounds.core.paging import GREATEST, Paging
from openrounds.hashtags.rules import fold
from openrounds.moderation.queries import rules
from openrounds.posts import lines
from openrounds.posts.access import access_post
from openrounds.posts.lines import Source
from openrounds.posts.queries import of_account, thread_of
from openrounds.timelines import queries as timelines
from openrounds.timelines.queries import TagChoice
from openrounds.web import reading

PER_PAGE = 20


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    call = reading.call_of(request)
    page = _page(call, timelines.public(call.account_id, local=True))
    return render(request, "pages/start.html", page)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html", {"rules": rules()})


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    account = access_local(username)
    call = reading.call_of(request)
    page = _page(call, of_account(account.pk, call.account_id))
    page |= {"account": reading.account(call, account.pk), "role": account.get_role_display(), "row": account}
    return render(request, "pages/profile.html", page)


@require_safe
def post(request: HttpRequest, username: str, post_id: int) -> HttpResponse:
    """A post in its thread. What one may not see and what is not there look alike."""
    call = reading.call_of(request)
    found = access_post(call.account_id, post_id if post_id <= GREATEST else 0)
    if found.account.domain or found.account.username.lower() != username.lower():
        raise NotFound
    if found.boost_of_id:
        original = access_post(call.account_id, found.boost_of_id)
        return redirect("post", username=original.account.username, post_id=original.pk)
    thread = thread_of(call.account_id, found.pk, found.thread)
    [shown] = reading.posts(call, lines.read_ids([found.pk]))
    page = {
        "post": shown,
        "ancestors": reading.posts(call, thread.ancestors),
        "descendants": reading.posts(call, thread.descendants),
    }
    return render(request, "pages/post.html", page)


@require_safe
def hashtag(request: HttpRequest, name: str) -> HttpResponse:
    call = reading.call_of(request)
    page = _page(call, timelines.hashtag(call.account_id, TagChoice(fold(name))))
    return render(request, "pages/hashtag.html", page | {"name": name})


def _page(call: Call, source: Source) -> dict[str, Any]:
    """Some posts, and the cursor of the next page where there may be one."""
    found = lines.read(source, Paging(PER_PAGE, max_id=_cursor(call.request)))
    older = found[-1].cursor if len(found) == PER_PAGE else None
    return {"posts": reading.posts(call, found), "older": older}


def _cursor(request: HttpRequest) -> int | None:
    """Nonsense in the address is passed over."""
    text = request.GET.get("max_id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
