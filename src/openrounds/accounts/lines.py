"""Accounts as lists show them, read in one query (see `posts.lines` for the idea)."""

from collections.abc import Iterable
from typing import NamedTuple

from openrounds.core import db


class AccountLine(NamedTuple):
    """What of an account changes often, and which version of its profile is current."""

    id: int
    version: int
    followers: int
    following: int
    posts: int
    last_post_on: str | None
    limited: bool
    suspended: bool


# Of the table called `a`, in the order of an AccountLine. As text and truth, which costs less than dates do in Python.
COLUMNS = (
    "a.id, a.version, a.followers_count, a.following_count, a.posts_count, CAST(a.last_post_on AS TEXT), "
    "a.limited_at IS NOT NULL, a.suspended_at IS NOT NULL"
)


def read(ids: Iterable[int]) -> dict[int, AccountLine]:
    """One query: the accounts with those ids, by id."""
    condition, wanted = db.among("a.id", ids)
    found = db.rows(f"SELECT {COLUMNS} FROM accounts_account a WHERE {condition}", [wanted])
    return {row[0]: AccountLine._make(row) for row in found}
