"""Home feeds, materialised at write: one `INSERT … SELECT` puts a post in the feed of everyone it is for.

Everything that changes a feed is here, so that another store can take this module's place when one database no longer does.
"""

import contextlib
from collections.abc import Collection, Sequence
from functools import cache

from django.db import IntegrityError, transaction
from msgspec import Struct

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.paging import GREATEST

Condition = tuple[str, list[object]]
BACKFILL = 40
# Other writers of SQLite wait while a chunk is written, so it takes some hundredths of a second.
CHUNK = 2_000
# That many get a post in the transaction which writes it; its author waits meanwhile.
AT_ONCE = 1_000
_INTO = "INTO timelines_homeentry (account_id, post_id)"
_CHOSEN = "CAST(f.languages AS TEXT)"


def _put(entries: str, params: Sequence[object]) -> int:
    """Writes those of the entries that are not there yet; how many. By OR IGNORE SQLite knows that the statement cannot break
    off half way; for that it would keep a copy of each page that it changes, which costs twice what the writing does."""
    if db.is_postgres():
        return db.execute(f"INSERT {_INTO} {entries} ON CONFLICT DO NOTHING", params)
    return db.execute(f"INSERT OR IGNORE {_INTO} {entries}", params)


def add(account_id: int, post_id: int) -> None:
    _put("VALUES (%s, %s)", [account_id, post_id])


class Item(Struct, frozen=True):
    """A post or boost on its way into feeds. `said_by` and `language` are of the boosted post where it is a boost."""

    id: int
    account_id: int
    visibility: int
    answers: int | None
    is_boost: bool
    said_by: int
    language: str
    is_tagged: bool


_ITEM = """SELECT p.id, p.account_id, p.visibility, p.in_reply_to_account_id, o.id IS NOT NULL,
  COALESCE(o.account_id, p.account_id), COALESCE(o.language, p.language),
  EXISTS (SELECT 1 FROM posts_posthashtag t WHERE t.post_id = p.id)
  FROM posts_post p LEFT JOIN posts_post o ON o.id = p.boost_of_id WHERE p.id = %s AND p.deleted_at IS NULL"""


def deliver(post_id: int, *, above: int = 0, upto: int | None = None) -> int:
    """Puts the post (or boost) in the feeds of the author's local followers who want it, and of those who follow one of its
    hashtags. `above` and `upto` bound both's ids, for chunks. How many feeds it reached."""
    found = db.row(_ITEM, [post_id])
    if found is None:
        return 0
    item = Item(*found)
    reached = _to_followers(item, above, upto)
    if item.visibility == Visibility.PUBLIC and item.is_tagged:
        reached += _to_hashtag_followers(item, above, upto)
    return reached


def is_for_many(post_id: int, account_id: int) -> bool:
    """Whether so many may be meant to get it that its author should not wait for that."""
    return db.row(_MANY, [account_id, post_id, AT_ONCE]) is not None


_MANY = """SELECT 1 FROM (SELECT 1 FROM accounts_follow WHERE followee_id = %s
  UNION ALL SELECT 1 FROM posts_posthashtag t JOIN hashtags_hashtagfollow h ON h.hashtag_id = t.hashtag_id WHERE t.post_id = %s)
  AS readers LIMIT 1 OFFSET %s"""


def chunks_of(account_id: int) -> list[tuple[int, int | None]]:
    """The account's followers in chunks, as (`above`, `upto`) for `deliver`; one chunk unless there are very many."""
    ends = [0]
    while end := db.row(_CHUNK_END, [account_id, ends[-1], CHUNK - 1]):
        ends.append(end[0])
    return list(zip(ends, [*ends[1:], None], strict=True))


_CHUNK_END = """SELECT follower_id FROM accounts_follow WHERE followee_id = %s AND follower_id > %s
ORDER BY follower_id LIMIT 1 OFFSET %s"""


# PostgreSQL writes a row in two thirds of the time when it need not be prepared to find it there: a chunk of very many is
# tried so, and written with care only when one of them has it (who began to follow in this very moment).
def _to_followers(item: Item, above: int, upto: int | None) -> int:
    conditions, values = ["f.followee_id = %s"], list[object]((item.id, item.account_id))
    for condition, params in (*_bounds(above, upto), *_tastes(item), _spared(item, "f.follower_id")):
        conditions.append(condition)
        values += params
    entries = f"SELECT f.follower_id, %s FROM accounts_follow f WHERE {' AND '.join(conditions)}"
    if db.is_postgres() and (above, upto) != (0, None):
        with contextlib.suppress(IntegrityError), transaction.atomic():
            return db.execute(f"INSERT {_INTO} {entries}", values)
    return _put(entries, values)


