"""Polls as lists of posts show them, in plain SQL: their counts change without an edit, so they are read each time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from openrounds.core import db
from openrounds.core.clock import now


class PollLine(Struct):
    """A poll of a post by `author_id`; `options` are its titles and votes, in their order."""

    id: int
    post_id: int
    author_id: int
    multiple: bool
    hide_totals: bool
    expires_at: datetime | None
    voters_count: int
    options: list[tuple[str, int]]

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= now()


_SELECT = (
    "SELECT q.id, q.post_id, p.account_id, q.multiple, q.hide_totals, q.expires_at, q.voters_count, o.title, o.votes_count "
    "FROM posts_poll q JOIN posts_post p ON p.id = q.post_id JOIN posts_polloption o ON o.poll_id = q.id "
    "WHERE {among} ORDER BY q.id, o.position"
)


def read(post_ids: Iterable[int]) -> list[PollLine]:
    """One query. Whoever calls must know that the posts may be seen."""
    among, wanted = db.among("q.post_id", post_ids)
    found = db.rows(_SELECT.format(among=among), [wanted])
    return [_line(list(rows)) for _, rows in groupby(found, key=itemgetter(0))]


def _line(rows: Sequence[db.Row]) -> PollLine:
    """One poll, which has a row for each option."""
    pk, post_id, author_id, multiple, hide_totals, expires_at, voters, *_ = rows[0]
    options = [(title, votes) for *_, title, votes in rows]
    return PollLine(
        pk, post_id, author_id, multiple, hide_totals, db.read_moment(expires_at), voters, options
    )
