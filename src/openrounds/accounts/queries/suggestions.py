"""Whom one might follow, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from openrounds.accounts.queries.conditions import PRESENT, welcome
from openrounds.core import db


class Ground(StrEnum):
    """Why an account is suggested, the best ground first."""

    FRIENDS = "friends"
    SPECIALTY = "specialty"
    POPULAR = "popular"


@dataclass(frozen=True, slots=True)
class Suggested:
    """`weight`: how many of those the viewer follows follow the account, or its followers; `specialty` the shared one."""

    account_id: int
    ground: Ground
    weight: int
    specialty: str = ""


# Only people who want to be discovered, and never whom the viewer knows already, in whichever way. The plus keeps SQLite
# from beginning with the index on `moved_to_id`, where nearly everybody is.
_CANDIDATE = f"""
{PRESENT} AND a.discoverable AND a.limited_at IS NULL AND +a.moved_to_id IS NULL AND a.id <> %s AND {{liked}}
AND a.id NOT IN (SELECT followee_id FROM accounts_follow WHERE follower_id = %s
  UNION ALL SELECT followee_id FROM accounts_followrequest WHERE follower_id = %s
  UNION ALL SELECT dismissed_id FROM accounts_dismissedsuggestion WHERE account_id = %s)
"""
_FRIENDS = """
SELECT a.id, count(*), '' FROM accounts_follow mine
JOIN accounts_follow theirs ON theirs.follower_id = mine.followee_id
JOIN accounts_account via ON via.id = theirs.follower_id AND NOT via.hide_collections
JOIN accounts_account a ON a.id = theirs.followee_id
WHERE mine.follower_id = %s AND {candidate} GROUP BY a.id, a.followers_count
ORDER BY count(*) DESC, a.followers_count DESC, a.id LIMIT %s
"""
_SPECIALTY = """
SELECT a.id, a.followers_count, a.specialty FROM accounts_account a
WHERE lower(a.specialty) = (SELECT lower(specialty) FROM accounts_account WHERE id = %s AND specialty <> '') AND {candidate}
ORDER BY a.followers_count DESC, a.id LIMIT %s
"""
_POPULAR = """
SELECT a.id, a.followers_count, '' FROM accounts_account a
WHERE a.followers_count > 0 AND a.id <> %s AND {candidate} ORDER BY a.followers_count DESC, a.id LIMIT %s
"""


def suggestions(viewer_id: int, *, limit: int, offset: int = 0) -> list[Suggested]:
    """Each account once, on its best ground; three queries."""
    found = {s.account_id: s for s in reversed(list(_all(viewer_id, limit + offset)))}
    best = sorted(found.values(), key=lambda s: (list(Ground).index(s.ground), -s.weight, s.account_id))
    return best[offset : offset + limit]


def _all(viewer_id: int, limit: int) -> Iterator[Suggested]:
    liked, params = welcome(viewer_id)
    candidate = _CANDIDATE.format(liked=liked)
    values = [viewer_id, viewer_id, *params, *[viewer_id] * 3, limit]
    for ground, sql in (
        (Ground.FRIENDS, _FRIENDS),
        (Ground.SPECIALTY, _SPECIALTY),
        (Ground.POPULAR, _POPULAR),
    ):
        for account_id, weight, specialty in db.rows(sql.format(candidate=candidate), values):
            yield Suggested(account_id, ground, weight, specialty)