def _bounds(above: int, upto: int | None) -> list[Condition]:
    """Followers of this server with ids in those bounds, which are said of both tables, or PostgreSQL reads every account
    for each chunk. Those elsewhere are looked for, in an index of them alone: each follower's own row costs a page."""
    inside, values = _inside("a.id", above, upto)
    by = "" if db.is_postgres() else "INDEXED BY account_elsewhere"
    elsewhere = (
        f"SELECT 1 FROM accounts_account a {by} WHERE a.id = f.follower_id AND a.domain > '' AND {inside}"
    )
    return [_inside("f.follower_id", above, upto), (f"NOT EXISTS ({elsewhere})", values)]


def _inside(who: str, above: int, upto: int | None) -> Condition:
    return (f"{who} > %s", [above]) if upto is None else (f"{who} > %s AND {who} <= %s", [above, upto])


def _tastes(item: Item) -> list[Condition]:
    """What a follower chose to get of this author, and whose conversations concern him."""
    found: list[Condition] = _chosen(item)
    if item.is_boost:
        found.append(("f.follower_id <> %s", [item.said_by]))
    if item.visibility == Visibility.DIRECT:
        named = "EXISTS (SELECT 1 FROM posts_mention m WHERE m.post_id = %s AND m.account_id = f.follower_id)"
        found.append((named, [item.id]))
    if item.answers not in (None, item.account_id):
        knows = "SELECT r.follower_id FROM accounts_follow r WHERE r.followee_id = %s"
        found.append((f"(f.follower_id = %s OR f.follower_id IN ({knows}))", [item.answers, item.answers]))
    return found


# Few choose anything, and an index (follow_choosy) has them alone: the rows of the others are not read.
_CHOOSY = """f.follower_id NOT IN (SELECT c.follower_id FROM accounts_follow c
  WHERE c.followee_id = %s AND (NOT c.show_boosts OR c.languages IS NOT NULL) AND ({refused}))"""
_OTHER_LANGUAGES = """(c.languages IS NOT NULL AND CAST(c.languages AS TEXT) NOT IN ('null', '[]')
  AND CAST(c.languages AS TEXT) NOT LIKE %s)"""


def _chosen(item: Item) -> list[Condition]:
    """Nobody gets boosts or languages that he does not want of this author."""
    refused, values = [], list[object]([item.account_id])
    if item.is_boost:
        refused.append("NOT c.show_boosts")
    if item.language:
        refused.append(_OTHER_LANGUAGES)
        values.append(f'%"{item.language}"%')
    return [(_CHOOSY.format(refused=" OR ".join(refused)), values)] if refused else []


def _to_hashtag_followers(item: Item, above: int, upto: int | None) -> int:
    spared, params = _spared(item, "h.account_id")
    inside, bounds = _inside("h.account_id", above, upto)
    sql = (
        "SELECT DISTINCT h.account_id, t.post_id FROM posts_posthashtag t "
        "JOIN hashtags_hashtagfollow h ON h.hashtag_id = t.hashtag_id "
        f"WHERE t.post_id = %s AND {inside} AND h.account_id <> %s AND NOT EXISTS (SELECT 1 FROM accounts_account a "
        f"WHERE a.id = %s AND a.limited_at IS NOT NULL) AND {spared}"
    )
    return _put(sql, [item.id, *bounds, item.account_id, item.account_id, *params])


_SPARED = """{who} NOT IN (
  SELECT blocker_id FROM accounts_block WHERE blocked_id IN (%s, %s)
  UNION ALL SELECT blocked_id FROM accounts_block WHERE blocker_id IN (%s, %s)
  UNION ALL SELECT muter_id FROM accounts_mute WHERE muted_id IN (%s, %s) AND (expires_at IS NULL OR expires_at > %s)
  UNION ALL SELECT l.account_id FROM timelines_listmember e JOIN timelines_list l ON l.id = e.list_id
    WHERE l.exclusive AND e.member_id = %s
  UNION ALL SELECT d.account_id FROM accounts_domainblock d JOIN accounts_account x ON x.domain = d.domain
    WHERE x.id IN (%s, %s))"""


@cache
def _spared_sql(who: str) -> str:
    return _SPARED.format(who=who)


def _spared(item: Item, who: str) -> Condition:
    """Nobody gets what those he blocks, mutes, or is blocked by said or passed on, nor what an exclusive list of his holds."""
    both = [item.account_id, item.said_by]
    return _spared_sql(who), [*both, *both, *both, db.moment(now()), item.account_id, *both]


