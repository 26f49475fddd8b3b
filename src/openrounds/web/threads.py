"""The shape of a debate, with a gap where a post was deleted or is not for the reader: the two are never told apart. Pure."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from openrounds.api.entities.status import Status
from openrounds.posts.queries import Thread


class Place(Struct, frozen=True):
    """A post of a thread, or None for a gap; `depth` is how many steps it is below the post that the page is about."""

    post: Status | None
    depth: int = 0


def above(post_id: int, answered: Sequence[Status], thread: Thread) -> list[Place]:
    """What the post answers, the oldest first; gaps in a row are one. Ends where the thread was cut."""
    places: list[Place] = []
    shown = {int(post.id): post for post in answered}
    here, been = thread.parents.get(post_id), {post_id}
    while here is not None and here not in been and (here in shown or here in thread.hidden):
        been.add(here)
        if here in shown or not places or places[-1].post:
            places.append(Place(shown.get(here)))
        here = thread.parents.get(here)
    return places[::-1]


def below(post_id: int, replies: Sequence[Status], thread: Thread) -> list[Place]:
    """The replies, which come depth first, each below what it answers or the gap in its place."""
    depths, places = {post_id: 0}, []
    for reply in replies:
        answered = thread.parents.get(int(reply.id), post_id) or post_id
        depth = depths.get(answered)
        if depth is None:
            depth = _depth_above(answered, depths, thread)
            if answered in thread.hidden:
                depths[answered] = depth = depth + 1
                places.append(Place(None, depth))
        depths[int(reply.id)] = depth + 1
        places.append(Place(reply, depth + 1))
    return places


def _depth_above(post_id: int, depths: Mapping[int, int], thread: Thread) -> int:
    """That of the nearest post further up that has a place; the page's own stands above all."""
    here: int | None = post_id
    been: set[int | None] = set()
    while here is not None and here not in depths and here not in been:
        been.add(here)
        here = thread.parents.get(here)
    return depths.get(here, 0) if here else 0
