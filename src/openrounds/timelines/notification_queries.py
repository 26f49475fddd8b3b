"""Reads of notifications: what an account may see of what it was told, in a fixed number of queries.

A notification is there as long as its cause is: `notification_jobs` takes away what was taken back, and a post that is
gone or may no longer be read hides what was told of it.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from openrounds.core import db
from openrounds.core.paging import GREATEST, Paging
from openrounds.posts.lines import Key
from openrounds.posts.visibility import visible
from openrounds.timelines.markers import place
from openrounds.timelines.models import NotificationPolicy
from openrounds.timelines.notification_rules import ALL_KINDS, GROUPABLE, lone_id, shown_key

SAMPLE = 8
MOST_PENDING = 100


class NotificationLine(Struct):
    """A notification as lists show it; `key` is the name of its group, `created_at` as the API says it. Of what it is about
    the stamps, as far as they were read along (`posts.lines`)."""

    id: int
    kind: str
    actor_id: int
    created_at: str
    key: str
    post_id: int | None
    report_id: int | None
    actor_stamp: int | None = None
    post_key: Key | None = None


class Choice(Struct, frozen=True):
    """Which notifications: of these kinds, of that actor, in that group; those held back only with `filtered`."""

    kinds: Sequence[str] = ALL_KINDS
    actor_id: int | None = None
    key: str | None = None
    filtered: bool = False


class Group(Struct, frozen=True):
    """Notifications that say the same. `newest` is the one shown; `oldest_id` is the last of them on the page."""

    newest: NotificationLine
    count: int
    oldest_id: int
    actor_ids: tuple[int, ...]


_CREATED_AT = "CAST(n.created_at AS TEXT)"  # to make a datetime of it costs more than all the rest
_COLUMNS = (
    f"n.id, n.type, n.actor_id, {_CREATED_AT}, n.group_key, n.post_id, n.report_id, a.stamp, p.stamp, b.stamp"
)
_TABLES = (
    "timelines_notification n JOIN accounts_account a ON a.id = n.actor_id AND a.suspended_at IS NULL "
    "LEFT JOIN posts_post p ON p.id = n.post_id LEFT JOIN accounts_account b ON b.id = p.account_id"
)


def listed(account_id: int, choice: Choice, paging: Paging) -> list[NotificationLine]:
    """One query."""
    where, params = _where(account_id, choice)
    sql, values = paging.where("n.id")
    found = db.rows(
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {where}{sql}{paging.order('n.id')}", [*params, *values]
    )
    return paging.newest_first([_line(row) for row in found])


def one(account_id: int, notification_id: int, kinds: Sequence[str]) -> NotificationLine | None:
    """One of these kinds, held back or not; one query."""
    alone = Choice(kinds, key=shown_key(notification_id, ""), filtered=True)
    return next(iter(listed(account_id, alone, Paging(limit=1))), None)


def count(account_id: int, choice: Choice, *, above: int, most: int) -> int:
    """How many came after `above`; at most `most`, so that counting stays cheap."""
    where, params = _where(account_id, choice)
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM {_TABLES} WHERE {where} AND n.id > %s LIMIT %s) AS unread"
    (found,) = db.rows(sql, [*params, above, most])
    return int(found[0])


def grouped(account_id: int, choice: Choice, paging: Paging, kinds: Sequence[str]) -> list[Group]:
    """The page's groups, newest first; notifications of other than these kinds stand alone. Two queries.

    A group is on the page where its newest notification below `max_id` is (its oldest above `min_id`), with what it
    holds up to there; so it may come again further on, as Mastodon's do, and clients join them by key.
    """
    shown = _leaders(account_id, choice, paging, kinds)
    if not shown:
        return []
    low, high = _range(shown, paging)
    groups = _groups(account_id, choice, [line for line in shown if line.kind in kinds], low, high)
    alone = {line.key: Group(line, 1, line.id, (line.actor_id,)) for line in shown}
    return [groups.get(line.key, alone[line.key]) for line in shown]


def group(account_id: int, key: str, kinds: Sequence[str]) -> Group | None:
    """The group of that key, if it is of one of these kinds. Two queries."""
    groupable = GROUPABLE if lone_id(key) is None else ()
    return next(iter(grouped(account_id, Choice(kinds, key=key), Paging(limit=1), groupable)), None)


def count_groups(account_id: int, choice: Choice, kinds: Sequence[str], *, above: int, most: int) -> int:
    return len(_leaders(account_id, choice, Paging(limit=most, since_id=above), kinds))


def _leaders(account_id: int, choice: Choice, paging: Paging, kinds: Sequence[str]) -> list[NotificationLine]:
    """One notification for each group of the page: that which no other of the group precedes on the way."""
    where, params = _where(account_id, choice)
    sql, values = paging.where("n.id")
    further = replace(paging, max_id=None) if paging.min_id is not None else Paging(1, max_id=paging.max_id)
    bound, bound_values = further.where("e.id")
    alike, alike_values = _of_actors("e", choice)
    earlier = (
        "SELECT 1 FROM timelines_notification e JOIN accounts_account b ON b.id = e.actor_id AND b.suspended_at IS NULL "
        f"WHERE e.account_id = n.account_id AND e.group_key = n.group_key AND e.id {'<' if paging.min_id is not None else '>'} "
        f"n.id{alike}{bound}"
    )
    ungrouped = f"n.type NOT IN ({db.marks(kinds)})" if kinds else "1 = 1"
    found = db.rows(
        f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {where}{sql} AND (n.group_key = '' OR {ungrouped} "
        f"OR NOT EXISTS ({earlier})){paging.order('n.id')}",
        [*params, *values, *kinds, *alike_values, *bound_values],
    )
    lines = [_line(row) for row in found]
    for line in lines:
        line.key = line.key if line.kind in kinds else shown_key(line.id, "")
    return paging.newest_first(lines)


def _range(shown: Sequence[NotificationLine], paging: Paging) -> tuple[int, int]:
    """The ids that the page covers; a page that is not full reaches to the end."""
    low, high = shown[-1].id, shown[0].id
    if len(shown) < paging.limit:
        if paging.min_id is not None:
            high = GREATEST if paging.max_id is None else paging.max_id - 1
        else:
            low = (paging.since_id or 0) + 1
    return low, high


def _groups(
    account_id: int, choice: Choice, leaders: Sequence[NotificationLine], low: int, high: int
) -> dict[str, Group]:
    """By key, what the leaders stand for. Whether their posts may be read was asked for them already."""
    conditions, values = _of_actors("n", choice)
    keys = [line.key for line in leaders]
    ranked = (
        f"SELECT n.group_key, n.id, n.actor_id, {_CREATED_AT} AS created_at, "
        "ROW_NUMBER() OVER (PARTITION BY n.group_key ORDER BY n.id DESC) AS place, "
        "COUNT(*) OVER (PARTITION BY n.group_key) AS total, "
        "MIN(CASE WHEN n.id >= %s THEN n.id END) OVER (PARTITION BY n.group_key) AS oldest "
        "FROM timelines_notification n JOIN accounts_account a ON a.id = n.actor_id AND a.suspended_at IS NULL "
        f"WHERE n.account_id = %s{conditions} AND n.group_key IN ({db.marks(keys)}) AND n.id <= %s"
    )
    found = db.rows(
        f"SELECT * FROM ({ranked}) AS ranked WHERE place <= {SAMPLE} ORDER BY group_key, place",
        [low, account_id, *values, *keys, high],
    )
    samples = {key: list(rows) for key, rows in groupby(found, key=itemgetter(0))}
    return {line.key: _group(line, samples[line.key]) for line in leaders if line.key in samples}


def _group(leader: NotificationLine, sample: Sequence[db.Row]) -> Group:
    _, newest_id, actor_id, created_at, _, total, oldest = sample[0]
    newest = replace(
        leader, id=newest_id, actor_id=actor_id, created_at=db.iso_of_text(created_at), actor_stamp=None
    )
    return Group(newest, total, oldest or newest_id, tuple(row[2] for row in sample))


def _of_kinds(kinds: Sequence[str]) -> tuple[list[str], Sequence[str]]:
    """Whichever is shorter: a database tries two values one by one, and makes a table of more."""
    others = [kind for kind in ALL_KINDS if kind not in kinds]
    if not others:
        return [], []
    if len(others) < len(kinds):
        return [f"n.type NOT IN ({db.marks(others)})"], others
    return [f"n.type IN ({db.marks(kinds)})"], kinds


def _of_actors(table: str, choice: Choice) -> tuple[str, list[object]]:
    """What a choice says of every notification of a group alike, whatever they are about."""
    held = "" if choice.filtered else f" AND NOT {table}.filtered"
    if choice.actor_id is None:
        return held, []
    return f"{held} AND {table}.actor_id = %s", [choice.actor_id]


def _where(account_id: int, choice: Choice) -> tuple[str, list[object]]:
    readable, params = visible(account_id)
    conditions = ["n.account_id = %s", f"(n.post_id IS NULL OR {readable})"]
    values: list[object] = [account_id, *params]
    of_kinds, kinds = _of_kinds(choice.kinds)
    conditions += of_kinds
    values += kinds
    if choice.key is not None:
        alone = lone_id(choice.key)
        conditions.append("n.group_key = %s" if alone is None else "n.id = %s")
        values.append(choice.key if alone is None else alone)
    actors, actor_values = _of_actors("n", choice)
    return " AND ".join(conditions) + actors, [*values, *actor_values]


def _line(row: db.Row) -> NotificationLine:
    pk, kind, actor_id, created_at, key, post_id, report_id, *stamps = row
    post_key = (post_id, stamps[1], stamps[2]) if post_id else None
    made = db.iso_of_text(created_at)
    return NotificationLine(
        pk, kind, actor_id, made, shown_key(pk, key), post_id, report_id, stamps[0], post_key
    )


def _moment(value: Any) -> datetime:
    found = db.read_moment(value)
    assert found is not None
    return found


class Request(Struct, frozen=True):
    """What somebody's held-back notifications look like to the one who decides."""

    id: int
    sender_id: int
    last_post_id: int | None
    count: int
    created_at: datetime
    updated_at: datetime


