"""What trends, from what people really did in the last days; only what is public, of people who want to be discovered.

Counted every few minutes into small tables (`count`), so that a request costs the same however much is posted.
The counting reads the posts of a week, off the primary key.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.clock import midnight, now
from openrounds.core.ids import id_at
from openrounds.hashtags.models import HashtagDay
from openrounds.hashtags.queries import HISTORY_DAYS, Day, last_days
from openrounds.hashtags.rules import day_number
from openrounds.posts.lines import Source
from openrounds.posts.models import PreviewCard
from openrounds.posts.visibility import visible, wanted
from openrounds.search.models import Trend, TrendKind
from openrounds.search.rules import faded, rise, spread

KEPT_DAYS = 28
RECENT_DAYS = 3
BEST = 200
FEWEST_AUTHORS = 2
FEWEST_MARKS = 2
POST_HALF_LIFE = 24.0  # hours
LINK_HALF_LIFE = 48.0

_DAY_OF = "((p.id >> 16) / 86400000)"  # ids hold milliseconds (`core.ids`)
_PUBLIC = f"""p.visibility = {Visibility.PUBLIC.value} AND p.boost_of_id IS NULL AND p.deleted_at IS NULL
AND p.account_id NOT IN (
  SELECT id FROM accounts_account WHERE suspended_at IS NOT NULL OR limited_at IS NOT NULL OR NOT discoverable)"""


# ------------------------------------------------------------------------------------------------------------- counting
def count() -> None:
    """Counts anew what every hashtag, post and link has been worth. The posts of a week are read outside of the one
    transaction that writes, or nobody else could write meanwhile on SQLite; so call it in none."""
    days = _days_to_count()
    uses = db.rows(_USES, [_since(days)])
    posts, links = _post_scores(), _link_scores()
    with transaction.atomic():
        _write_days(days, uses)
        _write(TrendKind.HASHTAG, _hashtag_scores())
        _write(TrendKind.POST, posts)
        _write(TrendKind.LINK, links)


def _since(days: int) -> int:
    """The first id of that many days, today included."""
    return id_at(midnight(now()) - timedelta(days=days - 1))


_USES = f"""
SELECT t.hashtag_id, {_DAY_OF}, COUNT(*), COUNT(DISTINCT p.account_id)
FROM posts_post p JOIN posts_posthashtag t ON t.post_id = p.id
WHERE p.id >= %s AND {_PUBLIC} GROUP BY 1, 2
"""


def _days_to_count() -> int:
    """Today and yesterday again, and whatever days have passed since the last count."""
    last = HashtagDay.objects.order_by("-day").values_list("day", flat=True).first()
    return KEPT_DAYS if last is None else max(2, day_number(now()) - last + 1)


def _write_days(days: int, uses: Iterable[db.Row]) -> None:
    today = day_number(now())
    HashtagDay.objects.filter(Q(day__lte=today - KEPT_DAYS) | Q(day__gt=today - days)).delete()
    counted = (HashtagDay(hashtag_id=tag, day=day, uses=n, accounts=who) for tag, day, n, who in uses)
    HashtagDay.objects.bulk_create(counted, batch_size=500)


_PEOPLE = """
SELECT d.hashtag_id, SUM(CASE WHEN d.day > %s THEN d.accounts ELSE 0 END), SUM(CASE WHEN d.day > %s THEN 0 ELSE d.accounts END)
FROM hashtags_hashtagday d JOIN hashtags_hashtag h ON h.id = d.hashtag_id WHERE h.may_trend
GROUP BY d.hashtag_id HAVING MAX(CASE WHEN d.day > %s THEN d.accounts ELSE 0 END) >= %s
"""


def _hashtag_scores() -> list[tuple[int, float]]:
    """People under a hashtag in the last three days, against three days of the weeks before. Some day must have seen two,
    so that nobody makes a trend alone."""
    line = day_number(now()) - RECENT_DAYS
    share = RECENT_DAYS / (KEPT_DAYS - RECENT_DAYS)
    found = db.rows(_PEOPLE, [line, line, line, FEWEST_AUTHORS])
    return [(tag, rise(float(recent), float(before) * share)) for tag, recent, before in found]


_MARKED = f"""
SELECT p.id, p.account_id, p.favourites_count + p.boosts_count FROM posts_post p
WHERE p.id >= %s AND p.favourites_count + p.boosts_count >= {FEWEST_MARKS} AND p.in_reply_to_id IS NULL
AND NOT p.sensitive AND {_PUBLIC}
"""


def _post_scores() -> list[tuple[int, float]]:
    found = db.rows(_MARKED, [_since(HISTORY_DAYS)])
    return spread((post, author, faded(marks, _hours(post), POST_HALF_LIFE)) for post, author, marks in found)


_LINKED = f"""
SELECT p.card_id, COUNT(DISTINCT p.account_id), MAX(p.id) FROM posts_post p
WHERE p.id >= %s AND p.card_id IS NOT NULL AND {_PUBLIC}
GROUP BY p.card_id HAVING COUNT(DISTINCT p.account_id) >= {FEWEST_AUTHORS}
"""


def _link_scores() -> list[tuple[int, float]]:
    found = db.rows(_LINKED, [_since(HISTORY_DAYS)])
    return [(card, faded(authors, _hours(newest), LINK_HALF_LIFE)) for card, authors, newest in found]


def _hours(some_id: int) -> float:
    return (id_at(now()) - some_id) / (3_600_000 << 16)


def _write(kind: TrendKind, scores: Iterable[tuple[int, float]]) -> None:
    best = sorted(((i, score) for i, score in scores if score > 0), key=lambda each: -each[1])[:BEST]
    Trend.objects.filter(kind=kind).delete()
    Trend.objects.bulk_create([Trend(kind=kind, subject_id=i, score=score) for i, score in best])


# -------------------------------------------------------------------------------------------------------------- reading
def hashtags(limit: int, offset: int = 0) -> list[int]:
    """Ids of the hashtags that trend, best first."""
    sql = (
        "SELECT h.id FROM search_trend k JOIN hashtags_hashtag h ON h.id = k.subject_id "
        "WHERE k.kind = %s AND h.may_trend AND h.listed ORDER BY k.score DESC, h.id DESC LIMIT %s OFFSET %s"
    )
    return [row[0] for row in db.rows(sql, [TrendKind.HASHTAG.value, limit, offset])]


def posts(viewer_id: int | None, limit: int, offset: int = 0) -> list[int]:
    """Ids of the posts that trend, best first, as far as the viewer may see and wants to."""
    readable, readable_params = visible(viewer_id)
    liked, liked_params = wanted(viewer_id)
    sql = (
        "SELECT p.id FROM search_trend k JOIN posts_post p ON p.id = k.subject_id "
        f"WHERE k.kind = %s AND {readable} AND {liked} ORDER BY k.score DESC, p.id DESC LIMIT %s OFFSET %s"
    )
    params = [TrendKind.POST.value, *readable_params, *liked_params, limit, offset]
    return [row[0] for row in db.rows(sql, params)]


def links(limit: int, offset: int = 0) -> list[PreviewCard]:
    """The links that trend, best first."""
    best = Trend.objects.filter(kind=TrendKind.LINK).order_by("-score", "-subject_id")[
        offset : offset + limit
    ]
    ids = list(best.values_list("subject_id", flat=True))
    found = PreviewCard.objects.in_bulk(ids)
    return [found[i] for i in ids if i in found]


def link_history(ids: Sequence[int]) -> dict[int, list[Day]]:
    """The last seven days of each link, today first."""
    sql = (
        f"SELECT p.card_id, {_DAY_OF}, COUNT(*), COUNT(DISTINCT p.account_id) FROM posts_post p "
        f"WHERE p.card_id IN ({db.marks(ids)}) AND p.id >= %s AND {_PUBLIC} GROUP BY 1, 2"
    )
    rows = db.rows(sql, [*ids, _since(HISTORY_DAYS)])
    used = {(card, day): Day(day, uses, accounts) for card, day, uses, accounts in rows}
    return {i: [used.get((i, day)) or Day(day) for day in last_days(day_number(now()))] for i in ids}


def link_timeline(viewer_id: int | None, url: str) -> Source | None:
    """Public posts with that link; None unless it trends."""
    card_id = PreviewCard.objects.filter(url=url).values_list("id", flat=True).first()
    if not Trend.objects.filter(kind=TrendKind.LINK, subject_id=card_id or 0).exists():
        return None
    liked, params = wanted(viewer_id)
    return Source("posts_post p", f"p.card_id = %s AND {_PUBLIC} AND {liked}", [card_id, *params])
