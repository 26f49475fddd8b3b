"""What somebody keeps: bookmarks, favourites, lists; and his conversations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openrounds.accounts.queries import by_acct
from openrounds.api.mastodon.search import own_domains
from openrounds.core.errors import NotFound, Refusal
from openrounds.core.paging import Paging
from openrounds.posts import lines, queries
from openrounds.timelines import conversations, list_actions, list_queries
from openrounds.timelines.access import access_conversation, access_list
from openrounds.timelines.models import List
from openrounds.timelines.queries import list_timeline
from openrounds.web import reading
from openrounds.web.access import for_members, person_of
from openrounds.web.sent import charge
from openrounds.web.views.acting import known
from openrounds.web.words import refusal_in_words


@require_safe
@for_members
def bookmarks(request: HttpRequest) -> HttpResponse:
    call = reading.call_of(request)
    nothing = _("You have kept nothing yet. Only you see what you bookmark.")
    page = {"title": _("Bookmarks"), "term": "bookmark", "nothing": nothing}
    return render(request, "pages/collection.html", reading.page(call, queries.bookmarks(call.me)) | page)


@require_safe
@for_members
def favourites(request: HttpRequest) -> HttpResponse:
    call = reading.call_of(request)
    nothing = _("You have favourited nothing yet.")
    page = {"title": _("Favourites"), "term": "favourite", "nothing": nothing}
    return render(request, "pages/collection.html", reading.page(call, queries.favourites(call.me)) | page)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def lists(request: HttpRequest) -> HttpResponse:
    """One's lists; a POST makes one."""
    me = person_of(request).account_id
    page: dict[str, object] = {"lists": list_queries.lists_of(me)}
    if request.method != "POST":
        return render(request, "pages/lists.html", page)
    charge(request)
    title = request.POST.get("title", "")
    try:
        made = list_actions.create_list(me, title, replies_policy=None, exclusive="exclusive" in request.POST)
    except Refusal as refusal:
        return render(request, "pages/lists.html", page | _wrong(refusal, title), status=refusal.status)
    return redirect("list", list_id=made.pk)


def _wrong(refusal: Refusal, title: str) -> dict[str, str]:
    return {"problem": refusal_in_words(refusal.message), "title": title}


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def one_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """A list's timeline and members; a POST adds or removes one, or deletes the list."""
    call = reading.call_of(request)
    chosen = access_list(call.me, known(list_id))
    if request.method == "POST":
        charge(request)
        return _change(request, chosen)
    return _show(request, chosen)


def _show(request: HttpRequest, chosen: List, problem: str = "", status: int = 200) -> HttpResponse:
    call = reading.call_of(request)
    page = reading.page(call, list_timeline(chosen), "home")
    members = reading.people(call, list_queries.all_members(chosen.pk))
    page |= {"list": chosen, "members": members, "problem": problem, "who": request.POST.get("who", "")}
    return render(request, "pages/list.html", page, status=status)


def _change(request: HttpRequest, chosen: List) -> HttpResponse:
    me, wanted = person_of(request).account_id, request.POST.get("do", "")
    if wanted == "delete":
        list_actions.delete_list(me, chosen.pk)
        return redirect("lists")
    try:
        who = by_acct(request.POST.get("who", ""), own_domains(reading.call_of(request))).pk
        change = list_actions.remove_members if wanted == "remove" else list_actions.add_members
        change(me, chosen.pk, [who])
    except NotFound:
        return _show(request, chosen, _("Only people you follow can be on a list."), 422)
    except Refusal as refusal:
        return _show(request, chosen, refusal_in_words(refusal.message), refusal.status)
    return redirect("list", list_id=chosen.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def talks(request: HttpRequest) -> HttpResponse:
    """Conversations by direct posts, the latest first; a POST takes one off the list."""
    call = reading.call_of(request)
    if request.method == "POST":
        charge(request)
        chosen = request.POST.get("conversation", "")
        conversation_id = int(chosen) if chosen.isdecimal() and len(chosen) < 20 else 0
        conversations.remove(access_conversation(call.me, known(conversation_id)))
        return redirect("conversations")
    found = conversations.listed(call.me, Paging(reading.PER_PAGE, max_id=reading.cursor(request)))
    posts = {p.id: p for p in reading.posts(call, lines.read_ids([c.last_post_id for c in found]))}
    shown = [(each, posts[str(each.last_post_id)]) for each in found if str(each.last_post_id) in posts]
    older = found[-1].last_post_id if len(found) == reading.PER_PAGE else None
    return render(request, "pages/conversations.html", {"talks": shown, "older": older})