_COUNTED = (
    "(SELECT COUNT(*) FROM timelines_notification n "
    "WHERE n.account_id = r.account_id AND n.actor_id = r.sender_id AND n.filtered)"
)
_REQUESTS = (
    "timelines_notificationrequest r JOIN accounts_account a ON a.id = r.sender_id AND a.suspended_at IS NULL"
)


def requests(account_id: int, paging: Paging) -> list[Request]:
    """One query."""
    sql, values = paging.where("r.id")
    return paging.newest_first(
        _requests(f"r.account_id = %s{sql}{paging.order('r.id')}", [account_id, *values])
    )


def request(account_id: int, request_id: int) -> Request | None:
    return next(iter(_requests("r.account_id = %s AND r.id = %s", [account_id, request_id])), None)


def _requests(where: str, params: Sequence[object]) -> list[Request]:
    found = db.rows(
        f"SELECT r.id, r.sender_id, r.last_post_id, {_COUNTED}, r.created_at, r.updated_at "
        f"FROM {_REQUESTS} WHERE {where}",
        params,
    )
    return [
        Request(i, sender, post, n, _moment(made), _moment(last)) for i, sender, post, n, made, last in found
    ]


def policy_of(account_id: int) -> NotificationPolicy:
    """The account's policy; the default one where it has set none."""
    return NotificationPolicy.objects.filter(account_id=account_id).first() or NotificationPolicy(
        account_id=account_id
    )


def pending(account_id: int) -> tuple[int, int]:
    """How many senders wait for a decision (at most 100), with how many notifications. One query."""
    (found,) = db.rows(
        "SELECT COUNT(*), COALESCE(SUM(held), 0) FROM "
        f"(SELECT {_COUNTED} AS held FROM {_REQUESTS} WHERE r.account_id = %s LIMIT %s) AS waiting",
        [account_id, MOST_PENDING],
    )
    return int(found[0]), int(found[1])


def marker(account_id: int) -> int:
    """How far the account has read its notifications."""
    return place(account_id, "notifications") or 0
