"""Conversations: direct posts, by the people they are between."""

from msgspec import Struct

from openrounds.api.call import Call, Reply
from openrounds.api.entities.conversation import Conversation
from openrounds.api.params import Id
from openrounds.api.render.conversation import render_conversations
from openrounds.api.routing import person, route
from openrounds.core.errors import NotFound
from openrounds.timelines import conversations
from openrounds.timelines.access import access_conversation

DEFAULT, MOST = 20, 40


class PageParams(Struct):
    """A page of conversations: 20, at most 40. Pages go by last status."""

    limit: int | None = None
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None


@route(
    "GET",
    "/api/v1/conversations",
    person("read:statuses"),
    params=PageParams,
    returns=list[Conversation],
)
def index(call: Call) -> Reply:
    """The caller's conversations, the one with the newest post first."""
    paging = call.paging(DEFAULT, MOST)
    found = conversations.listed(call.me, paging)
    if not found:
        return call.paged([], None, None)
    first, last = found[0].last_post_id, found[-1].last_post_id
    return call.paged(
        render_conversations(call, call.me, found), first, last, more=len(found) == paging.limit
    )


@route("DELETE", "/api/v1/conversations/:id", person("write:conversations"), returns=dict[str, str])
def delete(call: Call, id: int) -> dict[str, str]:
    """Takes it off the caller's list; the posts stay."""
    conversations.remove(access_conversation(call.me, id))
    return {}


@route("POST", "/api/v1/conversations/:id/read", person("write:conversations"), returns=Conversation)
def read(call: Call, id: int) -> Conversation:
    """Marks it as read."""
    return _mark(call, id, unread=False)


@route("POST", "/api/v1/conversations/:id/unread", person("write:conversations"), returns=Conversation)
def unread(call: Call, id: int) -> Conversation:
    """Marks it as unread."""
    return _mark(call, id, unread=True)


def _mark(call: Call, conversation_id: int, *, unread: bool) -> Conversation:
    conversations.mark(access_conversation(call.me, conversation_id), unread=unread)
    found = conversations.one(call.me, conversation_id)
    if found is None:
        raise NotFound
    return render_conversations(call, call.me, [found])[0]
