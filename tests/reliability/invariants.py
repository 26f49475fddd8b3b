"""What must be true of the database whatever died: each statement finds the rows that break a promise."""

from datetime import UTC, datetime

from tests.reliability.server import Database, Server

ALWAYS = {
    "a post is not in its author's own feed": """
        SELECT p.id FROM posts_post p WHERE p.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM timelines_homeentry h WHERE h.post_id = p.id AND h.account_id = p.account_id)""",
    "a post has no fact in the outbox, or two": """
        SELECT p.id FROM posts_post p WHERE 1 <> (SELECT COUNT(*) FROM jobs_happening f
        WHERE f.kind = 'PostCreated' AND f.payload LIKE '%"post_id":' || p.id || ',%')""",
    "a fact of a post that is not there": """
        SELECT f.id FROM jobs_happening f WHERE f.kind = 'PostCreated'
        AND NOT EXISTS (SELECT 1 FROM posts_post p WHERE f.payload LIKE '%"post_id":' || p.id || ',%')""",
    "a key without its post": "SELECT id FROM posts_idempotencykey WHERE post_id IS NULL AND scheduled_id IS NULL",
    "a home shows a post that is not there": """
        SELECT h.account_id, h.post_id FROM timelines_homeentry h LEFT JOIN posts_post p ON p.id = h.post_id
        WHERE p.id IS NULL""",
    "somebody is told twice of one thing": """
        SELECT account_id, actor_id, type, post_id FROM timelines_notification WHERE post_id IS NOT NULL
        GROUP BY account_id, actor_id, type, post_id HAVING COUNT(*) > 1""",
    "two posts of one text": "SELECT text FROM posts_post GROUP BY text HAVING COUNT(*) > 1",
    "a post is not under its hashtag": """
        SELECT p.id FROM posts_post p WHERE p.text LIKE '%#%'
        AND NOT EXISTS (SELECT 1 FROM posts_posthashtag t WHERE t.post_id = p.id)""",
    "an account's posts are counted wrongly": """
        SELECT a.id FROM accounts_account a WHERE a.posts_count <>
        (SELECT COUNT(*) FROM posts_post p WHERE p.account_id = a.id AND p.deleted_at IS NULL)""",
}
WHEN_DRAINED = {
    "a follower has not got a post": """
        SELECT f.follower_id, p.id FROM posts_post p JOIN accounts_follow f ON f.followee_id = p.account_id
        WHERE p.deleted_at IS NULL AND p.visibility < 3
        AND NOT EXISTS (SELECT 1 FROM timelines_homeentry h WHERE h.post_id = p.id AND h.account_id = f.follower_id)""",
    "somebody has a post of one he does not follow": """
        SELECT h.account_id, h.post_id FROM timelines_homeentry h JOIN posts_post p ON p.id = h.post_id
        WHERE h.account_id <> p.account_id AND NOT EXISTS (SELECT 1 FROM accounts_follow f
        WHERE f.followee_id = p.account_id AND f.follower_id = h.account_id)""",
    "somebody who was mentioned has not been told": """
        SELECT m.account_id, m.post_id FROM posts_mention m JOIN posts_post p ON p.id = m.post_id
        WHERE p.deleted_at IS NULL AND m.account_id <> p.account_id AND NOT EXISTS (SELECT 1 FROM timelines_notification n
        WHERE n.account_id = m.account_id AND n.post_id = m.post_id AND n.type = 'mention')""",
    "a job is held by one who is dead": "SELECT id, lease FROM jobs_job WHERE lease IS NOT NULL AND leased_until < :now",
    "a job was given up": "SELECT handler, last_error FROM jobs_job WHERE parked_at IS NOT NULL",
}


def broken(database: Database, *, drained: bool) -> dict[str, list[tuple[object, ...]]]:
    """By promise, the first rows that break it; empty when all is well."""
    asked = ALWAYS | (WHEN_DRAINED if drained else {})
    moment = f"'{datetime.now(UTC):%Y-%m-%d %H:%M:%S}+00'"
    found = {
        promise: database.rows((sql.replace("%", "%%") if database.url else sql).replace(":now", moment))
        for promise, sql in asked.items()
    }
    return {promise: rows[:5] for promise, rows in found.items() if rows}


def astray(server: Server) -> set[str]:
    """Files that a row names and the disk has not, and the other way round; and what was left half made."""
    rows = server.database.rows("SELECT name, preview FROM media_mediafile WHERE state = 'ready'")
    named = {name for row in rows for name in row if name}
    media = server.data / "media"
    there = {path.name for path in media.iterdir() if path.is_file()}
    return (named ^ there) | {path.name for path in media.glob(".incoming/*")}
