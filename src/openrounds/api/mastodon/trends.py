"""What many people talk about just now."""

import msgspec
from msgspec import Struct

from openrounds.api.call import Call, Reply
from openrounds.api.entities.search import TrendingLink
from openrounds.api.entities.status import Status
from openrounds.api.entities.tag import Tag
from openrounds.api.mastodon.timelines import Cursors, page_of
from openrounds.api.render.card import render_card
from openrounds.api.render.tag import render_history, render_tags
from openrounds.api.rendering import render_posts
from openrounds.api.routing import anyone, route
from openrounds.core.errors import NotFound
from openrounds.hashtags import queries as hashtags
from openrounds.posts import lines
from openrounds.search import trends


class TrendParams(Struct):
    """At most 20 hashtags or links, 40 posts; how many is up to each when `limit` is left out."""

    limit: int | None = None
    offset: int = 0


class LinkParams(Cursors):
    """The address that is talked about."""

    url: str = ""


def _part(call: Call, default: int, most: int) -> tuple[int, int]:
    """How many, after how many."""
    asked = call.params(TrendParams)
    limit = default if asked.limit is None else max(1, min(asked.limit, most))
    return limit, min(max(0, asked.offset), trends.BEST)


@route("GET", "/api/v1/trends", anyone(), params=TrendParams, returns=list[Tag])
@route("GET", "/api/v1/trends/tags", anyone(), params=TrendParams, returns=list[Tag])
def trending_tags(call: Call) -> Reply:
    """Hashtags that more people use than usual."""
    limit, offset = _part(call, 10, 20)
    found = hashtags.by_ids(trends.hashtags(limit, offset))
    return call.paged_by_offset(render_tags(call.base, found, call.account_id), offset, limit)


@route("GET", "/api/v1/trends/statuses", anyone(), params=TrendParams, returns=list[Status])
def trending_statuses(call: Call) -> Reply:
    """Posts of this week that many have favourited or boosted."""
    limit, offset = _part(call, 20, 40)
    found = trends.posts(call.account_id, limit, offset)
    page = call.paged_by_offset(found, offset, limit)
    return Reply(render_posts(call, lines.read_ids(found), context="public"), headers=page.headers)


@route("GET", "/api/v1/trends/links", anyone(), params=TrendParams, returns=list[TrendingLink])
def trending_links(call: Call) -> Reply:
    """Links of this week that several people have posted."""
    limit, offset = _part(call, 10, 20)
    cards = trends.links(limit, offset)
    histories = trends.link_history([card.pk for card in cards])
    found = [
        TrendingLink(
            **msgspec.structs.asdict(render_card(call.base, card)), history=render_history(histories[card.pk])
        )
        for card in cards
    ]
    return call.paged_by_offset(found, offset, limit)


@route("GET", "/api/v1/timelines/link", anyone("read:statuses"), params=LinkParams, returns=list[Status])
def link_timeline(call: Call) -> Reply:
    """Public posts with a link that trends."""
    source = trends.link_timeline(call.account_id, call.params(LinkParams).url)
    if source is None:
        raise NotFound
    return page_of(call, source, "public")
