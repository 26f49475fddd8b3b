"""How an account uses hashtags in what everybody may read."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.ids import time_of


class Use(Struct, frozen=True):
    """How many posts, and the UTC day of the last."""

    hashtag_id: int
    posts: int
    last_on: date


_USE = f"""
SELECT t.hashtag_id, count(*), max(p.id) FROM posts_post p JOIN posts_posthashtag t ON t.post_id = p.id
WHERE p.account_id = %s AND p.visibility <= {Visibility.UNLISTED.value} AND p.deleted_at IS NULL{{more}}
GROUP BY t.hashtag_id ORDER BY count(*) DESC, max(p.id) DESC LIMIT %s
"""


def of_hashtags(account_id: int, hashtag_ids: Sequence[int]) -> dict[int, Use]:
    """By hashtag; unused ones are left out. One query."""
    more = f" AND t.hashtag_id IN ({db.marks(hashtag_ids)})"
    found = db.rows(_USE.format(more=more), [account_id, *hashtag_ids, len(hashtag_ids)])
    return {row[0]: _use(row) for row in found}


def most_used(account_id: int, limit: int) -> list[Use]:
    """The hashtags that the account uses most; one query."""
    return [_use(row) for row in db.rows(_USE.format(more=""), [account_id, limit])]


def _use(row: db.Row) -> Use:
    return Use(row[0], row[1], time_of(row[2]).date())
