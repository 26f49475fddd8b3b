"""Quotes: what quotes a post, taking back one's consent, saying who may quote."""

from msgspec import Struct

from openrounds.api import rendering
from openrounds.api.call import Call, Reply
from openrounds.api.entities.status import Status
from openrounds.api.mastodon.statuses import PageParams, one
from openrounds.api.render.quotes import POLICY_OF, QuotePolicyWord
from openrounds.api.routing import anyone, person, route
from openrounds.posts import access, actions, lines, queries
from openrounds.posts.visibility import may_see


class PolicyParams(Struct):
    """Who may quote the post from now on."""

    quote_approval_policy: QuotePolicyWord


@route(
    "GET",
    "/api/v1/statuses/:id/quotes",
    anyone("read:statuses"),
    params=PageParams,
    returns=list[Status],
)
def quotes(call: Call, id: int) -> Reply:
    """What quotes a post with its author's consent, newest first."""
    post = access.access_original(call.account_id, id)
    found = lines.read(queries.quotes_of(call.account_id, post.pk), call.paging(20, 40))
    body = rendering.render_posts(call, found)
    return call.paged(body, found[0].cursor if found else None, found[-1].cursor if found else None)


@route(
    "POST",
    "/api/v1/statuses/:id/quotes/:quoting_status_id/revoke",
    person("write:statuses"),
    returns=Status,
)
def revoke(call: Call, id: int, quoting_status_id: int) -> bytes:
    """An own post is no longer shown in the one that quotes it; the answer is that one, or the own if one may not see it."""
    quoting = actions.revoke_quote(call.me, id, quoting_status_id)
    return one(call, quoting.pk if may_see(call.me, quoting.pk) else id)


@route(
    "PUT",
    "/api/v1/statuses/:id/interaction_policy",
    person("write:statuses"),
    params=PolicyParams,
    returns=Status,
)
def set_policy(call: Call, id: int) -> bytes:
    """Who may quote an own post; quotes that there are stay."""
    access.access_own_post(call.me, id)
    wanted = POLICY_OF[call.params(PolicyParams).quote_approval_policy]
    return one(call, actions.set_quote_policy(call.me, id, wanted).pk)
