"""The part of posts and people that is the same for all readers until it is edited, as JSON: drawn when it is written, and kept
in the database, where every process finds it (`core.drawn`, decision 0015)."""

import re
import secrets
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta

import msgspec
from django.db import transaction
from msgspec import Struct

from openrounds.accounts import profiles
from openrounds.accounts.facts import ProfileChanged
from openrounds.api.render import account as account_body
from openrounds.api.render import post as post_body
from openrounds.core.clock import ago
from openrounds.core.drawn import Store
from openrounds.core.ids import id_at
from openrounds.core.options import options
from openrounds.jobs.registry import Tick, handler
from openrounds.posts import bodies
from openrounds.posts.facts import PostChanged, PostCreated, PostEdited

# To be raised when the same post or profile comes to be drawn otherwise (`tests/api/test_drawing.py` tells).
FORMAT = 1
# What stands for scheme and host of this server while it is drawn to be kept, which nobody can have guessed and written in a
# post, and what in the bytes, where it never stands in UTF-8: one byte is found three times as fast.
BASE = f"base-{secrets.token_hex(16)}"
KEPT_BASE = b"\xff"
KEPT_DAYS = 90
AT_ONCE, IN_AN_HOUR = 50, 10_000  # a transaction of some 5 ms, as others who write to SQLite wait meanwhile
MOST_ID = 1 << 62
_WITH_HOST = re.compile(rb"@[\w.-]+@")


class Kind(Struct, frozen=True):
    """What is drawn: where it is kept, how it is drawn by id, and which rows (r) are worth keeping."""

    store: Store
    render: Callable[[str, Collection[int]], Mapping[int, msgspec.Struct]]
    rows: str


def _draw_posts(base: str, ids: Collection[int]) -> Mapping[int, msgspec.Struct]:
    return post_body.render(base, [*ids])


POSTS = Kind(bodies.KEPT, _draw_posts, "r.deleted_at IS NULL")
PEOPLE = Kind(profiles.KEPT, account_body.render, "r.posts_count > 0 AND r.suspended_at IS NULL")


def look() -> int:
    """Names all that a drawing is made of beside its row."""
    given = options()
    return zlib.crc32(f"{FORMAT} {given.domain} {given.media_host}".encode())


def read(kind: Kind, base: str, wanted: Mapping[int, int]) -> dict[int, bytes]:
    """The wanted versions by id, without their closing brace: as they are kept, drawn now where they are not."""
    own = base.encode()
    found = {i: body.replace(KEPT_BASE, own) for i, body in kind.store.read(look(), wanted).items()}
    if len(found) < len(wanted):
        found |= draw(kind, base, [i for i in wanted if i not in found])
    return found


def draw(kind: Kind, base: str, ids: Sequence[int]) -> dict[int, bytes]:
    return {i: msgspec.json.encode(struct)[:-1] for i, struct in kind.render(base, ids).items()}


def keep_new_post(fact: PostCreated) -> None:
    """At once: its author is shown it now, his followers in the next second, each perhaps by another process."""
    for post_id, body in _drawn_to_keep(POSTS, [fact.post_id]).items():
        POSTS.store.add(look(), post_id, 1, body)


def keep_changed_post(fact: PostEdited | PostChanged) -> None:
    """At once, as the database has just removed what was kept."""
    _keep_missing(POSTS, "r.id = %s", [fact.post_id])


def keep_profile(fact: ProfileChanged) -> None:
    """At once, as with posts."""
    _keep_missing(PEOPLE, "r.id = %s", [fact.account_id])


@handler(queue="bulk", transactional=False, lease=timedelta(minutes=10))
def tend_drawings(_: Tick) -> None:
    """Draws what is not kept in the present look (as after an upgrade, or under another name of the server), the newest first,
    and forgets old posts, which few still meet."""
    oldest = id_at(ago(days=KEPT_DAYS))
    keep_all(oldest, most=IN_AN_HOUR)
    while POSTS.store.forget(oldest, AT_ONCE):
        pass


def keep_all(oldest: int = 0, most: int | None = None) -> None:
    """Of people, and of posts from that id on, what is not kept yet; of each at most so many."""
    for kind, above in ((PEOPLE, 0), (POSTS, oldest)):
        below, left = MOST_ID, most
        while (left is None or left > 0) and (
            done := _keep_missing(kind, "r.id > %s AND r.id < %s", [above, below])
        ):
            below, left = min(done), None if left is None else left - len(done)


@transaction.atomic
def _keep_missing(kind: Kind, which: str, params: Sequence[int]) -> Collection[int]:
    """Draws some of these rows, the newest first, as far as they are worth it and not kept; which ones were looked at."""
    versions = kind.store.missing(look(), f"{kind.rows} AND {which}", params, AT_ONCE)
    for row_id, body in _drawn_to_keep(kind, [*versions]).items():
        kind.store.keep(look(), row_id, versions[row_id], body)
    return versions


def _drawn_to_keep(kind: Kind, ids: Sequence[int]) -> dict[int, bytes]:
    """Without those that look different under another name of the server, which is known only if it is configured: they
    call somebody here by name and host."""
    drawn = draw(kind, BASE, ids).items() if ids else ()
    found = {i: body.replace(BASE.encode(), KEPT_BASE) for i, body in drawn}
    if options().domain:
        return found
    return {i: body for i, body in found.items() if not _WITH_HOST.search(body)}
