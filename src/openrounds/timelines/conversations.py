"""Reading conversations, and what a person does with them. How they come about is in `conversing`."""

import msgspec
from msgspec import Struct

from openrounds.core import db
from openrounds.core.paging import Paging
from openrounds.posts.visibility import visible
from openrounds.timelines.models import Conversation


class ConversationLine(Struct, frozen=True):
    """A conversation as lists show it; pages go by `last_post_id`."""

    id: int
    unread: bool
    participants: tuple[int, ...]
    last_post_id: int


def listed(account_id: int, paging: Paging) -> list[ConversationLine]:
    """Those whose last post the account may read; one query."""
    sql, values = paging.where("c.last_post_id")
    return paging.newest_first(_read(account_id, f"{sql}{paging.order('c.last_post_id')}", values))


def one(account_id: int, conversation_id: int) -> ConversationLine | None:
    return next(iter(_read(account_id, " AND c.id = %s", [conversation_id])), None)


def _read(account_id: int, more: str, params: list[int]) -> list[ConversationLine]:
    readable, readable_params = visible(account_id)
    found = db.rows(
        "SELECT c.id, c.unread, c.participants, c.last_post_id FROM timelines_conversation c "
        f"JOIN posts_post p ON p.id = c.last_post_id WHERE c.account_id = %s AND {readable}{more}",
        [account_id, *readable_params, *params],
    )
    return [ConversationLine(row[0], bool(row[1]), _ids(row[2]), row[3]) for row in found]


def _ids(value: str | list[int]) -> tuple[int, ...]:
    """Raw rows hold JSON as text."""
    return tuple(msgspec.json.decode(value, type=list[int]) if isinstance(value, str) else value)


def mark(conversation: Conversation, *, unread: bool) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(unread=unread)


def remove(conversation: Conversation) -> None:
    """Only from its owner's list; the posts stay."""
    conversation.delete()
