"""What the house says and knows about itself: rules, texts, numbers."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from msgspec import Struct

from openrounds.accounts.models import Account
from openrounds.core import db
from openrounds.core.clock import ago, midnight, now
from openrounds.core.ids import id_at
from openrounds.core.options import options
from openrounds.moderation.models import Rule

_SHIPPED = Path(__file__).parent / "texts"
WEEKS = 12
_WEEK = timedelta(days=7)


def rules() -> list[Rule]:
    """The rules of the house, in their order."""
    return list(Rule.objects.all())


def contact_id() -> int | None:
    """The account of the operators, where one is named and exists."""
    name = options().contact_account
    if not name:
        return None
    found = Account.objects.filter(username__iexact=name, domain="", suspended_at=None)
    return found.values_list("pk", flat=True).first()


class HouseText(Struct, frozen=True):
    """Plain text, and when it was last changed."""

    text: str
    updated_at: datetime


def house_text(name: str) -> HouseText | None:
    """The operators' own text (`texts/<name>.txt` in the data directory), else the one that is shipped, else None."""
    for folder in (settings.DATA / "texts", _SHIPPED):
        path = folder / f"{name}.txt"
        if path.is_file():
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            return HouseText(path.read_text(encoding="utf-8").strip(), changed)
    return None


class Numbers(Struct, frozen=True):
    """People who may sign in, what they posted, how many of them were seen lately, and the other servers known."""

    people: int
    posts: int
    seen_in_month: int
    seen_in_half_year: int
    domains: int


def numbers() -> Numbers:
    """Two queries over the accounts; posts are summed up from their authors' counters."""
    month, half_year = ago(days=28), ago(days=182)
    seen = "COALESCE(SUM(CASE WHEN u.last_seen_at >= %s OR a.last_post_on >= %s THEN 1 ELSE 0 END), 0)"
    sql = (
        f"SELECT COUNT(*), COALESCE(SUM(a.posts_count), 0), {seen}, {seen} FROM accounts_user u "
        "JOIN accounts_account a ON a.id = u.account_id WHERE u.approved_at IS NOT NULL AND a.suspended_at IS NULL"
    )
    days = [(db.moment(moment), moment.date()) for moment in (month, half_year)]
    found = db.row(sql, [value for pair in days for value in pair]) or (0, 0, 0, 0)
    people, posts, monthly, half_yearly = map(int, found)
    (teams,) = db.row(
        "SELECT COALESCE(SUM(posts_count), 0) FROM accounts_account WHERE is_team AND domain = ''"
    ) or (0,)
    return Numbers(people, posts + int(teams), monthly, half_yearly, _count_domains())


def _count_domains() -> int:
    (count,) = db.row("SELECT COUNT(DISTINCT domain) FROM accounts_account WHERE domain <> ''") or (0,)
    return int(count)


def peers() -> list[str]:
    """The other servers from which accounts are known."""
    found = Account.objects.exclude(domain="").values_list("domain", flat=True)
    return list(found.distinct().order_by("domain"))


class Week(Struct, frozen=True):
    """What happened here in the seven days from `start` on; `people` is how many posted."""

    start: datetime
    posts: int
    people: int
    sign_ups: int


def weeks() -> Sequence[Week]:
    """The last twelve weeks, this one first. Two queries: ids say when a row was made, so they are what is grouped by."""
    monday = midnight(now()) - timedelta(days=now().weekday())
    first = monday - (WEEKS - 1) * _WEEK
    posted = _by_week(
        "COUNT(*), COUNT(DISTINCT p.account_id) FROM posts_post p JOIN accounts_account a ON a.id = p.account_id",
        "p",
        "p.deleted_at IS NULL AND p.boost_of_id IS NULL",
        first,
    )
    joined = _by_week("COUNT(*), 0 FROM accounts_account a", "a", "NOT a.is_team", first)
    return [
        Week(first + n * _WEEK, *posted.get(n, (0, 0)), joined.get(n, (0, 0))[0])
        for n in reversed(range(WEEKS))
    ]


def _by_week(counted: str, table: str, condition: str, first: datetime) -> dict[int, tuple[int, int]]:
    start, span = id_at(first), id_at(first + _WEEK) - id_at(first)
    sql = (
        f"SELECT ({table}.id - {start}) / {span} AS week, {counted} "
        f"WHERE {table}.id >= {start} AND a.domain = '' AND {condition} GROUP BY 1"
    )
    return {int(week): (int(one), int(other)) for week, one, other in db.rows(sql)}
