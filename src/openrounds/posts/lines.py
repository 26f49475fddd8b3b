"""The three-query reader: every list of posts, however long, is read in a fixed number of queries.

A `Line` is what changes often (counters) and what says which rendering is current (versions); the body of a post is rendered
once per version and kept (`api.rendering`). `Source` says which posts: a home feed, a hashtag, an account, …
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from openrounds.core import db
from openrounds.core.paging import Paging


@dataclass(slots=True)
class Line:
    """A post as a list shows it, without its body. `cursor` is what the list is paged by (often the id)."""

    cursor: int
    id: int
    version: int
    account_id: int
    replies: int
    boosts: int
    favourites: int
    visibility: int
    has_poll: bool
    thread: int
    quotes: int = 0
    quote_of: int | None = None
    quote_state: int = 0
    quote_policy: int = 0
    boosted: "Line | None" = None

    @property
    def shown(self) -> "Line":
        """The post that is really read: the boosted one, or itself."""
        return self.boosted or self


@dataclass(frozen=True)
class Source:
    """`tables` joins to `posts_post p`; `where` holds the conditions; pages go by `cursor`."""

    tables: str
    where: str
    params: Sequence[Any] = ()
    cursor: str = "p.id"


@dataclass(slots=True)
class Flags:
    """What one viewer has done with the posts of a page, each a set of post ids (`muted_threads`: of threads)."""

    favourited: set[int] = field(default_factory=set)
    boosted: set[int] = field(default_factory=set)
    bookmarked: set[int] = field(default_factory=set)
    pinned: set[int] = field(default_factory=set)
    muted_threads: set[int] = field(default_factory=set)


_OF_POST = (
    "id version account_id replies_count boosts_count favourites_count visibility has_poll thread "
    "quotes_count quote_of_id quote_state quote_policy"
).split()
COLUMNS = ", ".join(f"{table}.{column}" for table in "po" for column in _OF_POST)
JOIN = "LEFT JOIN posts_post o ON o.id = p.boost_of_id"
_WIDTH = 1 + len(_OF_POST)  # the cursor stands first


def read(source: Source, paging: Paging) -> list[Line]:
    """One query. A boost whose original is gone is gone with it."""
    cursor_sql, cursor_params = paging.where(source.cursor)
    sql = (
        f"SELECT {source.cursor}, {COLUMNS} FROM {source.tables} {JOIN} WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL "
        f"AND {source.where}{cursor_sql}{paging.order(source.cursor)}"
    )
    return paging.newest_first([_line(row) for row in db.rows(sql, [*source.params, *cursor_params])])


def read_ids(ids: Sequence[int]) -> list[Line]:
    """The posts with those ids, in that order, absent ones left out. Whoever calls must know they may be seen."""
    if not ids:
        return []
    condition, wanted = db.among("p.id", ids)
    sql = (
        f"SELECT p.id, {COLUMNS} FROM posts_post p {JOIN} "
        f"WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL AND {condition}"
    )
    found = {line.id: line for line in map(_line, db.rows(sql, [wanted]))}
    return [found[i] for i in ids if i in found]


def _line(row: db.Row) -> Line:
    line = Line(*row[:_WIDTH])
    if row[_WIDTH] is not None:
        line.boosted = Line(row[_WIDTH], *row[_WIDTH:])
    return line


def _of_viewer(number: int, table: str, column: str, more: str = "") -> str:
    condition, _ = db.among(column, [])
    return f"SELECT {number}, {column} FROM {table} WHERE account_id = %s AND {condition}{more}"


@cache
def _flags_sql() -> str:
    return " UNION ALL ".join(
        (
            _of_viewer(0, "posts_favourite", "post_id"),
            _of_viewer(1, "posts_post", "boost_of_id", " AND deleted_at IS NULL"),
            _of_viewer(2, "posts_bookmark", "post_id"),
            _of_viewer(3, "posts_pin", "post_id"),
            _of_viewer(4, "posts_threadmute", "thread"),
        )
    )


def read_flags(viewer_id: int, lines: Iterable[Line]) -> Flags:
    """One query: what the viewer did with the posts that these lines show."""
    shown = [line.shown for line in lines]
    flags = Flags()
    if not shown:
        return flags
    _, posts = db.among("", {line.id for line in shown})
    _, threads = db.among("", {line.thread for line in shown})
    sets = (flags.favourited, flags.boosted, flags.bookmarked, flags.pinned, flags.muted_threads)
    for which, value in db.rows(_flags_sql(), [viewer_id, posts] * 4 + [viewer_id, threads]):
        sets[which].add(value)
    return flags
