"""May this person see this post? The one answer, for every exit.

As SQL, since most questions are asked of many posts at once. Two conditions: `visible` (may it be read at all) and `wanted` (is
it one that the viewer wants in a list: nobody he blocks or mutes, no server he blocks). Both are about `posts_post {p}`; of a
boost, ask for the boosted post too.
"""

from collections.abc import Collection, Sequence
from enum import IntEnum
from functools import cache

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.clock import now

_STANDING = (
    "{p}.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM accounts_account s WHERE s.id = {p}.account_id "
    "AND s.suspended_at IS NOT NULL)"
)
_OPEN = f"{{p}}.visibility <= {Visibility.UNLISTED.value}"
_NAMED = "EXISTS (SELECT 1 FROM posts_mention m WHERE m.post_id = {p}.id AND m.account_id = %s)"
_FOLLOWING = (
    "EXISTS (SELECT 1 FROM accounts_follow f WHERE f.followee_id = {p}.account_id AND f.follower_id = %s)"
)
_BLOCKED = "{p}.account_id IN (SELECT blocker_id FROM accounts_block WHERE blocked_id = %s)"

_FOR_STRANGER = f"({_STANDING} AND {_OPEN})"
_FOR_FOLLOWER = f"({{p}}.visibility = {Visibility.FOLLOWERS.value} AND {_FOLLOWING})"
_FOR_VIEWER = (
    f"({_STANDING} AND ({{p}}.account_id = %s "
    f"OR (({_OPEN} OR {_FOR_FOLLOWER} OR {_NAMED}) AND NOT {_BLOCKED})))"
)
# CROSS: a database without statistics (SQLite has none until ANALYZE) else begins with every account there is. So does
# PostgreSQL unless it is said that nobody blocks this server, where most of them are.
_WANTED = """({p}.account_id NOT IN (
  SELECT blocked_id FROM accounts_block WHERE blocker_id = %s
  UNION ALL SELECT blocker_id FROM accounts_block WHERE blocked_id = %s
  UNION ALL SELECT muted_id FROM accounts_mute WHERE muter_id = %s AND (expires_at IS NULL OR expires_at > %s)
  UNION ALL SELECT a.id FROM accounts_domainblock d CROSS JOIN accounts_account a
    WHERE a.domain = d.domain AND a.domain > '' AND d.account_id = %s))"""


_STANDINGS = """SELECT p.id, CASE WHEN p.deleted_at IS NOT NULL THEN 0 WHEN NOT {visible} THEN 1
  WHEN p.account_id IN (SELECT blocked_id FROM accounts_block WHERE blocker_id = %s) THEN 2
  WHEN EXISTS (SELECT 1 FROM accounts_account a JOIN accounts_domainblock d ON d.domain = a.domain
    WHERE a.id = p.account_id AND d.account_id = %s) THEN 3
  WHEN p.account_id IN (SELECT muted_id FROM accounts_mute WHERE muter_id = %s
    AND (expires_at IS NULL OR expires_at > %s)) THEN 4
  ELSE 5 END FROM posts_post p WHERE {among}"""


class Standing(IntEnum):
    """Why a post is not shown to somebody, or that it is."""

    GONE = 0
    HIDDEN = 1
    BLOCKED = 2
    SERVER_BLOCKED = 3
    MUTED = 4
    SHOWN = 5


@cache
def _of(condition: str, p: str) -> str:
    return condition.format(p=p)


def visible(viewer_id: int | None, p: str = "p") -> tuple[str, list[object]]:
    """The condition and its parameters: may the viewer (None: a stranger without an account) read the post?"""
    if viewer_id is None:
        return _of(_FOR_STRANGER, p), []
    return _of(_FOR_VIEWER, p), [viewer_id, viewer_id, viewer_id, viewer_id]


def wanted(viewer_id: int | None, p: str = "p") -> tuple[str, list[object]]:
    """The condition and its parameters: does the viewer want the post's author in lists?"""
    if viewer_id is None:
        return "1 = 1", []
    return _of(_WANTED, p), [viewer_id, viewer_id, viewer_id, db.moment(now()), viewer_id]


def visible_ids(viewer_id: int | None, ids: Sequence[int]) -> set[int]:
    """Which of these posts the viewer may read; one query. A boost needs its original to be readable too."""
    return {row[0] for row in _readable("p.id", viewer_id, ids)} if ids else set()


def place_of(viewer_id: int | None, post_id: int) -> tuple[int, int] | None:
    """The post's own id and its thread's if the viewer may read it, those of the original if it is a boost; one query."""
    found = _readable("COALESCE(o.id, p.id), COALESCE(o.thread, p.thread)", viewer_id, [post_id])
    return (found[0][0], found[0][1]) if found else None


def _readable(columns: str, viewer_id: int | None, ids: Sequence[int]) -> list[db.Row]:
    own, own_params = visible(viewer_id)
    original, original_params = visible(viewer_id, "o")
    sql = (
        f"SELECT {columns} FROM posts_post p LEFT JOIN posts_post o ON o.id = p.boost_of_id WHERE p.id IN ({db.marks(ids)}) "
        f"AND {own} AND (p.boost_of_id IS NULL OR {original})"
    )
    return db.rows(sql, [*ids, *own_params, *original_params])


def standings(viewer_id: int | None, ids: Collection[int]) -> dict[int, Standing]:
    """How each of these posts stands with the viewer; one query. Ids that no post has are left out."""
    readable, params = visible(viewer_id)
    among, wanted_ids = db.among("p.id", ids)
    sql = _STANDINGS.format(visible=readable, among=among)
    found = db.rows(sql, [*params, viewer_id, viewer_id, viewer_id, db.moment(now()), wanted_ids])
    return {post_id: Standing(standing) for post_id, standing in found}


def viewers(post_id: int, account_ids: Collection[int], *, wanting: bool = False) -> set[int]:
    """The other way round, in one query: which of these accounts may read the post (and, `wanting`, want it in lists)."""
    own, original = (_FOR_VIEWER.format(p=p).replace("%s", "viewer.id") for p in "po")
    condition, ids = db.among("viewer.id", account_ids)
    params: list[object] = [ids, post_id]
    if wanting:
        own += " AND " + _WANTED.format(p="p").replace("= %s", "= viewer.id")
        params.append(db.moment(now()))
    sql = (
        "SELECT viewer.id FROM posts_post p LEFT JOIN posts_post o ON o.id = p.boost_of_id "
        f"JOIN accounts_account viewer ON {condition} "
        f"WHERE p.id = %s AND {own} AND (p.boost_of_id IS NULL OR {original})"
    )
    return {row[0] for row in db.rows(sql, params)}


def may_see(viewer_id: int | None, post_id: int) -> bool:
    """One post."""
    return bool(visible_ids(viewer_id, [post_id]))
