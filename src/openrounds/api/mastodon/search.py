"""Searching accounts, posts and hashtags, and opening an address of this server inside an app."""

from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from openrounds.accounts import queries as accounts
from openrounds.api.call import Call
from openrounds.api.entities.search import Search
from openrounds.api.params import Id
from openrounds.api.render.tag import render_tags
from openrounds.api.rendering import render_accounts, render_posts
from openrounds.api.routing import anyone, route
from openrounds.core.errors import BadRequest, NotFound, NotSignedIn
from openrounds.core.options import options
from openrounds.hashtags import queries as hashtags
from openrounds.hashtags.models import Hashtag
from openrounds.posts import lines
from openrounds.posts.access import access_post
from openrounds.search import rules
from openrounds.search.queries import FARTHEST, Range, find_posts
from openrounds.search.rules import Target

PER_KIND, MOST = 20, 40
ACCOUNTS, STATUSES, HASHTAGS = "accounts", "statuses", "hashtags"


class SearchParams(Struct):
    """`type` is accounts, statuses or hashtags; only with it can one go on from an `offset`. `resolve` opens an address.

    `following` keeps to accounts one follows; `account_id` to posts of one account.
    """

    q: str = ""
    type: str = ""
    resolve: bool = False
    following: bool = False
    account_id: Id | None = None
    limit: int = PER_KIND
    offset: int = 0
    max_id: Id | None = None
    min_id: Id | None = None
    exclude_unreviewed: bool = False


class Found(Struct, frozen=True):
    """Accounts and posts by id."""

    accounts: list[int]
    posts: list[int]
    hashtags: list[Hashtag]


NOTHING = Found([], [], [])


@route("GET", "/api/v2/search", anyone("read:search"), params=SearchParams, returns=Search)
def search(call: Call) -> bytes:
    """Accounts, posts and hashtags that match `q`."""
    asked = call.params(SearchParams)
    _check(call, asked)
    text = asked.q.strip()
    if asked.resolve and rules.is_address(text):
        return _render(call, _open(call, asked, text))
    return _render(call, _find(call, asked, text))


def _check(call: Call, asked: SearchParams) -> None:
    if not asked.q.strip():
        raise BadRequest("param is missing or the value is empty: q")
    if call.account_id is None and asked.offset:
        raise NotSignedIn("Search queries pagination is not supported without authentication")
    if call.account_id is None and asked.resolve:
        raise NotSignedIn(
            "Search queries that resolve remote resources are not supported without authentication"
        )


def own_domains(call: Call) -> set[str]:
    """What this server is called in `name@domain`."""
    return {urlsplit(call.base).netloc.lower()} | ({options().domain} if options().domain else set())


def _find(call: Call, asked: SearchParams, text: str) -> Found:
    limit = max(1, min(asked.limit, MOST))
    offset = min(max(0, asked.offset), FARTHEST) if asked.type else 0
    return Found(
        _accounts(call, asked, text, limit, offset) if _wants(asked, ACCOUNTS) else [],
        _posts(call, asked, text, Range(limit, offset, asked.max_id, asked.min_id))
        if _wants(asked, STATUSES)
        else [],
        hashtags.starting_with(text, limit=limit, offset=offset)
        if _wants(asked, HASHTAGS) and "@" not in text and len(text.split()) == 1
        else [],
    )


def _wants(asked: SearchParams, kind: str) -> bool:
    return asked.type in ("", kind)


def _accounts(call: Call, asked: SearchParams, text: str, limit: int, offset: int) -> list[int]:
    if text.startswith(("#", "＃")):
        return []
    return accounts.search(
        call.account_id,
        text,
        own_domains=own_domains(call),
        limit=limit,
        offset=offset,
        following=asked.following and call.account_id is not None,
    )


def _posts(call: Call, asked: SearchParams, text: str, part: Range) -> list[int]:
    return find_posts(
        call.account_id,
        rules.parse(text),
        part,
        author_id=asked.account_id,
        own_domains=own_domains(call),
    )


def _open(call: Call, asked: SearchParams, url: str) -> Found:
    """What an address of this server leads to, if the caller may see it."""
    target = rules.own_target(url, call.base)
    if target is None or asked.offset > 0:
        return NOTHING
    try:
        return _opened(call, asked, target)
    except NotFound:
        return NOTHING


def _opened(call: Call, asked: SearchParams, target: Target) -> Found:
    if target.hashtag:
        tag = hashtags.by_name(target.hashtag) if _wants(asked, HASHTAGS) else None
        return Found([], [], [tag] if tag else [])
    if target.post_id is None:
        found = accounts.by_acct(target.username, ()) if _wants(asked, ACCOUNTS) else None
        return Found([found.pk], [], []) if found else NOTHING
    post = access_post(call.account_id, target.post_id) if _wants(asked, STATUSES) else None
    its_own = post is not None and post.account.username.lower() == target.username.lower()
    return Found([], [post.pk], []) if post and its_own else NOTHING


def _render(call: Call, found: Found) -> bytes:
    tags = render_tags(call.base, found.hashtags, call.account_id)
    return b'{"accounts":%b,"statuses":%b,"hashtags":%b}' % (
        render_accounts(call, found.accounts),
        render_posts(call, lines.read_ids(found.posts)),
        msgspec.json.encode(tags),
    )
