"""Tickets: with one, a page of somebody signed in opens a stream.

Streams read no cookies, since any website could make a browser send them (cross-site WebSocket hijacking). A page fetches a
ticket instead, which only a page of ours can read; it names the session, is good for seconds, and ends with the session.
"""

from django.core.signing import BadSignature, TimestampSigner

from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import NotSignedIn
from openrounds.oauth import scopes
from openrounds.oauth.access import Viewer

GOOD_FOR = 30  # seconds
PREFIX = "ticket-"
# Of letters that a WebSocket's subprotocol may have (RFC 6455, section 4.1), where it travels: addresses end up in logs.
_SIGNER = TimestampSigner(sep=".", salt="openrounds.streams")
_MAY = frozenset(scopes.expand("read"))

_STANDING = """FROM usersessions_usersession s JOIN django_session d ON d.session_key = s.session_key
JOIN accounts_user u ON u.id = s.user_id JOIN accounts_account a ON a.id = u.account_id
WHERE {which} AND d.expire_date > %s AND u.is_active AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL
AND a.suspended_at IS NULL"""
_VIEWER = f"""SELECT u.account_id, u.id, u.rank,
EXISTS (SELECT 1 FROM timelines_filter f WHERE f.account_id = u.account_id) {_STANDING.format(which="s.id = %s")}"""


def make_ticket(user_id: int, session_key: str) -> str:
    """For that session of that person; "" where nobody knows of it."""
    sql = "SELECT id FROM usersessions_usersession WHERE session_key = %s AND user_id = %s"
    found = db.row(sql, [session_key, user_id])
    return _SIGNER.sign(f"{PREFIX}{found[0]}") if found else ""


def is_ticket(token: str) -> bool:
    """Access tokens are told from them by their beginning."""
    return token.startswith(PREFIX)


def viewer_of_ticket(ticket: str) -> Viewer:
    """The person of the session, who may read; `token_id` is the session's number below zero. Raises NotSignedIn."""
    try:
        session_id = int(_SIGNER.unsign(ticket, max_age=GOOD_FOR).removeprefix(PREFIX))
    except (BadSignature, ValueError) as problem:
        raise NotSignedIn from problem
    found = db.row(_VIEWER, [session_id, db.moment(now())])
    if found is None:
        raise NotSignedIn
    account_id, user_id, rank, has_filters = found
    return Viewer(-session_id, 0, _MAY, account_id, user_id, rank, bool(has_filters))


def living_sessions(numbers: set[int]) -> set[int]:
    """Which of these `token_id`s below zero still let somebody in; one query, none for none."""
    if not numbers:
        return set()
    condition, ids = db.among("s.id", [-number for number in numbers])
    found = db.rows(f"SELECT s.id {_STANDING.format(which=condition)}", [ids, db.moment(now())])
    return {-row[0] for row in found}
