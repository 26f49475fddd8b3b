"""Finding accounts: by name, by the start of a name, in the directory."""

from collections.abc import Collection, Sequence

from openrounds.accounts.models import Account, FollowRequest, User
from openrounds.accounts.queries.conditions import PRESENT, not_apart, welcome
from openrounds.accounts.rules import LONGEST_START
from openrounds.core import db
from openrounds.core.errors import NotFound
from openrounds.core.instances import columns, instance, width
from openrounds.core.names import BadName, parse_acct


def by_acct(acct: str, own_domains: Collection[str]) -> Account:
    """`name`, `name@domain` or `@name@domain`, in any capitals; NotFound for what is unknown or no name at all."""
    try:
        username, domain = parse_acct(acct)
    except BadName as problem:
        raise NotFound from problem
    known = "" if domain is None or domain in own_domains else domain
    sql = f"SELECT a.id FROM accounts_account a WHERE a.domain = %s AND lower(a.username) = %s AND {_PRESENT_OR_GONE}"
    found = db.row(sql, [known, username.lower()])
    if found is None:
        raise NotFound
    return Account.objects.get(pk=found[0])


# A suspended account is still found by its full name, and shown as suspended.
_PRESENT_OR_GONE = PRESENT.removeprefix("a.suspended_at IS NULL AND ")


def present_ids(ids: Sequence[int]) -> list[int]:
    """Those of the accounts that are there, in that order; one query."""
    sql = f"SELECT a.id FROM accounts_account a WHERE a.id IN ({db.marks(ids)}) AND {_PRESENT_OR_GONE}"
    found = {row[0] for row in db.rows(sql, ids)}
    return [i for i in dict.fromkeys(ids) if i in found]


# The range is what the index on lower(username) can serve under any collation; LIKE then makes it exact. Names are ASCII.
_BY_NAME = "lower(a.username) >= %s AND lower(a.username) <= %s AND lower(a.username) LIKE %s ESCAPE '!'"
_NAMES = ("accounts_account", "a.id", _BY_NAME, "lower(a.username)")
_WORDS = ("accounts_namestart", "a.account_id", "a.start >= %s AND a.start < %s", "a.start")
# Of what is common, so many are ranked, those the viewer follows, and of the most followed as many.
CANDIDATES = 400
_SOME = f"SELECT {{key}} FROM {{table}} a WHERE {{matching}} ORDER BY {{order}} LIMIT {CANDIDATES}"
_KNOWN = f"""SELECT {{key}} FROM (SELECT followee_id AS id FROM accounts_follow WHERE follower_id = %s
  UNION SELECT id FROM (SELECT id FROM accounts_account ORDER BY followers_count DESC, id LIMIT {CANDIDATES}) most) known
CROSS JOIN {{table}} a WHERE {{key}} = known.id AND {{matching}}"""
_BLOCKED_BY_NAME = (
    "(a.id IN (SELECT blocked_id FROM accounts_block WHERE blocker_id = %s) "
    "AND a.id NOT IN (SELECT blocker_id FROM accounts_block WHERE blocked_id = %s) AND lower(a.username) = %s)"
)
_BY_ADDRESS = "lower(a.username) = %s AND a.domain LIKE %s ESCAPE '!'"
_RANKED = f"""
SELECT a.id FROM accounts_account a
WHERE ({{matching}}) AND {PRESENT} AND {{liked}}{{only}}
ORDER BY CASE WHEN lower(a.username) = %s THEN 0 WHEN lower(a.username) LIKE %s ESCAPE '!' THEN 1 ELSE 2 END,
         CASE WHEN a.id IN (SELECT followee_id FROM accounts_follow WHERE follower_id = %s) THEN 0 ELSE 1 END,
         a.followers_count DESC, a.id
LIMIT %s OFFSET %s
"""


