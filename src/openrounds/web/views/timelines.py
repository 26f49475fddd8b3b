"""Timelines: home, this server, what is debated now."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from openrounds.accounts.queries import directory
from openrounds.api.call import Call
from openrounds.core.errors import BadRequest
from openrounds.core.paging import GREATEST, Paging
from openrounds.hashtags.own import follows_of
from openrounds.hashtags.rules import fold
from openrounds.posts import lines
from openrounds.posts.access import access_post
from openrounds.posts.lines import Source
from openrounds.posts.queries import thread_source
from openrounds.search import trends
from openrounds.timelines import markers
from openrounds.timelines import queries as timelines
from openrounds.timelines.queries import TagChoice
from openrounds.web import composing, reading
from openrounds.web.access import for_members
from openrounds.web.views.rounds.catalogue import now_and_coming

MOST_TOPICS = 10
MOST_PEOPLE = 12
MOST_FOLLOWED = 20
MOST_NEW = 40
FEW = 5


@require_safe
@for_members
def home(request: HttpRequest) -> HttpResponse:
    """What those one follows have said, newest first. Whoever follows nobody yet is shown whom and what to follow."""
    call = reading.call_of(request)
    page = reading.page(call, timelines.home(call.me), "home")
    page |= {"back": request.path, "polled": "home"}
    if page["first_page"]:
        page["sheet"] = composing.blank(request)
        page["read_up_to"] = _read_up_to(call, page["newest"])
        if len(page["posts"]) < FEW:
            page |= {"suggested": reading.suggested(call, FEW), "topics": reading.debated(FEW)}
    return render(request, "pages/home.html", page)


def _read_up_to(call: Call, newest: int) -> str:
    """Where the reader was last time, on whichever device, if there is something newer; remembers where he is now."""
    former = markers.place(call.me, "home")
    if former is None or former < newest:
        markers.save(call.me, {"home": newest})
    return str(former) if former is not None and former < newest else ""


@require_safe
@for_members
def local(request: HttpRequest) -> HttpResponse:
    """Everything public by people of this server."""
    call = reading.call_of(request)
    page = reading.page(call, timelines.public(call.account_id, local=True), "public")
    return render(request, "pages/local.html", page | {"polled": "local"})


@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    """What is debated now, and who is here; for strangers too."""
    call = reading.call_of(request)
    page = {
        "topics": reading.debated(MOST_TOPICS),
        "posts": reading.posts(call, lines.read_ids(trends.posts(call.account_id, MOST_TOPICS)), "public"),
        "people": reading.people(
            call, directory(call.account_id, order="active", local=True, limit=MOST_PEOPLE, offset=0)
        ),
    }
    page |= now_and_coming(request)
    if call.account_id is not None:
        page["suggested"] = reading.suggested(call, FEW)
        page["followed"] = [tag for _, tag in follows_of(call.me, Paging(MOST_FOLLOWED))]
    return render(request, "pages/explore.html", page)


SOURCES: dict[str, Callable[[Call], Source]] = {
    "home": lambda call: timelines.home(call.me),
    "local": lambda call: timelines.public(call.account_id, local=True),
}


@require_safe
def news(request: HttpRequest) -> JsonResponse:
    """How many posts have come since `since` (at most 40), for the bar that says so: `{"new": 3}`."""
    call, name = reading.call_of(request), request.GET.get("of", "")
    since = reading.cursor(request, "since")
    if name.startswith("tag:"):
        source = timelines.hashtag(call.account_id, TagChoice(fold(name.removeprefix("tag:"))))
    elif name.startswith("thread:"):
        source = thread_source(call.account_id, _thread_of(call, name.removeprefix("thread:")))
    elif name in SOURCES and (name != "home" or call.account_id is not None):
        source = SOURCES[name](call)
    else:
        raise BadRequest("Which timeline?")
    found = lines.read(source, Paging(MOST_NEW, since_id=since or 0))
    return JsonResponse({"new": len([line for line in found if line.account_id != call.account_id])})


def _thread_of(call: Call, text: str) -> int:
    """The thread of a post that the reader may see."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return access_post(call.account_id, number if number <= GREATEST else 0).thread
