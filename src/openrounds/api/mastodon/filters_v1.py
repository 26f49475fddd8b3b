"""Filters, version 1: each keyword of a filter is a filter of its own."""

from typing import Any

from msgspec import Struct

from openrounds.api.call import Call
from openrounds.api.entities.filter import FilterV1
from openrounds.api.mastodon.filters import Seconds, expiry_of
from openrounds.api.render.filters import render_filter_v1
from openrounds.api.routing import person, route
from openrounds.timelines import access, filter_actions, filter_queries
from openrounds.timelines.filter_actions import FilterChange, KeywordChange


class FilterV1Params(Struct):
    """A filter, or what is to change in it; `irreversible` means: hidden, not behind a warning."""

    phrase: str | None = None
    context: list[str] | None = None
    irreversible: bool | None = None
    whole_word: bool | None = None
    expires_in: Seconds | None = None


def _changes(call: Call) -> tuple[FilterChange, KeywordChange]:
    asked = call.params(FilterV1Params)
    action = None if asked.irreversible is None else ("hide" if asked.irreversible else "warn")
    word = KeywordChange(keyword=asked.phrase, whole_word=asked.whole_word)
    expiry = expiry_of(call, asked.expires_in)
    return FilterChange(contexts=asked.context, action=action, expiry=expiry), word


@route("GET", "/api/v1/filters", person("read:filters"), returns=list[FilterV1])
def index(call: Call) -> list[FilterV1]:
    """The caller's filters, one per keyword."""
    return [render_filter_v1(row) for row in filter_queries.keywords_of(call.me)]


@route("POST", "/api/v1/filters", person("write:filters"), params=FilterV1Params, returns=FilterV1)
def create(call: Call) -> FilterV1:
    """Makes a filter of one keyword."""
    change, word = _changes(call)
    phrase = word.keyword or ""
    wanted = FilterChange(
        title=phrase[:256],
        contexts=change.contexts,
        action=change.action,
        expiry=change.expiry,
        keywords=(word,),
    )
    made = filter_actions.create_filter(call.me, wanted)
    return render_filter_v1(filter_queries.keywords_of(call.me).get(filter=made))


@route("GET", "/api/v1/filters/:id", person("read:filters"), returns=FilterV1)
def show(call: Call, id: int) -> FilterV1:
    """One of them."""
    return render_filter_v1(access.access_filter_keyword(call.me, id))


@route("PUT", "/api/v1/filters/:id", person("write:filters"), params=FilterV1Params, returns=FilterV1)
def edit(call: Call, id: int) -> FilterV1:
    """Changes a filter; not possible where it has other keywords that would be changed with it."""
    change, word = _changes(call)
    return render_filter_v1(filter_actions.edit_single(call.me, id, change, word))


@route("DELETE", "/api/v1/filters/:id", person("write:filters"), returns=dict[str, Any])
def delete(call: Call, id: int) -> dict[str, Any]:
    """Drops a keyword, and its filter if nothing is left of that."""
    filter_actions.delete_single(call.me, id)
    return {}
