"""The caller's own lists of accounts: who asks to follow, whom he blocks, mutes, endorses, and which servers he blocks."""

from typing import Any

import msgspec
from msgspec import Struct

from openrounds.accounts import actions, queries
from openrounds.accounts.access import access_account
from openrounds.api.call import Call, Reply
from openrounds.api.entities.account import Account, Relationship
from openrounds.api.entities.list import List
from openrounds.api.mastodon.accounts import TiePages
from openrounds.api.render.list import render_list
from openrounds.api.render.people import MOST, PER_PAGE, paged_by_tie, render_relation, render_tied, with_more
from openrounds.api.rendering import render_account_parts
from openrounds.api.routing import person, route
from openrounds.core.clock import iso
from openrounds.timelines import list_queries


class Domain(Struct):
    """The name of another server."""

    domain: str


@route("GET", "/api/v1/follow_requests", person("read:follows"), params=TiePages, returns=list[Account])
def follow_requests(call: Call) -> Reply:
    """Who asks to follow the caller."""
    paging = call.paging(PER_PAGE, MOST)
    return render_tied(call, queries.requests(call.me, paging), paging)


@route("POST", "/api/v1/follow_requests/:account_id/authorize", person("write:follows"), returns=Relationship)
def authorize(call: Call, account_id: int) -> Relationship:
    actions.authorize_request(call.me, account_id)
    return render_relation(call, account_id)


@route("POST", "/api/v1/follow_requests/:account_id/reject", person("write:follows"), returns=Relationship)
def reject(call: Call, account_id: int) -> Relationship:
    actions.reject_request(call.me, account_id)
    return render_relation(call, account_id)


@route("GET", "/api/v1/blocks", person("read:blocks"), params=TiePages, returns=list[Account])
def blocks(call: Call) -> Reply:
    paging = call.paging(PER_PAGE, MOST)
    return render_tied(call, queries.blocks(call.me, paging), paging)


@route("GET", "/api/v1/mutes", person("read:mutes"), params=TiePages, returns=list[Account])
def mutes(call: Call) -> Reply:
    """MutedAccounts: each says until when."""
    paging = call.paging(PER_PAGE, MOST)
    found = queries.mutes(call.me, paging)
    parts = render_account_parts(call.base, [t.account_id for t in found])
    shown = [
        msgspec.Raw(with_more(parts[t.account_id], {"mute_expires_at": iso(t.until) if t.until else None}))
        for t in found
    ]
    return paged_by_tie(call, shown, [t.tie_id for t in found], paging)


@route("GET", "/api/v1/endorsements", person("read:accounts"), params=TiePages, returns=list[Account])
def endorsements(call: Call) -> Reply:
    """Whom the caller shows on his profile."""
    paging = call.paging(PER_PAGE, MOST)
    return render_tied(call, queries.endorsements(call.me, paging), paging)


@route("GET", "/api/v1/domain_blocks", person("read:blocks"), params=TiePages, returns=list[str])
def domain_blocks(call: Call) -> Reply:
    paging = call.paging(100, 200)
    found = queries.blocked_domains(call.me, paging)
    return paged_by_tie(call, [domain for _, domain in found], [tie for tie, _ in found], paging)


@route("POST", "/api/v1/domain_blocks", person("write:blocks"), params=Domain, returns=dict[str, Any])
def block_domain(call: Call) -> dict[str, Any]:
    """Hides a whole server from the caller and takes its people off his followers."""
    actions.block_domain(call.me, call.params(Domain).domain)
    return {}


@route("DELETE", "/api/v1/domain_blocks", person("write:blocks"), params=Domain, returns=dict[str, Any])
def unblock_domain(call: Call) -> dict[str, Any]:
    """The domain comes in the query, a form or JSON."""
    actions.unblock_domain(call.me, call.params(Domain).domain)
    return {}


@route("DELETE", "/api/v1/suggestions/:account_id", person("write:accounts"), returns=dict[str, Any])
def dismiss_suggestion(call: Call, account_id: int) -> dict[str, Any]:
    actions.dismiss_suggestion(call.me, access_account(call.me, account_id).pk)
    return {}


@route("GET", "/api/v1/accounts/:id/lists", person("read:lists"), returns=list[List])
def lists_with(call: Call, id: int) -> list[List]:
    """The caller's lists that the account is on."""
    return [render_list(row) for row in list_queries.lists_holding(call.me, access_account(call.me, id).pk)]
