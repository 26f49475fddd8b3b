"""Writes a large invented server (`workload`) straight into the tables, as the actions would have left them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from openrounds.accounts.models import Account, Visibility
from openrounds.api import drawing
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.core.ids import id_at, time_of
from openrounds.core.options import options
from openrounds.hashtags.models import Hashtag
from openrounds.hashtags.rules import fold
from openrounds.ops import crowd, workload
from openrounds.ops.bulk import load, run_for_each, unhindered
from openrounds.ops.workload import Planned
from openrounds.search import index
from openrounds.search.rules import Mark, document
from openrounds.timelines.notification_rules import group_key

SPAN = timedelta(days=60)
SOME_ACCOUNTS, SOME_POSTS = 500, 10_000
TABLES = (
    "accounts_follow",
    "posts_post",
    "posts_mention",
    "posts_posthashtag",
    "posts_favourite",
    "timelines_notification",
)
Advance = Callable[[int], None]
Rows = list[Sequence[Any]]


def steps(accounts: int, posts: int) -> int:
    """What `populate` counts: each account is made, follows and gets a feed; each post is written."""
    return 3 * accounts + posts


def populate(accounts: int, posts: int, tokens: Path, advance: Advance, *, search: bool) -> None:
    """Into an empty server only. What is interrupted is to be deleted and begun anew."""
    if Account.objects.exists():
        raise Invalid(
            "There are accounts here already. Populate a new data directory (and an empty database)."
        )
    crowd.make_people(accounts, tokens, advance)
    town = _Town(now() - SPAN - timedelta(minutes=5), _ids(accounts))
    connection.close()  # a fresh one is in no transaction, as what follows needs
    with unhindered(*TABLES):
        _write_follows(town, advance)
        _write_posts(town, posts, advance, search=search)
    _write_counters(town)
    _write_feeds(town, advance)
    drawing.keep_all()
    db.execute("ANALYZE")


def _ids(accounts: int) -> list[int]:
    """In the plan's order."""
    by_name = dict(Account.objects.values_list("username", "pk"))
    return [by_name[name] for name in crowd.names_of(accounts)]


@dataclass
class _Town:
    """The accounts' ids by number, and what is known of the posts so far."""

    since: datetime
    people: list[int]
    following: Counter[int] = field(default_factory=Counter)
    followers: Counter[int] = field(default_factory=Counter)
    said: Counter[int] = field(default_factory=Counter)
    last_on: dict[int, date] = field(default_factory=dict)
    posts: list[int] = field(default_factory=list)
    authors: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)


# --------------------------------------------------------------------------------------------------------------- follows
_FOLLOW = "id follower_id followee_id show_boosts notify created_at".split()
_TOLD = "account_id actor_id type post_id group_key filtered created_at".split()


def _write_follows(town: _Town, advance: Advance) -> None:
    next_id, moment = id_at(town.since), db.moment(town.since)
    key = group_key("follow", None, town.since)
    for some in db.chunks(workload.follows(len(town.people)), SOME_ACCOUNTS):
        rows: Rows = []
        for who, whom in some:
            town.following[who] = len(whom)
            town.followers.update(whom)
            for other in whom:
                next_id += 1 << 4
                rows.append((next_id, town.people[who], town.people[other], True, False, moment))
        told = [(row[2], row[1], "follow", None, key, False, moment) for row in rows]
        with transaction.atomic():
            load("accounts_follow", _FOLLOW, rows)
            load("timelines_notification", _TOLD, told)
        advance(len(some))


# ----------------------------------------------------------------------------------------------------------------- posts
_POST = (
    "id account_id created_at version url visibility text spoiler_text sensitive language in_reply_to_id "
    "in_reply_to_account_id thread has_poll has_media replies_count boosts_count favourites_count"
).split()
_FAVOURITE = "id account_id post_id created_at".split()


