"""Filters, version 2: what somebody does not want to read, by words or by single posts."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from openrounds.api.call import Call
from openrounds.api.entities.filter import Filter, FilterKeyword, FilterStatus
from openrounds.api.params import Id
from openrounds.api.render.filters import render_filter, render_filter_post, render_keyword
from openrounds.api.routing import person, route
from openrounds.core.clock import now
from openrounds.core.errors import BadRequest, NotFound
from openrounds.timelines import access, filter_actions, filter_queries
from openrounds.timelines.filter_actions import Expiry, FilterChange, KeywordChange

LONGEST_SECONDS = 100 * 365 * 24 * 3600
Seconds = Annotated[int, Meta(ge=0, le=LONGEST_SECONDS)]
Action = Literal["warn", "hide", "blur"]


class KeywordAttributes(Struct):
    """A keyword to add (no `id`), to change, or (`_destroy`) to drop."""

    id: Id | Literal[""] | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    destroy: bool | None = field(default=None, name="_destroy")


class FilterParams(Struct):
    """A filter, or what is to change in it. `expires_in` is in seconds; sent empty, it is for ever."""

    title: str | None = None
    context: list[str] | None = None
    filter_action: Action | None = None
    expires_in: Seconds | None = None
    keywords_attributes: list[KeywordAttributes] = []


class KeywordParams(Struct):
    """A word or phrase; as a whole word where nothing else is said."""

    keyword: str | None = None
    whole_word: bool | None = None


class FilterStatusParams(Struct):
    """A single status to filter."""

    status_id: Id | None = None


def expiry_of(call: Call, expires_in: int | None) -> Expiry | None:
    """Sent without a value it takes an expiry away; not sent at all, it changes nothing."""
    if expires_in is not None:
        return Expiry(now() + timedelta(seconds=expires_in))
    return Expiry(None) if "expires_in" in call.given else None


def _change(call: Call) -> FilterChange:
    asked = call.params(FilterParams)
    return FilterChange(
        title=asked.title,
        contexts=asked.context,
        action=asked.filter_action,
        expiry=expiry_of(call, asked.expires_in),
        keywords=tuple(
            KeywordChange(each.id or None, each.keyword, each.whole_word, bool(each.destroy))
            for each in asked.keywords_attributes
        ),
    )


def _shown(call: Call, filter_id: int) -> Filter:
    found = filter_queries.filters_of(call.me).filter(pk=filter_id).first()
    if found is None:
        raise NotFound
    return render_filter(found)


@route("GET", "/api/v2/filters", person("read:filters"), returns=list[Filter])
def index(call: Call) -> list[Filter]:
    """The caller's filters."""
    return [render_filter(row) for row in filter_queries.filters_of(call.me)]


@route("POST", "/api/v2/filters", person("write:filters"), params=FilterParams, returns=Filter)
def create(call: Call) -> Filter:
    """Makes a filter, with its keywords."""
    return _shown(call, filter_actions.create_filter(call.me, _change(call)).pk)


@route("GET", "/api/v2/filters/:id", person("read:filters"), returns=Filter)
def show(call: Call, id: int) -> Filter:
    """One filter."""
    return _shown(call, id)


@route("PUT", "/api/v2/filters/:id", person("write:filters"), params=FilterParams, returns=Filter)
def edit(call: Call, id: int) -> Filter:
    """Changes a filter and its keywords."""
    return _shown(call, filter_actions.edit_filter(call.me, id, _change(call)).pk)


@route("DELETE", "/api/v2/filters/:id", person("write:filters"), returns=dict[str, Any])
def delete(call: Call, id: int) -> dict[str, Any]:
    """Drops a filter."""
    filter_actions.delete_filter(call.me, id)
    return {}


@route("GET", "/api/v2/filters/:id/keywords", person("read:filters"), returns=list[FilterKeyword])
def keywords(call: Call, id: int) -> list[FilterKeyword]:
    """What a filter looks for."""
    owner = access.access_filter(call.me, id)
    return [render_keyword(row) for row in filter_queries.keywords_of(call.me).filter(filter=owner)]


@route(
    "POST",
    "/api/v2/filters/:id/keywords",
    person("write:filters"),
    params=KeywordParams,
    returns=FilterKeyword,
)
def add_keyword(call: Call, id: int) -> FilterKeyword:
    """Also looks for a word."""
    asked = call.params(KeywordParams)
    row = filter_actions.add_keyword(call.me, id, asked.keyword or "", whole_word=asked.whole_word)
    return render_keyword(row)


@route("GET", "/api/v2/filters/keywords/:id", person("read:filters"), returns=FilterKeyword)
def show_keyword(call: Call, id: int) -> FilterKeyword:
    """One keyword."""
    return render_keyword(access.access_filter_keyword(call.me, id))


@route(
    "PUT",
    "/api/v2/filters/keywords/:id",
    person("write:filters"),
    params=KeywordParams,
    returns=FilterKeyword,
)
def edit_keyword(call: Call, id: int) -> FilterKeyword:
    """Changes a keyword."""
    asked = call.params(KeywordParams)
    row = filter_actions.edit_keyword(call.me, id, keyword=asked.keyword, whole_word=asked.whole_word)
    return render_keyword(row)


@route("DELETE", "/api/v2/filters/keywords/:id", person("write:filters"), returns=dict[str, Any])
def delete_keyword(call: Call, id: int) -> dict[str, Any]:
    """Drops a keyword."""
    filter_actions.delete_keyword(call.me, id)
    return {}


@route("GET", "/api/v2/filters/:id/statuses", person("read:filters"), returns=list[FilterStatus])
def statuses(call: Call, id: int) -> list[FilterStatus]:
    """The single statuses that a filter finds."""
    return _shown(call, id).statuses or []


@route(
    "POST",
    "/api/v2/filters/:id/statuses",
    person("write:filters"),
    params=FilterStatusParams,
    returns=FilterStatus,
)
def add_status(call: Call, id: int) -> FilterStatus:
    """Also filters a single status."""
    chosen = call.params(FilterStatusParams).status_id
    if chosen is None:
        raise BadRequest("Validation failed: status_id is missing")
    return render_filter_post(filter_actions.add_post(call.me, id, chosen))


@route("GET", "/api/v2/filters/statuses/:id", person("read:filters"), returns=FilterStatus)
def show_status(call: Call, id: int) -> FilterStatus:
    """One of them."""
    return render_filter_post(access.access_filter_post(call.me, id))


@route("DELETE", "/api/v2/filters/statuses/:id", person("write:filters"), returns=dict[str, Any])
def remove_status(call: Call, id: int) -> dict[str, Any]:
    """No longer filters that status."""
    filter_actions.remove_post(call.me, id)
    return {}
