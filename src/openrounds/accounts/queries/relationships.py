"""What one account is to others."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from openrounds.core import db
from openrounds.core.clock import now


class Relation(Struct, frozen=True):
    """What the viewer and `account_id` are to each other. Wishes are those of the follow, or of the request for one."""

    account_id: int
    following: bool
    requested: bool
    show_boosts: bool
    notify: bool
    languages: list[str] | None
    followed_by: bool
    requested_by: bool
    blocking: bool
    blocked_by: bool
    muting: bool
    muting_notifications: bool
    muted_until: datetime | None
    domain_blocking: bool
    endorsed: bool
    note: str


_RELATIONS = """
SELECT a.id, f.id, r.id, f.show_boosts, r.show_boosts, f.notify, r.notify, f.languages, r.languages, fb.id, rb.id,
       b.id, bb.id, m.id, m.hide_notifications, m.expires_at, d.id, e.id, n.text
FROM accounts_account a
LEFT JOIN accounts_follow f ON f.followee_id = a.id AND f.follower_id = %s
LEFT JOIN accounts_followrequest r ON r.followee_id = a.id AND r.follower_id = %s
LEFT JOIN accounts_follow fb ON fb.followee_id = %s AND fb.follower_id = a.id
LEFT JOIN accounts_followrequest rb ON rb.followee_id = %s AND rb.follower_id = a.id
LEFT JOIN accounts_block b ON b.blocker_id = %s AND b.blocked_id = a.id
LEFT JOIN accounts_block bb ON bb.blocker_id = a.id AND bb.blocked_id = %s
LEFT JOIN accounts_mute m ON m.muter_id = %s AND m.muted_id = a.id AND (m.expires_at IS NULL OR m.expires_at > %s)
LEFT JOIN accounts_domainblock d ON d.account_id = %s AND d.domain = a.domain
LEFT JOIN accounts_endorsement e ON e.account_id = %s AND e.endorsed_id = a.id
LEFT JOIN accounts_accountnote n ON n.author_id = %s AND n.subject_id = a.id
WHERE a.id IN ({marks})
"""


def relationships(viewer_id: int, ids: Sequence[int]) -> list[Relation]:
    """One query, in the order asked for; unknown accounts are left out."""
    wanted = list(dict.fromkeys(ids))
    params = [*[viewer_id] * 7, db.moment(now()), *[viewer_id] * 3, *wanted]
    found = {row[0]: _relation(row) for row in db.rows(_RELATIONS.format(marks=db.marks(wanted)), params)}
    return [found[i] for i in wanted if i in found]


def _relation(row: db.Row) -> Relation:
    (
        i,
        f,
        r,
        f_boosts,
        r_boosts,
        f_notify,
        r_notify,
        f_languages,
        r_languages,
        fb,
        rb,
        b,
        bb,
        m,
        m_hide,
        m_until,
    ) = row[:16]
    domain, endorsed, note = row[16:]
    return Relation(
        account_id=i,
        following=f is not None,
        requested=r is not None,
        show_boosts=bool(f_boosts if f is not None else r_boosts),
        notify=bool(f_notify if f is not None else r_notify),
        languages=_languages(f_languages if f is not None else r_languages),
        followed_by=fb is not None,
        requested_by=rb is not None,
        blocking=b is not None,
        blocked_by=bb is not None,
        muting=m is not None,
        muting_notifications=bool(m_hide),
        muted_until=db.read_moment(m_until),
        domain_blocking=domain is not None,
        endorsed=endorsed is not None,
        note=note or "",
    )


def _languages(value: Any) -> list[str] | None:
    """JSON as raw rows hold it: text here, parsed already there."""
    found: list[str] | None = json.loads(value) if isinstance(value, str) else value
    return found