def _write_posts(town: _Town, count: int, advance: Advance, *, search: bool) -> None:
    hashtags = _hashtags()
    first, span = int(town.since.timestamp() * 1000), int(SPAN.total_seconds() * 1000)
    stamps = ((first + span * number // count) << 16 for number in range(count))
    planned = zip(stamps, workload.posts(len(town.people), count), strict=True)
    for some in db.chunks(planned, SOME_POSTS):
        batch = _Batch(town, hashtags)
        for post_id, plan in some:
            batch.add(post_id, plan)
        with transaction.atomic():
            batch.write(search=search)
        advance(len(some))


def _hashtags() -> dict[str, int]:
    names = [workload.TAG, *workload.OTHER_TAGS]
    Hashtag.objects.bulk_create(Hashtag(name=fold(n), display_name=n, last_used_at=now()) for n in names)
    by_name = dict(Hashtag.objects.values_list("name", "pk"))
    return {name: by_name[fold(name)] for name in names}


class _Batch:
    """Some thousand posts with all that hangs on them, as rows."""

    def __init__(self, town: _Town, hashtags: dict[str, int]) -> None:
        self.town, self.hashtags = town, hashtags
        self.posts: Rows = []
        self.mentions: Rows = []
        self.under: Rows = []
        self.favourites: Rows = []
        self.told: Rows = []
        self.documents: Rows = []

    def add(self, post_id: int, plan: Planned) -> None:
        town = self.town
        made = time_of(post_id)
        moment, author = db.moment(made), town.people[plan.author]
        parent = plan.parent
        thread = post_id if parent is None else town.threads[parent]
        text = self._text(plan)
        answered = (None, None) if parent is None else (town.posts[parent], town.people[town.authors[parent]])
        said = (Visibility.PUBLIC.value, text, "", False, "en")
        counts = (0, 0, len(plan.likers))
        self.posts.append((post_id, author, moment, 1, "", *said, *answered, thread, False, False, *counts))
        town.posts.append(post_id)
        town.authors.append(plan.author)
        town.threads.append(thread)
        town.said[plan.author] += 1
        town.last_on[plan.author] = made.date()
        self._hang(post_id, plan, made)
        marks = [Mark.author(author), *(Mark.hashtag(self.hashtags[name]) for name in plan.hashtags)]
        marks += [Mark.language("en"), *([] if parent is None else [Mark.being("reply")])]
        self.documents.append((post_id, text, marks))

    def _text(self, plan: Planned) -> str:
        names = [_name(who) for who in plan.mentions]
        first = [f"@{names.pop(0)}"] if plan.parent is not None and names else []
        later = [f"cc @{name}" for name in names]
        return " ".join([*first, plan.words, *later, *(f"#{name}" for name in plan.hashtags)])

    def _hang(self, post_id: int, plan: Planned, made: datetime) -> None:
        """Mentions, hashtags and favourites, and what people were told of them."""
        people, moment = self.town.people, db.moment(made)
        author = people[plan.author]
        self.under += [(self.hashtags[name], post_id) for name in plan.hashtags]
        self.mentions += [(post_id, people[who], False) for who in plan.mentions]
        self.told += [(people[who], author, "mention", post_id, "", False, moment) for who in plan.mentions]
        key = group_key("favourite", post_id, made)
        for place, who in enumerate(plan.likers, 1):
            self.favourites.append((post_id + (place << 4), people[who], post_id, moment))
            if who != plan.author:
                self.told.append((author, people[who], "favourite", post_id, key, False, moment))

    def write(self, *, search: bool) -> None:
        load("posts_post", _POST, self.posts)
        load("posts_mention", ("post_id", "account_id", "silent"), self.mentions)
        load("posts_posthashtag", ("hashtag_id", "post_id"), self.under)
        load("posts_favourite", _FAVOURITE, self.favourites)
        load("timelines_notification", _TOLD, self.told)
        if search:
            load("search_document", (index.key().partition(".")[2], "words"), self._indexed())

    def _indexed(self) -> Iterable[Sequence[Any]]:
        for post_id, text, marks in self.documents:
            yield post_id, index.written(document(["", text], marks))


def _name(who: int) -> str:
    return f"person{who:04d}" if who else "team"


# -------------------------------------------------------------------------------------------------- what follows from it
_COUNT_ACCOUNT = """UPDATE accounts_account SET followers_count = %s, following_count = %s, posts_count = %s, last_post_on = %s,
  created_at = %s WHERE id = %s"""
_COUNT_REPLIES = """UPDATE posts_post SET replies_count = (
  SELECT COUNT(*) FROM posts_post r WHERE r.in_reply_to_id = posts_post.id)
  WHERE id IN (SELECT in_reply_to_id FROM posts_post WHERE in_reply_to_id IS NOT NULL)"""


def _write_counters(town: _Town) -> None:
    moment = db.moment(town.since)
    with transaction.atomic():
        db.execute(_COUNT_REPLIES)
        run_for_each(_COUNT_ACCOUNT, _totals(town, moment))


def _totals(town: _Town, moment: Any) -> Iterator[Sequence[Any]]:
    for who, account_id in enumerate(town.people):
        last = town.last_on.get(who)
        yield (
            town.followers[who],
            town.following[who],
            town.said[who],
            last.isoformat() if last else None,
            moment,
            account_id,
        )


_SAID = "SELECT account_id, id, in_reply_to_account_id FROM posts_post ORDER BY id"
_FOLLOWED = "SELECT follower_id, followee_id FROM accounts_follow WHERE follower_id BETWEEN %s AND %s"
Said = dict[int, list[tuple[int, int | None]]]  # by author: the post, and whom it answers


def _write_feeds(town: _Town, advance: Advance) -> None:
    said: Said = {who: [] for who in town.people}
    for author, post, answered in db.rows(_SAID):
        said[author].append((post, answered))
    with unhindered("timelines_homeentry"):
        for some in db.chunks(sorted(town.people), SOME_ACCOUNTS):
            with transaction.atomic():
                load("timelines_homeentry", ("account_id", "post_id"), _feeds(some, said))
            advance(len(some))


def _feeds(some: list[int], said: Said) -> Iterator[tuple[int, int]]:
    followed: dict[int, set[int]] = {who: set() for who in some}
    for who, whom in db.rows(_FOLLOWED, [some[0], some[-1]]):
        followed[who].add(whom)
    length = options().feed_length
    for who in some:
        yield from ((who, post) for post in sorted(_due(who, followed[who], said))[-length:])


def _due(who: int, followed: set[int], said: Said) -> list[int]:
    """As `feeds.deliver` would have left them: replies to those one does not follow stay out."""
    due = [post for post, _ in said[who]]
    known = {None, who, *followed}
    for other in followed:
        due += [post for post, answered in said[other] if answered in known or answered == other]
    return due
