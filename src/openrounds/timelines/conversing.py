"""Conversations: each person's own view of direct posts, kept as posts come and go."""

import hashlib
from collections.abc import Collection, Iterable, Sequence

import msgspec

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.db import next_id
from openrounds.jobs.actions import record
from openrounds.posts.models import Mention, Post
from openrounds.timelines.facts import ConversationChanged
from openrounds.timelines.models import Conversation

# How far back the post before a deleted one is looked for.
LOOKED_THROUGH = 100


def among(participants: Iterable[int]) -> str:
    """One short name for the same people in any order."""
    return hashlib.sha256(",".join(map(str, sorted(participants))).encode()).hexdigest()[:32]


def people_of(posts: Sequence[Post]) -> dict[int, set[int]]:
    """By post id, its author and those it is to; one query."""
    people = {post.pk: {post.account_id} for post in posts}
    mentions = Mention.objects.filter(post_id__in=people, silent=False)
    for post_id, account_id in mentions.values_list("post_id", "account_id"):
        people[post_id].add(account_id)
    return people


_UPSERT = """
INSERT INTO timelines_conversation (id, account_id, thread, among, participants, last_post_id, unread) VALUES {rows}
ON CONFLICT (account_id, thread, among) DO UPDATE SET last_post_id = excluded.last_post_id, unread = excluded.unread
WHERE timelines_conversation.last_post_id IS NULL OR timelines_conversation.last_post_id < excluded.last_post_id
RETURNING account_id, id
"""


def converse(post: Post, owners: Collection[int]) -> None:
    """Puts a direct post in the conversations of these people; news for all but its author. Twice is as good as once."""
    people = people_of([post])[post.pk]
    values: list[object] = []
    for owner in owners:
        others = sorted(people - {owner})
        participants = msgspec.json.encode(others).decode()
        unread = owner != post.account_id
        values += [next_id(), owner, post.thread, among(others), participants, post.pk, unread]
    rows = ",".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(owners))
    for account_id, conversation_id in db.rows(_UPSERT.format(rows=rows), values) if owners else ():
        record(ConversationChanged(account_id, conversation_id))


def step_back(post_id: int) -> None:
    """A direct post is gone: the one before it is the last again; with none left the conversation goes too."""
    for conversation in Conversation.objects.filter(last_post_id=post_id):
        if (last := _last(conversation)) is None:
            conversation.delete()
        else:
            Conversation.objects.filter(pk=conversation.pk).update(last_post=last)


def _last(conversation: Conversation) -> int | None:
    everyone = {conversation.account_id, *conversation.participants}
    found = Post.objects.filter(
        thread=conversation.thread, visibility=Visibility.DIRECT, deleted_at=None, account_id__in=everyone
    )
    posts = list(found.order_by("-id")[:LOOKED_THROUGH])
    people = people_of(posts)
    return next((post.pk for post in posts if people[post.pk] == everyone), None)


def part_company(account_id: int, others: Collection[int]) -> None:
    """Takes away the account's conversations with any of those."""
    found = Conversation.objects.filter(account_id=account_id).values_list("pk", "participants")
    gone = [pk for pk, participants in found if not set(participants).isdisjoint(others)]
    Conversation.objects.filter(pk__in=gone).delete()
