"""Conversations: direct posts, by the people they are between."""

from collections.abc import Sequence

from msgspec import Raw, Struct

from openrounds.api import rendering
from openrounds.api.call import Call, Reply
from openrounds.api.entities.conversation import Conversation
from openrounds.api.params import Id
from openrounds.api.routing import person, route
from openrounds.core.errors import NotFound
from openrounds.posts.lines import read_ids
from openrounds.timelines import conversations
from openrounds.timelines.access import access_conversation
from openrounds.timelines.conversations import ConversationLine

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
    return call.paged(_render(call, found), first, last, more=len(found) == paging.limit)


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
    return _render(call, [found])[0]


def _render(call: Call, found: Sequence[ConversationLine]) -> list[Conversation]:
    """Whoever is alone in a conversation is shown to himself, as apps need somebody to show."""
    posts = {line.id: line for line in read_ids([c.last_post_id for c in found])}
    people = {c.id: c.participants or (call.me,) for c in found}
    page = rendering.Page(
        call, list(posts.values()), hiding=False, also={i for others in people.values() for i in others}
    )
    return [
        Conversation(
            id=str(c.id),
            unread=c.unread,
            accounts=[Raw(page.account(i)) for i in people[c.id]],  # type: ignore[misc]
            last_status=Raw(page.one(posts[c.last_post_id])) if c.last_post_id in posts else None,  # type: ignore[arg-type]
        )
        for c in found
    ]
