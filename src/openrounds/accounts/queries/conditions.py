"""Fragments of SQL about `accounts_account a`, and their parameters."""

from openrounds.core import db
from openrounds.core.clock import now

# Not suspended, and not somebody who has signed up but may not act yet.
PRESENT = (
    "a.suspended_at IS NULL AND NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.account_id = a.id "
    "AND (u.confirmed_at IS NULL OR u.approved_at IS NULL))"
)
_NOT_APART = """a.id NOT IN (SELECT blocked_id FROM accounts_block WHERE blocker_id = %s
  UNION ALL SELECT blocker_id FROM accounts_block WHERE blocked_id = %s)"""
_NOT_MUTED = "a.id NOT IN (SELECT muted_id FROM accounts_mute WHERE muter_id = %s AND (expires_at IS NULL OR expires_at > %s))"
_NOT_OF_BLOCKED_SERVER = "a.domain NOT IN (SELECT domain FROM accounts_domainblock WHERE account_id = %s)"


def not_apart(viewer_id: int | None) -> tuple[str, list[object]]:
    """No block between the viewer and the account, whoever made it."""
    return ("1 = 1", []) if viewer_id is None else (_NOT_APART, [viewer_id, viewer_id])


def welcome(viewer_id: int | None) -> tuple[str, list[object]]:
    """Nobody the viewer blocks, mutes or is blocked by, no server he blocks."""
    if viewer_id is None:
        return "1 = 1", []
    sql = f"{_NOT_APART} AND {_NOT_MUTED} AND {_NOT_OF_BLOCKED_SERVER}"
    return sql, [viewer_id, viewer_id, viewer_id, db.moment(now()), viewer_id]
