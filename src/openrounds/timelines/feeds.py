"""Home feeds, materialised at write: one `INSERT … SELECT` puts a post in the feed of everyone it is for.

Everything that changes a feed is here, so that another store can take this module's place when one database no longer does.
"""

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.posts.models import Post

BACKFILL = 40
_INTO = "INSERT INTO timelines_homeentry (account_id, post_id)"
_ONCE = "ON CONFLICT DO NOTHING"


def add(account_id: int, post_id: int) -> None:
    db.execute(f"{_INTO} VALUES (%s, %s) {_ONCE}", [account_id, post_id])


def deliver(post: Post, *, above: int = 0, upto: int | None = None) -> int:
    """Puts the post (or boost) in the feeds of the author's local followers who want it, and of those who follow one of its
    hashtags. `above` and `upto` bound the followers' ids, for chunks. How many feeds it reached."""
    reached = _to_followers(post, above, upto)
    if above == 0 and post.visibility == Visibility.PUBLIC and post.boost_of_id is None:
        reached += _to_hashtag_followers(post)
    return reached


def _to_followers(post: Post, above: int, upto: int | None) -> int:
    said = post.boost_of or post
    conditions = ["f.followee_id = %s", "a.domain = ''", "f.follower_id > %s"]
    values: list[object] = [post.pk, post.account_id, above]
    if upto is not None:
        conditions.append("f.follower_id <= %s")
        values.append(upto)
    if post.boost_of_id:
        conditions += ["f.show_boosts", "f.follower_id <> %s"]
        values.append(said.account_id)
    if said.language:
        conditions.append(
            "(f.languages IS NULL OR CAST(f.languages AS TEXT) IN ('null', '[]') OR CAST(f.languages AS TEXT) LIKE %s)"
        )
        values.append(f'%"{said.language}"%')
    if post.visibility == Visibility.DIRECT:
        conditions.append(
            "EXISTS (SELECT 1 FROM posts_mention m WHERE m.post_id = %s AND m.account_id = f.follower_id)"
        )
        values.append(post.pk)
    if not post.boost_of_id and post.in_reply_to_account_id not in (None, post.account_id):
        conditions.append(
            "(f.follower_id = %s OR EXISTS (SELECT 1 FROM accounts_follow r WHERE r.follower_id = f.follower_id AND r.followee_id = %s))"
        )
        values += [post.in_reply_to_account_id] * 2
    spared, spared_params = _spared(post, "f.follower_id")
    sql = (
        f"{_INTO} SELECT f.follower_id, %s FROM accounts_follow f JOIN accounts_account a ON a.id = f.follower_id "
        f"WHERE {' AND '.join(conditions)} AND {spared} {_ONCE}"
    )
    return db.execute(sql, [*values, *spared_params])


def _to_hashtag_followers(post: Post) -> int:
    spared, params = _spared(post, "h.account_id")
    sql = (
        f"{_INTO} SELECT DISTINCT h.account_id, t.post_id FROM posts_posthashtag t "
        "JOIN hashtags_hashtagfollow h ON h.hashtag_id = t.hashtag_id "
        f"WHERE t.post_id = %s AND h.account_id <> %s AND {spared} {_ONCE}"
    )
    return db.execute(sql, [post.pk, post.account_id, *params])


def _spared(post: Post, who: str) -> tuple[str, list[object]]:
    """Nobody gets what those he blocks, mutes, or is blocked by said or passed on, nor what an exclusive list of his holds."""
    said = post.boost_of or post
    authors = [post.account_id, said.account_id] if post.boost_of_id else [post.account_id]
    marks, moment = db.marks(authors), db.moment(now())
    sql = f"""NOT EXISTS (SELECT 1 FROM accounts_block b WHERE b.blocker_id = {who} AND b.blocked_id IN ({marks}))
      AND NOT EXISTS (SELECT 1 FROM accounts_block b WHERE b.blocked_id = {who} AND b.blocker_id IN ({marks}))
      AND NOT EXISTS (SELECT 1 FROM accounts_mute u WHERE u.muter_id = {who} AND u.muted_id IN ({marks})
        AND (u.expires_at IS NULL OR u.expires_at > %s))
      AND NOT EXISTS (SELECT 1 FROM timelines_listmember e JOIN timelines_list l ON l.id = e.list_id
        WHERE l.account_id = {who} AND l.exclusive AND e.member_id = %s)
      AND NOT EXISTS (SELECT 1 FROM accounts_domainblock d JOIN accounts_account x ON x.domain = d.domain
        WHERE d.account_id = {who} AND x.id IN ({marks}))"""
    return sql, [*authors, *authors, *authors, moment, post.account_id, *authors]


def backfill(follower_id: int, followee_id: int) -> None:
    """A new follow brings what the followee lately said; replies to strangers stay out."""
    sql = f"""{_INTO} SELECT %s, p.id FROM posts_post p WHERE p.id IN (
      SELECT id FROM posts_post WHERE account_id = %s AND deleted_at IS NULL AND visibility < {Visibility.DIRECT.value}
        AND (in_reply_to_account_id IS NULL OR in_reply_to_account_id = account_id) ORDER BY id DESC LIMIT {BACKFILL})
      AND NOT EXISTS (SELECT 1 FROM posts_post o WHERE o.id = p.boost_of_id AND (o.deleted_at IS NOT NULL
        OR o.account_id IN (SELECT blocked_id FROM accounts_block WHERE blocker_id = %s
          UNION ALL SELECT blocker_id FROM accounts_block WHERE blocked_id = %s
          UNION ALL SELECT muted_id FROM accounts_mute WHERE muter_id = %s)))
      AND NOT EXISTS (SELECT 1 FROM timelines_listmember e JOIN timelines_list l ON l.id = e.list_id
        WHERE l.account_id = %s AND l.exclusive AND e.member_id = p.account_id) {_ONCE}"""
    db.execute(sql, [follower_id, followee_id, *[follower_id] * 4])


def take_out(account_id: int, author_id: int, *, hashtags_too: bool = True) -> None:
    """Removes what the author said or passed on, and what others passed on of his (after a block or a mute). After an
    unfollow (`hashtags_too` False) what stands under a followed hashtag stays."""
    if hashtags_too:
        sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id IN (
          SELECT p.id FROM posts_post p LEFT JOIN posts_post o ON o.id = p.boost_of_id
          WHERE p.account_id = %s OR o.account_id = %s)"""
        db.execute(sql, [account_id, author_id, author_id])
        return
    sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id IN (
      SELECT p.id FROM posts_post p WHERE p.account_id = %s AND (p.boost_of_id IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM posts_posthashtag t JOIN hashtags_hashtagfollow h ON h.hashtag_id = t.hashtag_id
        WHERE t.post_id = p.id AND h.account_id = %s)))"""
    db.execute(sql, [account_id, author_id, account_id])


def take_out_domain(account_id: int, domain: str) -> None:
    sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id IN (
      SELECT p.id FROM posts_post p JOIN accounts_account a ON a.id = p.account_id WHERE a.domain = %s)"""
    db.execute(sql, [account_id, domain])


def remove(post_id: int) -> None:
    """Out of every feed."""
    db.execute("DELETE FROM timelines_homeentry WHERE post_id = %s", [post_id])


def trim(account_id: int, keep: int) -> None:
    """Forgets all but the newest entries."""
    sql = """DELETE FROM timelines_homeentry WHERE account_id = %s AND post_id < (
      SELECT post_id FROM timelines_homeentry WHERE account_id = %s ORDER BY post_id DESC LIMIT 1 OFFSET %s)"""
    db.execute(sql, [account_id, account_id, keep - 1])
