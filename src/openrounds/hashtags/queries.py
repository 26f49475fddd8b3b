"""Reads of hashtags."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.instances import columns, instance
from openrounds.hashtags.models import Hashtag
from openrounds.hashtags.rules import day_number, fold

HISTORY_DAYS = 7


class Day(Struct, frozen=True):
    """What one day saw of a hashtag or a link: posts and distinct authors. `number` counts UTC days since 1970-01-01."""

    number: int
    uses: int = 0
    accounts: int = 0


def history(ids: Iterable[int]) -> dict[int, list[Day]]:
    """The last seven days of each hashtag, today first, days without use as zeros; one query."""
    wanted = list(ids)
    today = day_number(now())
    among, ids_given = db.among("hashtag_id", wanted)
    sql = f"SELECT hashtag_id, day, uses, accounts FROM hashtags_hashtagday WHERE {among} AND day > %s"
    found = db.rows(sql, [ids_given, today - HISTORY_DAYS])
    used = {(tag, day): Day(day, uses, accounts) for tag, day, uses, accounts in found}
    return {tag: [used.get((tag, day)) or Day(day) for day in last_days(today)] for tag in wanted}


def last_days(today: int) -> range:
    """The numbers of the last seven days, today first."""
    return range(today, today - HISTORY_DAYS, -1)


def by_name(name: str) -> Hashtag | None:
    """The hashtag, if anybody has used it; the name as written."""
    return next(iter(_where("h.name = %s", fold(name))), None)


def by_ids(ids: Sequence[int]) -> list[Hashtag]:
    """In that order; one query."""
    among, wanted = db.among("h.id", ids)
    found = {tag.pk: tag for tag in _where(among, wanted)}
    return [found[i] for i in ids if i in found]


def _where(condition: str, value: object) -> list[Hashtag]:
    sql = f"SELECT {columns(Hashtag, 'h')} FROM hashtags_hashtag h WHERE {condition}"
    return [instance(Hashtag, row) for row in db.rows(sql, [value])]


def followed(account_id: int, ids: Iterable[int]) -> set[int]:
    """Which of these hashtags the account follows."""
    return _of_account("hashtags_hashtagfollow", account_id, ids)


def featured(account_id: int, ids: Iterable[int]) -> set[int]:
    """Which of these hashtags the account shows on its profile."""
    return _of_account("hashtags_featuredhashtag", account_id, ids)


def _of_account(table: str, account_id: int, ids: Iterable[int]) -> set[int]:
    among, wanted = db.among("hashtag_id", ids)
    found = db.rows(f"SELECT hashtag_id FROM {table} WHERE account_id = %s AND {among}", [account_id, wanted])
    return {row[0] for row in found}


def ids_of(names: Iterable[str]) -> dict[str, int]:
    """Folded name -> id, of those that anybody has used."""
    return dict(Hashtag.objects.filter(name__in=list(names)).values_list("name", "id"))


def starting_with(text: str, *, limit: int, offset: int = 0) -> list[Hashtag]:
    """Hashtags that begin with the text: the exact one first, then those used last. Both databases read it off the index."""
    start = fold(text.strip().lstrip("#＃"))
    if not start:
        return []
    # LIKE can use PostgreSQL's index of patterns, but none of SQLite's, whose byte order in turn suits a range.
    condition, bounds = (
        ("name LIKE %s", [start.replace("_", r"\_") + "%"])
        if db.is_postgres()
        else ("name >= %s AND name < %s", [start, start + "\U0010ffff"])
    )
    found = db.rows(
        f"SELECT id FROM hashtags_hashtag WHERE {condition} AND listed "
        "ORDER BY name = %s DESC, last_used_at IS NULL, last_used_at DESC, name LIMIT %s OFFSET %s",
        [*bounds, start, limit, offset],
    )
    return by_ids([row[0] for row in found])