_BACKFILL = f"""SELECT f.follower_id, p.id FROM accounts_follow f JOIN posts_post p ON p.account_id = f.followee_id
  LEFT JOIN posts_post o ON o.id = p.boost_of_id
  WHERE f.follower_id = %s AND p.id IN (SELECT id FROM posts_post WHERE account_id = %s AND deleted_at IS NULL
    AND visibility < {Visibility.DIRECT.value} AND (in_reply_to_account_id IS NULL OR in_reply_to_account_id = account_id)
    ORDER BY id DESC LIMIT {BACKFILL})
  AND o.deleted_at IS NULL AND (o.id IS NULL OR (f.show_boosts AND o.account_id <> f.follower_id))
  AND (COALESCE(o.language, p.language) = '' OR f.languages IS NULL OR {_CHOSEN} IN ('null', '[]')
    OR {_CHOSEN} LIKE '%%"' || COALESCE(o.language, p.language) || '"%%')
  AND NOT EXISTS (SELECT 1 FROM accounts_account s WHERE s.id = o.account_id AND s.suspended_at IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM accounts_mute WHERE muter_id = f.follower_id AND muted_id IN (p.account_id, o.account_id)
    AND (expires_at IS NULL OR expires_at > %s))
  AND NOT EXISTS (SELECT 1 FROM accounts_block WHERE blocker_id = f.follower_id AND blocked_id = o.account_id)
  AND NOT EXISTS (SELECT 1 FROM accounts_block WHERE blocked_id = f.follower_id AND blocker_id = o.account_id)
  AND NOT EXISTS (SELECT 1 FROM accounts_domainblock d JOIN accounts_account x ON x.domain = d.domain
    WHERE d.account_id = f.follower_id AND x.id = o.account_id)
  AND NOT EXISTS (SELECT 1 FROM timelines_listmember e JOIN timelines_list l ON l.id = e.list_id
    WHERE l.account_id = f.follower_id AND l.exclusive AND e.member_id = p.account_id)"""


def backfill(follower_id: int, followee_id: int) -> None:
    """A new follow brings what the followee lately said, as far as the follower wished; replies to strangers stay out."""
    _put(_BACKFILL, [follower_id, followee_id, db.moment(now())])


def take_out(account_id: int, author_id: int, *, hashtags_too: bool = True) -> None:
    """Removes what the author said or passed on, and what others passed on of his (after a block or a mute). After an
    unfollow (`hashtags_too` False) what anybody may read under a followed hashtag stays."""
    if hashtags_too:
        sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id IN (
          SELECT p.id FROM posts_post p LEFT JOIN posts_post o ON o.id = p.boost_of_id
          WHERE p.account_id = %s OR o.account_id = %s)"""
        db.execute(sql, [account_id, author_id, author_id])
        return
    sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id IN (
      SELECT p.id FROM posts_post p WHERE p.account_id = %s AND (p.boost_of_id IS NOT NULL OR p.visibility <> %s
        OR NOT EXISTS (SELECT 1 FROM posts_posthashtag t JOIN hashtags_hashtagfollow h ON h.hashtag_id = t.hashtag_id
          WHERE t.post_id = p.id AND h.account_id = %s)))"""
    db.execute(sql, [account_id, author_id, Visibility.PUBLIC.value, account_id])


def take_out_own(account_id: int, author_id: int) -> None:
    """Removes what the author said or passed on; what others passed on of his stays."""
    sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id IN (
      SELECT id FROM posts_post WHERE account_id = %s)"""
    db.execute(sql, [account_id, author_id])


def take_out_everywhere(author_id: int) -> None:
    """Removes what the author said or passed on, and what others passed on of his, from all feeds. As `remove`."""
    oldest = GREATEST
    while some := [row[0] for row in db.rows(_SAID_BEFORE, [author_id, oldest] * 2 + [CHUNK])]:
        remove(some)
        oldest = some[-1]


_SAID_BEFORE = """SELECT p.id FROM posts_post p WHERE p.account_id = %s AND p.id < %s
  UNION SELECT p.id FROM posts_post o JOIN posts_post p ON p.boost_of_id = o.id WHERE o.account_id = %s AND p.id < %s
  ORDER BY 1 DESC LIMIT %s"""


def take_out_domain(account_id: int, domain: str) -> None:
    sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id IN (
      SELECT p.id FROM posts_post p LEFT JOIN posts_post o ON o.id = p.boost_of_id
      JOIN accounts_account a ON a.id IN (p.account_id, o.account_id) WHERE a.domain = %s)"""
    db.execute(sql, [account_id, domain])


def remove(post_ids: Collection[int]) -> None:
    """Out of every feed, chunk after chunk; call it outside a transaction, so that others can write in between."""
    among, ids = db.among("post_id", post_ids)
    while db.execute(_SOME_ENTRIES.format(among=among), [ids, CHUNK]) == CHUNK:
        pass


_SOME_ENTRIES = """DELETE FROM timelines_homeentry WHERE (account_id, post_id) IN (
  SELECT account_id, post_id FROM timelines_homeentry WHERE {among} LIMIT %s)"""


def trim(account_id: int, keep: int) -> None:
    """Forgets all but the newest entries."""
    sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id < (
      SELECT post_id FROM timelines_homeentry WHERE account_id = %s ORDER BY post_id DESC LIMIT 1 OFFSET %s)"""
    db.execute(sql, [account_id, account_id, keep - 1])
