"""Whom one might follow, and why."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from openrounds.accounts.queries.conditions import PRESENT, welcome
from openrounds.core import db


class Ground(StrEnum):
    """Why an account is suggested, the best ground first."""

    FRIENDS = "friends"
    SPECIALTY = "specialty"
    POPULAR = "popular"


class Suggested(Struct, frozen=True):
    """`weight`: how many of those the viewer follows follow the account, or its followers; `specialty` the shared one."""

    account_id: int
    ground: Ground
    weight: int
    specialty: str = ""


# Only people who want to be discovered, and never whom the viewer knows already, in whichever way.
_CANDIDATE = f"""
{PRESENT} AND a.discoverable AND a.limited_at IS NULL AND a.moved_to_id IS NULL AND a.id <> %s AND {{liked}}
AND a.id NOT IN (SELECT followee_id FROM accounts_follow WHERE follower_id = %s
  UNION ALL SELECT followee_id FROM accounts_followrequest WHERE follower_id = %s
  UNION ALL SELECT dismissed_id FROM accounts_dismissedsuggestion WHERE account_id = %s)
"""
NEAREST = 400
# Of what those one follows do: counted before anything is asked of an account, or PostgreSQL asks all of the server. So it
# does for a join with those who hide whom they follow; a value it looks up for each.
_NEAR = """
SELECT theirs.followee_id, count(*) FROM accounts_follow mine
JOIN accounts_follow theirs ON theirs.follower_id = mine.followee_id
WHERE mine.follower_id = %s AND NOT (SELECT hide_collections FROM accounts_account WHERE id = mine.followee_id)
  AND theirs.followee_id NOT IN (SELECT followee_id FROM accounts_follow WHERE follower_id = %s)
GROUP BY theirs.followee_id ORDER BY count(*) DESC, theirs.followee_id LIMIT %s
"""
_FRIENDS = "SELECT a.id, a.followers_count FROM accounts_account a WHERE {near} AND {candidate}"
# Said as the index says it: SQLite takes `<> ''` for something else, and would go through everybody.
_SPECIALTY = """
SELECT a.id, a.followers_count, a.specialty FROM accounts_account a
WHERE NOT (a.specialty = '')
  AND lower(a.specialty) = (SELECT lower(specialty) FROM accounts_account WHERE id = %s AND specialty <> '') AND {candidate}
ORDER BY a.followers_count DESC, a.id LIMIT %s
"""
_POPULAR = """
SELECT a.id, a.followers_count, '' FROM accounts_account a
WHERE a.followers_count > 0 AND a.id <> %s AND {candidate} ORDER BY a.followers_count DESC, a.id LIMIT %s
"""


def suggestions(viewer_id: int, *, limit: int, offset: int = 0) -> list[Suggested]:
    """Each account once, on its best ground; four queries."""
    found = {s.account_id: s for s in reversed(list(_all(viewer_id, limit + offset)))}
    best = sorted(found.values(), key=lambda s: (list(Ground).index(s.ground), -s.weight, s.account_id))
    return best[offset : offset + limit]


def _all(viewer_id: int, limit: int) -> Iterator[Suggested]:
    liked, params = welcome(viewer_id)
    candidate = _CANDIDATE.format(liked=liked)
    values = [viewer_id, *params, *[viewer_id] * 3]
    yield from _of_friends(viewer_id, candidate, values, limit)
    for ground, sql in ((Ground.SPECIALTY, _SPECIALTY), (Ground.POPULAR, _POPULAR)):
        found = db.rows(sql.format(candidate=candidate), [viewer_id, *values, limit])
        yield from (Suggested(who, ground, weight, specialty) for who, weight, specialty in found)


def _of_friends(viewer_id: int, candidate: str, values: list[object], limit: int) -> list[Suggested]:
    near: dict[int, int] = dict(db.rows(_NEAR, [viewer_id, viewer_id, NEAREST]))
    among, ids = db.among("a.id", near)
    followers: dict[int, int] = dict(
        db.rows(_FRIENDS.format(near=among, candidate=candidate), [ids, *values])
    )
    best = sorted(followers, key=lambda i: (-near[i], -followers[i], i))[:limit]
    return [Suggested(i, Ground.FRIENDS, near[i]) for i in best]
