"""Timelines: home, public, hashtag, list."""

from msgspec import Struct

from openrounds.api.call import Call, Reply
from openrounds.api.entities.status import Status
from openrounds.api.rendering import render_posts
from openrounds.api.routing import anyone, person, route
from openrounds.core.paging import Paging
from openrounds.hashtags.rules import fold
from openrounds.posts import lines
from openrounds.posts.lines import Source
from openrounds.timelines import queries
from openrounds.timelines.access import access_list
from openrounds.timelines.queries import TagChoice

PER_PAGE, MOST = 20, 40


class Cursors(Struct):
    """Pages of posts: at most 40."""

    limit: int = PER_PAGE
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


class PublicParams(Cursors):
    """Which part of what is public."""

    local: bool = False
    remote: bool = False
    only_media: bool = False


class TagParams(PublicParams):
    """Also under any, all or none of these hashtags."""

    any: list[str] = []
    all: list[str] = []
    none: list[str] = []


def page_of(call: Call, source: Source, context: str, paging: Paging | None = None) -> Reply:
    """One page of that source, rendered for the caller."""
    paging = paging or call.paging(PER_PAGE, MOST)
    found = lines.read(source, paging)
    body = render_posts(call, found, context=context)
    return call.paged(body, found[0].cursor if found else None, found[-1].cursor if found else None)


@route("GET", "/api/v1/timelines/home", person("read:statuses"), params=Cursors, returns=list[Status])
def home(call: Call) -> Reply:
    """What those one follows have posted, newest first."""
    return page_of(call, queries.home(call.me), "home")


@route("GET", "/api/v1/timelines/public", anyone("read:statuses"), params=PublicParams, returns=list[Status])
def public(call: Call) -> Reply:
    """Everything public; `local` for this server alone."""
    asked = call.params(PublicParams)
    source = queries.public(
        call.account_id, local=asked.local, remote=asked.remote, only_media=asked.only_media
    )
    return page_of(call, source, "public")


@route("GET", "/api/v1/timelines/tag/:name", anyone("read:statuses"), params=TagParams, returns=list[Status])
def hashtag(call: Call, name: str) -> Reply:
    """Everything public under a hashtag."""
    asked = call.params(TagParams)
    choice = TagChoice(
        fold(name), *(tuple(fold(n) for n in names[:4]) for names in (asked.any, asked.all, asked.none))
    )
    source = queries.hashtag(
        call.account_id, choice, local=asked.local, remote=asked.remote, only_media=asked.only_media
    )
    return page_of(call, source, "public")


@route("GET", "/api/v1/timelines/list/:list_id", person("read:lists"), params=Cursors, returns=list[Status])
def list_timeline(call: Call, list_id: int) -> Reply:
    """What the members of a list have posted."""
    return page_of(call, queries.list_timeline(access_list(call.me, list_id)), "home")
