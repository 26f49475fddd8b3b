"""Accounts as lists show them, read in one query (see `posts.lines` for the idea)."""

from collections.abc import Iterable

from msgspec import Struct

from openrounds.core import db


class AccountLine(Struct, frozen=True, gc=False):
    """What of an account changes often, which version of its profile is current, and the stamp of all that (`core.stamps`)."""

    id: int
    stamp: int
    version: int
    followers: int
    following: int
    posts: int
    last_post_on: str | None
    limited: bool
    suspended: bool


# Of the table called `a`, in the order of an AccountLine. As text and truth, which costs less than dates do in Python.
COLUMNS = (
    "a.id, a.stamp, a.version, a.followers_count, a.following_count, a.posts_count, CAST(a.last_post_on AS TEXT), "
    "a.limited_at IS NOT NULL, a.suspended_at IS NOT NULL"
)


def read(ids: Iterable[int]) -> dict[int, AccountLine]:
    """One query: the accounts with those ids, by id."""
    condition, wanted = db.among("a.id", ids)
    found = db.rows(f"SELECT {COLUMNS} FROM accounts_account a WHERE {condition}", [wanted])
    return {row[0]: AccountLine(*row) for row in found}


def read_stamps(ids: Iterable[int]) -> dict[int, int]:
    """One query: the stamps of those accounts that exist, by id."""
    condition, wanted = db.among("a.id", ids)
    return dict(db.rows(f"SELECT a.id, a.stamp FROM accounts_account a WHERE {condition}", [wanted]))