def search(
    viewer_id: int | None,
    text: str,
    *,
    own_domains: Collection[str],
    limit: int,
    offset: int = 0,
    following: bool = False,
) -> list[int]:
    """Ids of accounts whose name, or a word of whose display name, starts with the text: the exact name first, then
    other names, then words; within these whom the viewer follows, then the most followed. Nobody blocked, either way.

    Of a start that very many have, not all are ranked (`_candidates`). Two queries where names alone fill the page, two more
    where words are asked for, and one each for what is common.
    """
    typed = " ".join(text.strip().removeprefix("@").lower().split())[:LONGEST_START]
    name, at, domain = typed.partition("@")
    if not name:
        return []
    liked, liked_params = not_apart(viewer_id)
    if viewer_id is not None:
        # By his full name one finds whom one blocks, to unblock him.
        liked, liked_params = (
            f"(({liked}) OR {_BLOCKED_BY_NAME})",
            [*liked_params, viewer_id, viewer_id, name],
        )
    only = (
        " AND a.id IN (SELECT followee_id FROM accounts_follow WHERE follower_id = %s)" if following else ""
    )
    tail = [*liked_params, *([viewer_id] if following else []), name, _start(name), viewer_id, limit, offset]

    def ranked(matching: str, params: list[object]) -> list[int]:
        sql = _RANKED.format(matching=matching, liked=liked, only=only)
        return [row[0] for row in db.rows(sql, [*params, *tail])]

    def best(candidates: set[int]) -> list[int]:
        among, ids = db.among("a.id", candidates)
        return ranked(among, [ids]) if candidates else []

    if at:
        return ranked(_BY_ADDRESS, [name, "" if domain in own_domains else _start(domain)])
    named = _candidates(viewer_id, _NAMES, [name, name + "z" * 30, _start(name)])
    ids = best(named)
    if len(ids) == limit:
        return ids
    start = typed.encode()
    return best(named | _candidates(viewer_id, _WORDS, [start, start + b"\xff"]))


def _candidates(viewer_id: int | None, index: tuple[str, str, str, str], bounds: list[object]) -> set[int]:
    """Whose name, or word, lies within the bounds; of very many the first ones, and who is known to the viewer or to many."""
    parts = dict(zip(("table", "key", "matching", "order"), index, strict=True))
    found = {row[0] for row in db.rows(_SOME.format(**parts), bounds)}
    if len(found) < CANDIDATES:
        return found
    return found | {row[0] for row in db.rows(_KNOWN.format(**parts), [viewer_id, *bounds])}


def _start(text: str) -> str:
    return f"{_escaped(text)}%"


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


FARTHEST = 2_000
# Nearly everybody is. SQLite is kept from the index on names, which it would read whole and sort; PostgreSQL counts as ever.
_HERE = " AND NOT a.domain > ''"


def directory(viewer_id: int | None, *, order: str, local: bool, limit: int, offset: int) -> list[int]:
    """Accounts that want to be discovered, `active` (latest post first) or `new`; one query. None beyond `FARTHEST`: whoever
    is skipped is read all the same."""
    if offset > FARTHEST:
        return []
    liked, params = welcome(viewer_id)
    by = (
        "a.id DESC"
        if order == "new"
        else "a.last_post_on IS NULL, a.last_post_on DESC, a.id DESC"  # as the index `account_active` says it
    )
    sql = (
        f"SELECT a.id FROM accounts_account a WHERE a.discoverable AND a.limited_at IS NULL AND a.moved_to_id IS NULL AND "
        f"{PRESENT} AND {liked}{_HERE if local else ''} ORDER BY {by} LIMIT %s OFFSET %s"
    )
    return [row[0] for row in db.rows(sql, [*params, limit, offset])]


def count_requests(followee_id: int) -> int:
    """How many ask to follow."""
    return FollowRequest.objects.filter(followee_id=followee_id).count()


def user(user_id: int) -> User:
    """The person behind a token."""
    return User.objects.get(pk=user_id)


def with_account(user_id: int) -> User | None:
    """A person with his account; one query."""
    found = db.row(
        f"SELECT {columns(User, 'u')}, {columns(Account, 'a')} FROM accounts_user u "
        "JOIN accounts_account a ON a.id = u.account_id WHERE u.id = %s",
        [user_id],
    )
    if found is None:
        return None
    person = instance(User, found[: width(User)])
    person.account = instance(Account, found[width(User) :])
    return person
