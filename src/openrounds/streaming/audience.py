"""Which of those who listen an event is for. Rights are asked of the database anew for each event; a query each."""

from collections.abc import Collection, Iterable

from openrounds.core import db
from openrounds.posts.lines import Line, Source
from openrounds.streaming.channels import PUBLIC, Channel
from openrounds.streaming.hub import Interest
from openrounds.timelines import queries
from openrounds.timelines.models import List
from openrounds.timelines.queries import TagChoice


def holders(post_id: int, accounts: Collection[int], *, through_boosts: bool = False) -> set[int]:
    """In whose home feed the post is; `through_boosts` also those who have it because somebody boosted it."""
    condition, ids = db.among("h.account_id", accounts)
    sql = f"SELECT h.account_id FROM timelines_homeentry h WHERE h.post_id = %s AND {condition}"
    params: list[object] = [post_id, ids]
    if through_boosts:
        sql += (
            " UNION SELECT h.account_id FROM posts_post b JOIN timelines_homeentry h ON h.post_id = b.id "
            f"WHERE b.boost_of_id = %s AND b.deleted_at IS NULL AND {condition}"
        )
        params *= 2
    return {row[0] for row in db.rows(sql, params)}


def followers(account_id: int, accounts: Collection[int]) -> set[int]:
    condition, ids = db.among("follower_id", accounts)
    sql = f"SELECT follower_id FROM accounts_follow WHERE followee_id = %s AND {condition}"
    return {row[0] for row in db.rows(sql, [account_id, ids])}


def with_marks(line: Line, accounts: Collection[int]) -> set[int]:
    """Who did something with the post that shows: liked, boosted, bookmarked, voted, or muted its thread. What its counters
    say that nobody did is not looked for."""
    shown = line.shown
    marks = [("posts_bookmark", "post_id = %s", shown.id), ("posts_threadmute", "thread = %s", shown.thread)]
    if shown.favourites:
        marks.append(("posts_favourite", "post_id = %s", shown.id))
    if shown.boosts:
        marks.append(("posts_post", "boost_of_id = %s AND deleted_at IS NULL", shown.id))
    if shown.has_poll:
        marks.append(("posts_ballot", "poll_id = (SELECT id FROM posts_poll WHERE post_id = %s)", shown.id))
    condition, ids = db.among("account_id", accounts)
    sql = " UNION ALL ".join(
        f"SELECT account_id FROM {table} WHERE {where} AND {condition}" for table, where, _ in marks
    )
    return {row[0] for row in db.rows(sql, [value for *_, of in marks for value in (of, ids)])}


def public_channels(post_id: int, interest: Interest) -> list[Channel]:
    """The public and hashtag channels on whose REST timelines the post is."""
    found = [c for c in interest.those_called(*PUBLIC) if _holds(_public(c.name), post_id)]
    tagged = interest.those_called("hashtag", "hashtag:local")
    names = hashtags(post_id) if tagged else set()
    for channel in tagged:
        if channel.of in names:
            source = queries.hashtag(None, TagChoice(str(channel.of)), local=channel.name.endswith(":local"))
            found += [channel] if _holds(source, post_id) else []
    return found


def _public(name: str) -> Source:
    parts = name.split(":")
    return queries.public(None, local="local" in parts, remote="remote" in parts, only_media="media" in parts)


def _holds(source: Source, post_id: int) -> bool:
    sql = (
        f"SELECT 1 FROM {source.tables} LEFT JOIN posts_post o ON o.id = p.boost_of_id "
        f"WHERE p.id = %s AND p.deleted_at IS NULL AND o.deleted_at IS NULL AND {source.where}"
    )
    return db.row(sql, [post_id, *source.params]) is not None


def hashtags(post_id: int) -> set[str]:
    """Folded names."""
    sql = (
        "SELECT h.name FROM posts_posthashtag t JOIN hashtags_hashtag h ON h.id = t.hashtag_id "
        "WHERE t.post_id = %s"
    )
    return {row[0] for row in db.rows(sql, [post_id])}


def lists_with(account_id: int, channels: Iterable[Channel]) -> list[Channel]:
    """Those of the list channels whose list the account is on."""
    listened = {c.of: c for c in channels}
    condition, ids = db.among("list_id", (int(of) for of in listened))
    sql = f"SELECT list_id FROM timelines_listmember WHERE member_id = %s AND {condition}"
    return [listened[row[0]] for row in db.rows(sql, [account_id, ids])]


def list_channels(post_id: int, author_id: int, channels: Collection[Channel]) -> list[Channel]:
    """The list channels on whose timelines the post is."""
    near = {int(c.of): c for c in lists_with(author_id, channels)} if channels else {}
    found = List.objects.filter(pk__in=near)
    return [near[row.pk] for row in found if _holds(queries.list_timeline(row), post_id)]
