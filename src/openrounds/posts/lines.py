"""The reader of lists: every list of posts, however long, is read in a fixed number of queries.

A `Line` is what changes often (counters, the author's too) and what says which rendering is current (versions); the body of a
post is rendered once per version and kept (`api.rendering`). `Source` says which posts: a home feed, a hashtag, an account, …
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from openrounds.accounts.lines import COLUMNS as OF_AUTHOR
from openrounds.accounts.lines import AccountLine
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.ids import id_at
from openrounds.core.paging import Paging


class Line(NamedTuple):
    """A post as a list shows it, without its body. `cursor` is what the list is paged by (often the id)."""

    cursor: int
    id: int
    version: int
    replies: int
    boosts: int
    favourites: int
    visibility: int
    has_poll: bool
    thread: int
    quotes: int
    quote_of: int | None
    quote_state: int
    quote_policy: int
    author: AccountLine
    boosted: "Line | None"

    @property
    def account_id(self) -> int:
        return self.author.id

    @property
    def shown(self) -> "Line":
        """The post that is really read: the boosted one, or itself."""
        return self.boosted or self


@dataclass(frozen=True)
class Source:
    """`tables` joins to `posts_post p`; `where` holds the conditions; pages go by `cursor`.

    `scattered`: no index gives the posts in the order of the page. They are looked for among the newest first, as
    the database would otherwise sort all there are.
    """

    tables: str
    where: str
    params: Sequence[Any] = ()
    cursor: str = "p.id"
    scattered: bool = False


# What one viewer has done with the posts of a page: these bits, by the post's id, MUTED by that of its thread.
FAVOURITED, BOOSTED, BOOKMARKED, PINNED, MUTED = 1, 2, 4, 8, 16
Flags = Mapping[int, int]


_OF_POST = (
    "p.id, p.version, p.replies_count, p.boosts_count, p.favourites_count, p.visibility, p.has_poll, p.thread, "
    "p.quotes_count, p.quote_of_id, p.quote_state, p.quote_policy"
)
_COLUMNS = f"{_OF_POST}, {OF_AUTHOR}, p.boost_of_id"
_tuple = tuple.__new__  # what `_make` of a NamedTuple does, at half its cost
_AUTHOR_AT = 1 + _OF_POST.count(",") + 1  # the cursor stands first
# LEFT: a database must not begin with the accounts. A boost whose original is gone is gone with it.
_JOINS = (
    "LEFT JOIN accounts_account a ON a.id = p.account_id LEFT JOIN posts_post o ON o.id = p.boost_of_id "
    "WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL AND"
)


def read(source: Source, paging: Paging) -> list[Line]:
    """One query, and one more if there are boosts among them; of what is scattered, up to three times as many more."""
    if not source.scattered:
        return _read(source, paging)
    found: list[Line] = []
    for part in paging.widening(id_at(now())):
        found = _read(source, part)
        if len(found) >= paging.limit:
            break
    return found


def _read(source: Source, paging: Paging) -> list[Line]:
    cursor_sql, cursor_params = paging.where(source.cursor)
    sql = (
        f"SELECT {source.cursor}, {_COLUMNS} FROM {source.tables} {_JOINS} {source.where}"
        f"{cursor_sql}{paging.order(source.cursor)}"
    )
    return paging.newest_first(_lines(db.rows(sql, [*source.params, *cursor_params])))


def read_ids(ids: Sequence[int]) -> list[Line]:
    """The posts with those ids, in that order, absent ones left out. Whoever calls must know they may be seen."""
    if not ids:
        return []
    condition, wanted = db.among("p.id", ids)
    sql = f"SELECT p.id, {_COLUMNS} FROM posts_post p {_JOINS} {condition}"
    found = {line.id: line for line in _lines(db.rows(sql, [wanted]))}
    return [found[i] for i in ids if i in found]


def _lines(rows: Sequence[db.Row]) -> list[Line]:
    """Boosts with what they pass on; one that was deleted since the rows were read is left out."""
    boosted = {row[-1] for row in rows if row[-1] is not None}
    originals = {line.id: line for line in read_ids([*boosted])}
    return [
        _tuple(Line, (*row[:_AUTHOR_AT], _tuple(AccountLine, row[_AUTHOR_AT:-1]), originals.get(row[-1])))
        for row in rows
        if row[-1] is None or row[-1] in originals
    ]


def _did(flag: int, table: str, condition: str) -> str:
    return f"CASE WHEN EXISTS (SELECT 1 FROM {table} x WHERE x.account_id = %s AND {condition}) THEN {flag} ELSE 0 END"


# All five are asked of each post in turn: the posts are read out of the one parameter once, and most have nothing to tell.
_FLAGS = " + ".join(
    (
        _did(FAVOURITED, "posts_favourite", "x.post_id = w.value"),
        _did(BOOSTED, "posts_post", "x.boost_of_id = w.value AND x.deleted_at IS NULL"),
        _did(BOOKMARKED, "posts_bookmark", "x.post_id = w.value"),
        _did(PINNED, "posts_pin", "x.post_id = w.value"),
        _did(MUTED, "posts_threadmute", "x.thread = w.value"),
    )
)


def read_flags(viewer_id: int, lines: Iterable[Line]) -> Flags:
    """One query: what the viewer did with the posts that these lines show, as far as he did anything."""
    asked: set[int] = set()
    for line in lines:
        shown = line.boosted or line
        asked.add(shown.id)
        asked.add(shown.thread)
    if not asked:
        return {}
    table, values = db.each(asked)
    sql = f"SELECT value, done FROM (SELECT w.value, {_FLAGS} AS done FROM {table}) did WHERE done > 0"
    return dict(db.rows(sql, [viewer_id] * 5 + [values]))
