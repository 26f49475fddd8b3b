"""The reader of lists: every list of posts, however long, is read in a fixed number of queries.

A `Line` is what changes often (counters, the author's too) and what says which rendering is current (versions); the body of a
post is rendered once per version and kept (`api.rendering`). `Source` says which posts: a home feed, a hashtag, an account, …

Lines are kept under the stamps of the post and its author, which the database raises with every change (`core.stamps`): a list
reads ids and stamps, and only what is not known yet as a whole. Which posts are on the list, whether they may be seen and
what the viewer did with them is asked each time.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from openrounds.accounts.lines import COLUMNS as OF_AUTHOR
from openrounds.accounts.lines import AccountLine
from openrounds.core import db
from openrounds.core.cache import MEGABYTE, Kept
from openrounds.core.clock import now
from openrounds.core.ids import id_at
from openrounds.core.options import options
from openrounds.core.paging import Paging
from openrounds.posts.rules import QUOTED_BY_FOLLOWERS


class Line(Struct, frozen=True, gc=False):
    """A post as a list shows it, without its body. `cursor` is what the list is paged by (mostly the id). A `plain` one has
    nothing in it that readers see differently, as quotes, polls, boosts and posts that followers may quote have."""

    cursor: int
    id: int
    stamp: int
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
    plain: bool
    boost_of: int | None = None
    boosted: "Line | None" = None

    @property
    def account_id(self) -> int:
        return self.author.id

    @property
    def shown(self) -> "Line":
        """The post that is really read: the boosted one, or itself."""
        return self.boosted or self


class Source(Struct, frozen=True):
    """`tables` joins to `posts_post p`; `where` holds the conditions; pages go by `cursor`, a column that holds the post's id,
    or by the `mark` where that is another number.

    `scattered`: no index gives the posts in the order of the page. They are looked for among the newest first, as
    the database would otherwise sort all there are.
    """

    tables: str
    where: str
    params: Sequence[Any] = ()
    cursor: str = "p.id"
    mark: str = ""
    scattered: bool = False


# What one viewer has done with the posts of a page: these bits, by the post's id, MUTED by that of its thread.
FAVOURITED, BOOSTED, BOOKMARKED, PINNED, MUTED = 1, 2, 4, 8, 16
Flags = Mapping[int, int]


_OF_POST = (
    "p.id, p.id, p.stamp, p.version, p.replies_count, p.boosts_count, p.favourites_count, p.visibility, p.has_poll, p.thread, "
    "p.quotes_count, p.quote_of_id, p.quote_state, p.quote_policy"
)
_COLUMNS = f"{_OF_POST}, {OF_AUTHOR}, p.boost_of_id"
_AUTHOR_AT = _OF_POST.count(",") + 1
_POLL_AT = _OF_POST.split(", ").index("p.has_poll")
_KEY = "p.id, p.stamp, a.stamp"
# LEFT: a database must not begin with the accounts. A boost whose original is gone is gone with it.
_JOINS = (
    "LEFT JOIN accounts_account a ON a.id = p.account_id LEFT JOIN posts_post o ON o.id = p.boost_of_id "
    "WHERE p.deleted_at IS NULL AND o.deleted_at IS NULL AND"
)
Key = tuple[int, int, int]  # a post's id, its stamp, its author's
_BYTES = 300  # of a Line with its author, beside what every kept value takes; measured
# The rest of what `cache_megabytes` allows is for what `api.rendering` makes of lines.
_kept: Kept[Key, Line] = Kept(options().cache_megabytes * MEGABYTE // 8, lambda _: _BYTES)


def forget_everything() -> None:
    """Empties what is kept; for tests, whose databases start anew."""
    _kept.clear()


def read(source: Source, paging: Paging) -> list[Line]:
    """One query; one more if some are not known yet, and two if there are boosts among them. Of what is scattered, up to three
    times as many more."""
    if not source.scattered:
        return _read(source, paging)
    found: list[Line] = []
    for part in paging.widening(id_at(now())):
        found = _read(source, part)
        if len(found) >= paging.limit:
            break
    return found


def _read(source: Source, paging: Paging) -> list[Line]:
    by = source.mark or source.cursor
    columns = f"{_KEY}, {source.mark}" if source.mark else _KEY
    cursor_sql, cursor_params = paging.where(by)
    sql = f"SELECT {columns} FROM {source.tables} {_JOINS} {source.where}{cursor_sql}{paging.order(by)}"
    found = paging.newest_first(db.rows(sql, [*source.params, *cursor_params]))
    if not source.mark:
        return read_keys(found)
    marks = {row[0]: row[3] for row in found}
    return [replace(line, cursor=marks[line.id]) for line in read_keys([row[:3] for row in found])]


def read_ids(ids: Sequence[int]) -> list[Line]:
    """The posts with those ids, in that order, absent ones left out. Whoever calls must know they may be seen."""
    if not ids:
        return []
    condition, wanted = db.among("p.id", ids)
    keys = {key[0]: key for key in db.rows(f"SELECT {_KEY} FROM posts_post p {_JOINS} {condition}", [wanted])}
    return read_keys([keys[i] for i in ids if i in keys])


def read_keys(keys: Sequence[Key]) -> list[Line]:
    """The posts whose ids and stamps were just read, in that order, boosts with what they pass on; what was deleted since is
    left out. No query when all are known."""
    lines = [line for key in keys if (line := _kept.get(key)) is not None]
    if len(lines) < len(keys):
        known = {line.id: line for line in lines}
        known |= _read_whole([key[0] for key in keys if key[0] not in known])
        lines = [known[key[0]] for key in keys if key[0] in known]
    boosted = {line.boost_of for line in lines if line.boost_of}
    return _with_originals(lines, boosted) if boosted else lines


def _with_originals(lines: Sequence[Line], boosted: Iterable[int]) -> list[Line]:
    originals = {line.id: line for line in read_ids([*boosted])}
    complete = [
        replace(line, boosted=originals.get(line.boost_of)) if line.boost_of else line for line in lines
    ]
    return [line for line in complete if line.boosted or not line.boost_of]


def _read_whole(ids: Sequence[int]) -> dict[int, Line]:
    """What is kept of these, with the stamps that it had in that very moment."""
    condition, wanted = db.among("p.id", ids)
    found = db.rows(f"SELECT {_COLUMNS} FROM posts_post p {_JOINS} {condition}", [wanted])
    lines = [_line(row) for row in found]
    _kept.put_all({(line.id, line.stamp, line.author.stamp): line for line in lines})
    return {line.id: line for line in lines}


def _line(row: db.Row) -> Line:
    has_poll, quote_state, quote_policy = row[_POLL_AT], row[_AUTHOR_AT - 2], row[_AUTHOR_AT - 1]
    differs = row[-1] or has_poll or quote_state or quote_policy == QUOTED_BY_FOLLOWERS
    values: list[Any] = [*row[:_AUTHOR_AT], AccountLine(*row[_AUTHOR_AT:-1]), not differs, row[-1]]
    return Line(*values)


# Where these bits stand: table, its column with the post (or thread), and what else must hold of the row.
_MARKS = (
    (FAVOURITED, "posts_favourite", "post_id", ""),
    (BOOSTED, "posts_post", "boost_of_id", " AND x.deleted_at IS NULL"),
    (BOOKMARKED, "posts_bookmark", "post_id", ""),
    (PINNED, "posts_pin", "post_id", ""),
    (MUTED, "posts_threadmute", "thread", ""),
)
# A page mostly shows what was posted in a short time, and of that time the viewer's marks are few: five short ways along
# an index find them, in place of five for each post.
_WITHIN = (
    " UNION ALL ".join(
        f"SELECT x.{column}, {flag} FROM {table} x WHERE x.account_id = %s AND x.{column} BETWEEN %s AND %s{rest}"
        for flag, table, column, rest in _MARKS
    )
    + " LIMIT %s"
)
_OF_EACH = " + ".join(
    f"CASE WHEN EXISTS (SELECT 1 FROM {table} x WHERE x.account_id = %s AND x.{column} = w.value{rest}) THEN {flag} ELSE 0 END"
    for flag, table, column, rest in _MARKS
)
_MOST_WITHIN = 4  # marks for each post on the page, beyond which it is cheaper to ask for each post


def read_flags(viewer_id: int, lines: Iterable[Line]) -> Flags:
    """What the viewer did with the posts that these lines show, as far as he did anything (and perhaps with others). One
    query; a second if the posts are from so long a time that he did much else in it."""
    shown = [line.boosted or line for line in lines]
    if not shown:
        return {}
    posts, threads = [line.id for line in shown], [line.thread for line in shown]
    of_posts, of_threads = (min(posts), max(posts)), (min(threads), max(threads))
    most = _MOST_WITHIN * len(shown)
    within = (viewer_id, *of_posts) * 4 + (viewer_id, *of_threads)
    found = db.rows(_WITHIN, [*within, most])
    if len(found) == most:
        return _flags_of_each(viewer_id, {*posts, *threads})
    flags: dict[int, int] = {}
    for post_id, flag in found:
        flags[post_id] = flags.get(post_id, 0) | flag
    return flags


def _flags_of_each(viewer_id: int, ids: Iterable[int]) -> Flags:
    table, values = db.each(ids)
    sql = f"SELECT value, done FROM (SELECT w.value, {_OF_EACH} AS done FROM {table}) did WHERE done > 0"
    return dict(db.rows(sql, [viewer_id] * 5 + [values]))
