"""Who is tied to an account: followers, requests, blocks, … Pages go by the tie, not by the account."""

from datetime import datetime

from msgspec import Struct

from openrounds.accounts.models import Account, Block, DomainBlock
from openrounds.accounts.queries.conditions import PRESENT, welcome
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.paging import Paging


class Tied(Struct, frozen=True):
    """`tie_id` is the cursor; `until` only of mutes."""

    tie_id: int
    account_id: int
    until: datetime | None = None


def followers(viewer_id: int | None, account: Account, paging: Paging) -> list[Tied]:
    """One query (two for a viewer who is neither a stranger nor the account); empty where the account hides them."""
    if _hidden(viewer_id, account):
        return []
    return _follows(viewer_id, account, paging, side="followee_id", other="follower_id")


def following(viewer_id: int | None, account: Account, paging: Paging) -> list[Tied]:
    """Whom the account follows; the rest as for `followers`."""
    if _hidden(viewer_id, account):
        return []
    return _follows(viewer_id, account, paging, side="follower_id", other="followee_id")


def _hidden(viewer_id: int | None, account: Account) -> bool:
    if account.suspended_at is not None:
        return True
    if viewer_id == account.pk:
        return False
    if account.hide_collections:
        return True
    return viewer_id is not None and Block.objects.filter(blocker=account, blocked_id=viewer_id).exists()


def _follows(viewer_id: int | None, account: Account, paging: Paging, *, side: str, other: str) -> list[Tied]:
    liked, params = welcome(viewer_id if viewer_id != account.pk else None)
    return _page("accounts_follow", f"t.{side} = %s AND {liked}", [account.pk, *params], other, paging)


def requests(followee_id: int, paging: Paging) -> list[Tied]:
    """Who asks to follow; one query, as the following ones."""
    return _page("accounts_followrequest", "t.followee_id = %s", [followee_id], "follower_id", paging)


def blocks(blocker_id: int, paging: Paging) -> list[Tied]:
    return _page("accounts_block", "t.blocker_id = %s", [blocker_id], "blocked_id", paging)


def endorsements(account_id: int, paging: Paging) -> list[Tied]:
    return _page("accounts_endorsement", "t.account_id = %s", [account_id], "endorsed_id", paging)


def mutes(muter_id: int, paging: Paging) -> list[Tied]:
    where, params = (
        "t.muter_id = %s AND (t.expires_at IS NULL OR t.expires_at > %s)",
        [muter_id, db.moment(now())],
    )
    return _page("accounts_mute", where, params, "muted_id", paging, extra=", t.expires_at")


def _page(
    table: str, where: str, params: list[object], other: str, paging: Paging, *, extra: str = ""
) -> list[Tied]:
    cursor, values = paging.where("t.id")
    sql = (
        f"SELECT t.id, a.id{extra} FROM {table} t JOIN accounts_account a ON a.id = t.{other} "
        f"WHERE {where} AND {PRESENT}{cursor}{paging.order('t.id')}"
    )
    found = [Tied(row[0], row[1], *map(db.read_moment, row[2:])) for row in db.rows(sql, [*params, *values])]
    return paging.newest_first(found)


def blocked_domains(account_id: int, paging: Paging) -> list[tuple[int, str]]:
    """(tie, domain) pairs; one query."""
    cursor, values = paging.where("id")
    table = DomainBlock._meta.db_table
    sql = f"SELECT id, domain FROM {table} WHERE account_id = %s{cursor}{paging.order('id')}"
    return [(row[0], row[1]) for row in paging.newest_first(db.rows(sql, [account_id, *values]))]


# Of the two sides, mine is the one that is never very long; SQLite does not turn a CROSS JOIN round.
_FAMILIAR = f"""
SELECT t.followee_id, a.id
FROM accounts_follow mine
CROSS JOIN accounts_follow t
JOIN accounts_account a ON a.id = t.follower_id
JOIN accounts_account target ON target.id = t.followee_id
WHERE mine.follower_id = %s AND t.follower_id = mine.followee_id
  AND t.followee_id IN ({{marks}}) AND t.followee_id <> %s AND NOT a.hide_collections AND NOT target.hide_collections
  AND {PRESENT} AND {{liked}}
  AND t.followee_id NOT IN (SELECT blocker_id FROM accounts_block WHERE blocked_id = %s)
ORDER BY t.id DESC
"""
MOST_FAMILIAR = 40


def familiar_followers(viewer_id: int, ids: list[int]) -> dict[int, list[int]]:
    """For each of those accounts, whom of those the viewer follows follow it too; one query."""
    liked, params = welcome(viewer_id)
    found: dict[int, list[int]] = {i: [] for i in ids}
    sql = _FAMILIAR.format(marks=db.marks(ids), liked=liked)
    for target, follower in db.rows(sql, [viewer_id, *ids, viewer_id, *params, viewer_id]):
        if len(found[target]) < MOST_FAMILIAR:
            found[target].append(follower)
    return found
