"""Accounts as others see them: one, several, by name, and whom they follow."""

from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from openrounds.accounts import queries
from openrounds.accounts.access import access_account
from openrounds.api.call import Call, Reply
from openrounds.api.entities.account import Account, FamiliarFollowers, Relationship
from openrounds.api.params import known_ids
from openrounds.api.render import people
from openrounds.api.render.people import MOST, PER_PAGE
from openrounds.api.rendering import render_account, render_account_parts, render_accounts
from openrounds.api.routing import anyone, person, route
from openrounds.core.options import options


class Ids(Struct):
    """At most 80 ids; further ones are passed over, and so is what is no id."""

    id: list[str] = []


class Acct(Struct):
    """`name` or `name@domain`, ours included."""

    acct: str


class SearchParams(Struct):
    """The start of a name; `following` leaves only whom the caller follows."""

    q: str
    limit: int = PER_PAGE
    offset: Annotated[int, Meta(ge=0, le=10_000)] = 0
    following: bool = False


class DirectoryParams(Struct):
    """`active`: who posted last comes first; `new`: who came last."""

    order: str = "active"
    local: bool = False
    limit: int = PER_PAGE
    offset: Annotated[int, Meta(ge=0, le=10_000)] = 0


class TiePages(Struct):
    """Pages of accounts; the cursors are those of the Link header and mean nothing else."""

    limit: int = PER_PAGE
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


def own_domains(call: Call) -> set[str]:
    """What comes after the @ of people of this server."""
    return {urlsplit(call.base).netloc.lower(), options().domain} - {""}


@route("GET", "/api/v1/accounts/:id", anyone("read:accounts"), returns=Account)
def show(call: Call, id: int) -> bytes:
    """A suspended account is shown without its texts, with `suspended`."""
    return render_account(call, access_account(call.account_id, id).pk)


@route("GET", "/api/v1/accounts", anyone("read:accounts"), params=Ids, returns=list[Account])
def show_several(call: Call) -> bytes:
    """Unknown ids are left out."""
    return render_accounts(call, queries.present_ids(known_ids(call.params(Ids).id)[:MOST]))


@route("GET", "/api/v1/accounts/lookup", anyone("read:accounts"), params=Acct, returns=Account)
def lookup(call: Call) -> bytes:
    """By name, among the accounts known here; no other server is asked."""
    return render_account(call, queries.by_acct(call.params(Acct).acct, own_domains(call)).pk)


@route("GET", "/api/v1/accounts/search", person("read:accounts"), params=SearchParams, returns=list[Account])
def search(call: Call) -> bytes:
    """For whoever is about to mention somebody."""
    asked = call.params(SearchParams)
    ids = queries.search(
        call.me,
        asked.q,
        own_domains=own_domains(call),
        limit=max(1, min(asked.limit, MOST)),
        offset=asked.offset,
        following=asked.following,
    )
    return render_accounts(call, ids)


@route(
    "GET", "/api/v1/accounts/relationships", person("read:follows"), params=Ids, returns=list[Relationship]
)
def relationships(call: Call) -> list[Relationship]:
    """Unknown ids are left out."""
    return people.relationships(call, known_ids(call.params(Ids).id)[:MOST])


@route(
    "GET", "/api/v1/accounts/:id/followers", anyone("read:accounts"), params=TiePages, returns=list[Account]
)
def followers(call: Call, id: int) -> Reply:
    """Empty for others where the account hides them, and for those it blocks."""
    account, paging = access_account(call.account_id, id), call.paging(PER_PAGE, MOST)
    return people.render_tied(call, queries.followers(call.account_id, account, paging), paging)


@route(
    "GET", "/api/v1/accounts/:id/following", anyone("read:accounts"), params=TiePages, returns=list[Account]
)
def following(call: Call, id: int) -> Reply:
    """Empty for others where the account hides them, and for those it blocks."""
    account, paging = access_account(call.account_id, id), call.paging(PER_PAGE, MOST)
    return people.render_tied(call, queries.following(call.account_id, account, paging), paging)


@route(
    "GET",
    "/api/v1/accounts/familiar_followers",
    person("read:follows"),
    params=Ids,
    returns=list[FamiliarFollowers],
)
def familiar_followers(call: Call) -> list[dict[str, object]]:
    """Whom the caller follows of those who follow each of these."""
    found = queries.familiar_followers(
        call.me, queries.present_ids(known_ids(call.params(Ids).id)[:PER_PAGE])
    )
    parts = render_account_parts(call.base, {i for ids in found.values() for i in ids})
    return [
        {"id": str(target), "accounts": msgspec.Raw(b"[" + b",".join(parts[i] for i in ids) + b"]")}
        for target, ids in found.items()
    ]


@route(
    "GET",
    "/api/v1/accounts/:id/endorsements",
    anyone("read:accounts"),
    params=TiePages,
    returns=list[Account],
)
def endorsements_of(call: Call, id: int) -> Reply:
    """Whom an account shows on its profile."""
    account, paging = access_account(call.account_id, id), call.paging(PER_PAGE, MOST)
    return people.render_tied(call, queries.endorsements(account.pk, paging), paging)


@route("GET", "/api/v1/accounts/:id/identity_proofs", person("read:accounts"), returns=list[str])
def identity_proofs(call: Call, id: int) -> list[str]:
    """Mastodon dropped these; old apps still ask."""
    access_account(call.account_id, id)
    return []


@route("GET", "/api/v1/directory", anyone(), params=DirectoryParams, returns=list[Account])
def directory(call: Call) -> Reply:
    """Accounts that want to be discovered."""
    asked = call.params(DirectoryParams)
    limit = max(1, min(asked.limit, MOST))
    found = queries.directory(
        call.account_id, order=asked.order, local=asked.local, limit=limit, offset=asked.offset
    )
    parts = render_account_parts(call.base, found)
    return call.paged_by_offset([msgspec.Raw(parts[i]) for i in found], asked.offset, limit)
