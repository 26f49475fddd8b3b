"""Pages that anybody may read: the start, profiles, posts with their threads, hashtags, about the server."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from openrounds.accounts.access import access_local
from openrounds.accounts.models import Account
from openrounds.accounts.queries import followers, following, relationships
from openrounds.api.call import Call
from openrounds.core.errors import NotFound
from openrounds.core.paging import GREATEST, Paging
from openrounds.hashtags import queries as hashtags
from openrounds.hashtags.rules import fold
from openrounds.moderation.queries import house_text, rules
from openrounds.posts import lines
from openrounds.posts.access import access_original, access_post
from openrounds.posts.lines import Source
from openrounds.posts.models import Post
from openrounds.posts.queries import boosters, favouriters, of_account, quotes_of, thread_of
from openrounds.rounds import room_queries
from openrounds.timelines import queries as timelines
from openrounds.timelines.queries import TagChoice
from openrounds.web import composing, reading, threads
from openrounds.web.context import is_member
from openrounds.web.views.acting import known
from openrounds.web.views.pings import unheard
from openrounds.web.views.rounds import questions
from openrounds.web.views.rounds.catalogue import now_and_coming

MOST_TOPICS = 6
MOST_PEOPLE = 40
TABS = {
    "": gettext_lazy("Posts"),
    "replies": gettext_lazy("Posts and replies"),
    "media": gettext_lazy("Pictures"),
}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The welcome page; members are at home."""
    if is_member(request):
        return redirect("home")
    call = reading.call_of(request)
    page = reading.page(call, timelines.public(call.account_id, local=True), "public")
    page |= {"topics": reading.debated(MOST_TOPICS)} | now_and_coming(request)
    return render(request, "pages/start.html", page)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    page = {"rules": rules(), "about": house_text("about"), "terms": house_text("terms")}
    return render(request, "pages/about.html", page)


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """The posts of somebody, or (`?show=`) his replies too, or his pictures."""
    account = access_local(username)
    call = reading.call_of(request)
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else ""
    page = reading.page(call, _shown(account, call.account_id, tab), "account")
    if page["first_page"] and not tab:
        pinned = lines.read(of_account(account.pk, call.account_id, pinned=True), Paging(reading.PER_PAGE))
        page["pinned"] = reading.posts(call, pinned, "account")
    page |= {"account": reading.account(call, account.pk), "role": account.get_role_display(), "row": account}
    if not tab and account.posts_count:
        page["nothing"] = gettext("Nothing yet but replies: they stand under “Posts and replies”.")
    page |= {"tabs": TABS, "tab": tab, "kept": f"show={tab}&" if tab else ""}
    if call.account_id is not None and call.account_id != account.pk:
        [page["relation"]] = relationships(call.account_id, [account.pk])
    return render(request, "pages/profile.html", page)


def _shown(account: Account, viewer_id: int | None, tab: str) -> Source:
    if tab == "media":
        return of_account(account.pk, viewer_id, only_media=True, exclude_boosts=True)
    return of_account(account.pk, viewer_id, exclude_replies=not tab)


@require_safe
def tied(request: HttpRequest, username: str, side: str) -> HttpResponse:
    """Who follows somebody, and whom he follows; empty where he hides that."""
    account, call = access_local(username), reading.call_of(request)
    read = followers if side == "followers" else following
    found = read(call.account_id, account, Paging(MOST_PEOPLE, max_id=reading.cursor(request)))
    page = {
        "title": (gettext("Followers of @%s") if side == "followers" else gettext("@%s follows"))
        % account.username,
        "people": reading.people(call, [tie.account_id for tie in found]),
        "older": found[-1].tie_id if len(found) == MOST_PEOPLE else None,
    }
    return render(request, "pages/people.html", page)


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
    page = _in_thread(call, found) | {
        "sheet": composing.reply_to(request, found.pk) if is_member(request) else None,
        "unheard": unheard(call, found.account_id, found.pk),
        "back": request.get_full_path(),
        "thread": found.thread,
        "asked": questions.of_post(call, found.pk),
        "places": room_queries.places_of(found.pk),
        "own_post": found.account_id == call.account_id,
    }
    return render(request, "pages/post.html", page)


def _in_thread(call: Call, found: Post) -> dict[str, object]:
    """The post, what it answers and what answers it, and the newest of them all."""
    thread = thread_of(call.account_id, found.pk, found.thread)
    around = reading.posts(
        call, [*thread.ancestors, *lines.read_ids([found.pk]), *thread.descendants], "thread"
    )
    at = len(thread.ancestors)
    return {
        "post": around[at],
        "ancestors": threads.above(found.pk, around[:at], thread),
        "replies": threads.below(found.pk, around[at + 1 :], thread),
        "newest": max(int(each.id) for each in around),
    }


@require_safe
def boosted_by(request: HttpRequest, post_id: int) -> HttpResponse:
    call = reading.call_of(request)
    found = access_post(call.account_id, known(post_id))
    who = boosters(call.account_id, found.pk, Paging(MOST_PEOPLE, max_id=reading.cursor(request)))
    return _who(request, gettext("Who boosted this post"), who)


@require_safe
def favourited_by(request: HttpRequest, post_id: int) -> HttpResponse:
    call = reading.call_of(request)
    found = access_post(call.account_id, known(post_id))
    who = favouriters(call.account_id, found.pk, Paging(MOST_PEOPLE, max_id=reading.cursor(request)))
    return _who(request, gettext("Who favourited this post"), who)


@require_safe
def quoted_by(request: HttpRequest, post_id: int) -> HttpResponse:
    """What quotes a post with its author's consent, as far as the reader may see it; the newest first."""
    call = reading.call_of(request)
    found = access_original(call.account_id, known(post_id))
    page = reading.page(call, quotes_of(call.account_id, found.pk), "public")
    page |= {"title": gettext("Quotes of a post"), "term": "quote", "back": request.path}
    page |= {"quoted": found, "nothing": gettext("Nobody has quoted it where you can see it.")}
    return render(request, "pages/quotes.html", page)


def _who(request: HttpRequest, title: str, found: Sequence[tuple[int, int]]) -> HttpResponse:
    people = reading.people(reading.call_of(request), [account for _, account in found])
    older = found[-1][0] if len(found) == MOST_PEOPLE else None
    return render(request, "pages/people.html", {"title": title, "people": people, "older": older})


@require_safe
def hashtag(request: HttpRequest, name: str) -> HttpResponse:
    """Everything public under a hashtag, whoever follows whom; what is written here keeps the hashtag."""
    call = reading.call_of(request)
    page = reading.page(call, timelines.hashtag(call.account_id, TagChoice(fold(name))), "public")
    tag = hashtags.by_name(name)
    shown = tag.display_name if tag else name
    page |= {"name": shown, "polled": f"tag:{shown}", "back": request.path}
    if is_member(request) and page["first_page"]:
        page["sheet"] = composing.blank(request, tags=[shown])
    page["followed"] = bool(tag and call.account_id and hashtags.followed(call.account_id, [tag.pk]))
    return render(request, "pages/hashtag.html", page)
