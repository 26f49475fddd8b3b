"""Accounts as lists show them, read in one query (see `posts.lines` for the idea)."""

from collections.abc import Iterable
from dataclasses import dataclass

from openrounds.core import db


@dataclass(slots=True)
class AccountLine:
    """What of an account changes often, and which version of its profile is current."""

    id: int
    version: int
    followers: int
    following: int
    posts: int
    last_post_on: str | None
    limited: bool
    suspended: bool


# As text and truth, which costs less than dates do in Python.
_SELECT = (
    "SELECT id, version, followers_count, following_count, posts_count, CAST(last_post_on AS TEXT), "
    "limited_at IS NOT NULL, suspended_at IS NOT NULL FROM accounts_account"
)


def read(ids: Iterable[int]) -> dict[int, AccountLine]:
    """One query: the accounts with those ids, by id."""
    condition, wanted = db.among("id", ids)
    return {row[0]: AccountLine(*row) for row in db.rows(f"{_SELECT} WHERE {condition}", [wanted])}
