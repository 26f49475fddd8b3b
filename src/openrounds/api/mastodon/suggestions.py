"""Whom one might follow, and why."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from openrounds.accounts import queries
from openrounds.accounts.queries import Ground, Suggested
from openrounds.api.call import Call
from openrounds.api.entities.account import Account, Suggestion
from openrounds.api.render.people import MOST, PER_PAGE
from openrounds.api.rendering import render_account_parts, render_accounts
from openrounds.api.routing import person, route

# Mastodon's words: its old `source`, its newer `sources`.
WORDS = {
    Ground.FRIENDS: ("past_interactions", "friends_of_friends"),
    Ground.SPECIALTY: ("past_interactions", "similar_to_recently_followed"),
    Ground.POPULAR: ("global", "most_followed"),
}


class SuggestionParams(Struct):
    """Which part of the list."""

    limit: int = PER_PAGE
    offset: Annotated[int, Meta(ge=0, le=1_000)] = 0


def _found(call: Call) -> list[Suggested]:
    asked = call.params(SuggestionParams)
    return queries.suggestions(call.me, limit=max(1, min(asked.limit, MOST)), offset=asked.offset)


@route("GET", "/api/v2/suggestions", person("read"), params=SuggestionParams, returns=list[Suggestion])
def suggestions(call: Call) -> list[dict[str, object]]:
    found = _found(call)
    parts = render_account_parts(call.base, [s.account_id for s in found])
    return [_suggestion(one, parts[one.account_id]) for one in found]


@route("GET", "/api/v1/suggestions", person("read"), params=SuggestionParams, returns=list[Account])
def accounts_only(call: Call) -> bytes:
    """The older form, without reasons."""
    return render_accounts(call, [s.account_id for s in _found(call)])


def _suggestion(one: Suggested, account: bytes) -> dict[str, object]:
    source, precise = WORDS[one.ground]
    return {"source": source, "sources": [precise], "account": msgspec.Raw(account), "reason": _reason(one)}


def _reason(one: Suggested) -> str:
    match one.ground:
        case Ground.FRIENDS if one.weight == 1:
            return "Followed by someone you follow"
        case Ground.FRIENDS:
            return f"Followed by {one.weight} people you follow"
        case Ground.SPECIALTY:
            return f"Works in {one.specialty}, as you do"
    return "Followed by many people here"
