"""Our lists as Mastodon's List."""

from typing import cast

from openrounds.api.entities.list import List, RepliesPolicy
from openrounds.timelines.models import List as Row


def render_list(row: Row) -> List:
    policy = cast(RepliesPolicy, row.replies_policy)
    return List(id=str(row.pk), title=row.title, replies_policy=policy, exclusive=row.exclusive)
