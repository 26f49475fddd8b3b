"""What people do with posts; each in one transaction, with the fact of it in the outbox."""

from openrounds.posts.actions.boost import boost, unboost
from openrounds.posts.actions.delete import delete_post
from openrounds.posts.actions.edit import edit_post
from openrounds.posts.actions.hold import hold_post, take_back
from openrounds.posts.actions.marks import (
    bookmark,
    favourite,
    mute_thread,
    pin,
    take_back_favourites,
    unbookmark,
    unfavourite,
    unmute_thread,
    unpin,
)
from openrounds.posts.actions.polls import vote
from openrounds.posts.actions.publish import create_post
from openrounds.posts.actions.quote import revoke_quote, set_quote_policy
from openrounds.posts.actions.schedule import publish_scheduled, reschedule, schedule_post, unschedule
from openrounds.posts.authors import Author
from openrounds.posts.rules import Draft, PollDraft

__all__ = [
    "Author",
    "Draft",
    "PollDraft",
    "bookmark",
    "boost",
    "create_post",
    "delete_post",
    "edit_post",
    "favourite",
    "hold_post",
    "mute_thread",
    "pin",
    "publish_scheduled",
    "reschedule",
    "revoke_quote",
    "schedule_post",
    "set_quote_policy",
    "take_back",
    "take_back_favourites",
    "unbookmark",
    "unboost",
    "unfavourite",
    "unmute_thread",
    "unpin",
    "unschedule",
    "vote",
]
