"""A debate from its beginning to its end: which contribution has which number, and what stands in its place when it is gone.

The order is light (ids); the posts are read from it piece by piece, so that a long debate need not be held at once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from openrounds.api.call import Call
from openrounds.api.entities.status import Status
from openrounds.posts.lines import read_ids
from openrounds.posts.visibility import visible_ids
from openrounds.rounds import debate_queries
from openrounds.web import reading
from openrounds.web.rooms import Said

DELETED, HIDDEN, UNSEEN = "deleted", "hidden", "unseen"


@dataclass(frozen=True)
class Place:
    """A contribution in the order. `gap` says why nothing can stand there (`DELETED`, `HIDDEN`), "" where a post may."""

    number: int
    post_id: int
    gap: str = ""


def order(round_id: int) -> dict[int, list[Place]]:
    """By step position (0 for none). Numbers count all that was ever said, so that they stay when posts go; one query."""
    found: dict[int, list[Place]] = defaultdict(list)
    for number, (post_id, position, deleted, hidden) in enumerate(debate_queries.numbers(round_id), 1):
        gap = HIDDEN if hidden else DELETED if deleted else ""
        found[position or 0].append(Place(number, post_id, gap))
    return found


def read(call: Call, round_id: int, places: Sequence[Place]) -> list[Said]:
    """What stands there for that reader."""
    about = debate_queries.contributions_of(round_id, [place.post_id for place in places])
    readable = _posts(call, [place.post_id for place in places if not place.gap])
    return [
        Said(post, about.get(place.post_id), number=place.number, gap="" if post else place.gap or UNSEEN)
        for place in places
        for post in [readable.get(place.post_id)]
    ]


def read_marked(call: Call, round_id: int, places: Sequence[Place]) -> list[Said]:
    """Only what facilitators have marked; a gap where it is gone."""
    marked = {
        post_id
        for post_id, about in debate_queries.contributions_of(round_id, [p.post_id for p in places]).items()
        if about.mark
    }
    return read(call, round_id, [p for p in places if p.post_id in marked and p.gap != HIDDEN])


def _posts(call: Call, ids: Sequence[int]) -> dict[int, Status]:
    seen = visible_ids(call.account_id, ids)
    shown = reading.posts(call, read_ids([i for i in ids if i in seen]), "public")
    return {int(post.id): post for post in shown}
