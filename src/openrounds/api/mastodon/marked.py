"""Lists of posts that belong to one account: what it posted, favourited, bookmarked."""

from openrounds.accounts.access import access_account
from openrounds.api.call import Call, Reply
from openrounds.api.entities.status import Status
from openrounds.api.mastodon.timelines import Cursors, page_of
from openrounds.api.rendering import render_posts
from openrounds.api.routing import anyone, person, route
from openrounds.core.paging import Paging
from openrounds.hashtags.rules import fold
from openrounds.posts import lines, queries


class AccountStatusesParams(Cursors):
    """Which of an account's posts. `pinned` answers the pins only, without pages."""

    only_media: bool = False
    exclude_replies: bool = False
    exclude_reblogs: bool = False
    pinned: bool = False
    tagged: str = ""


@route(
    "GET",
    "/api/v1/accounts/:id/statuses",
    anyone("read:statuses"),
    params=AccountStatusesParams,
    returns=list[Status],
)
def statuses(call: Call, id: int) -> Reply:
    """What an account has posted, as far as the caller may see it."""
    account = access_account(call.account_id, id)
    asked = call.params(AccountStatusesParams)
    source = queries.of_account(
        account.pk,
        call.account_id,
        only_media=asked.only_media,
        exclude_replies=asked.exclude_replies,
        exclude_boosts=asked.exclude_reblogs,
        pinned=asked.pinned,
        hashtag=fold(asked.tagged) if asked.tagged else "",
    )
    if asked.pinned:
        return Reply(render_posts(call, lines.read(source, Paging(40)), context="account"))
    return page_of(call, source, "account")


@route("GET", "/api/v1/favourites", person("read:favourites"), params=Cursors, returns=list[Status])
def favourites(call: Call) -> Reply:
    """What the caller has favourited; pages go by the favourite, so only by Link."""
    return page_of(call, queries.favourites(call.me), "")


@route("GET", "/api/v1/bookmarks", person("read:bookmarks"), params=Cursors, returns=list[Status])
def bookmarks(call: Call) -> Reply:
    """What the caller has bookmarked; pages go by the bookmark, so only by Link."""
    return page_of(call, queries.bookmarks(call.me), "")
