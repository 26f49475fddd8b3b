"""Conversations as Mastodon's Conversation."""

from collections.abc import Sequence

from msgspec import Raw

from openrounds.api.call import ForWhom
from openrounds.api.entities.conversation import Conversation
from openrounds.api.rendering import Page, render_account_parts
from openrounds.posts.lines import read_ids
from openrounds.timelines.conversations import ConversationLine


def render_conversations(
    whom: ForWhom, owner_id: int, found: Sequence[ConversationLine]
) -> list[Conversation]:
    """Whoever is alone in a conversation is shown to himself, as apps need somebody to show."""
    posts = {line.id: line for line in read_ids([c.last_post_id for c in found])}
    people = {c.id: c.participants or (owner_id,) for c in found}
    everyone = {i for others in people.values() for i in others}
    page, accounts = Page(whom, list(posts.values()), hiding=False), render_account_parts(whom.base, everyone)
    return [
        Conversation(
            id=str(c.id),
            unread=c.unread,
            accounts=[Raw(accounts[i]) for i in people[c.id]],  # type: ignore[misc]
            last_status=Raw(page.one(posts[c.last_post_id])) if c.last_post_id in posts else None,  # type: ignore[arg-type]
        )
        for c in found
    ]
