"""A debate from its beginning to its end: which contribution has which number, and what stands in its place when it is gone.

The order is light (ids); the posts are read from it piece by piece, so that a long debate need not be held at once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from openrounds.api.call import Call
from openrounds.api.entities.status import Status
from openrounds.posts.lines import read_ids
from openrounds.posts.visibility import visible_ids
from openrounds.rounds import debate_queries
from openrounds.rounds.cited import papers_of
from openrounds.rounds.debate_queries import About
from openrounds.web import reading
from openrounds.web.rooms import Said

DELETED, HIDDEN, UNSEEN = "deleted", "hidden", "unseen"


class Place(Struct, frozen=True):
    """A contribution in the order. `gap` says why nothing can stand there (`DELETED`, `HIDDEN`), "" where a post may. `same_as`
    is the first that said the same, `same` are those that did later."""

    number: int
    post_id: int
    gap: str = ""
    same_as: "Place | None" = None
    same: tuple["Place", ...] = ()


def order(round_id: int) -> dict[int, list[Place]]:
    """By step position (0 for none). Numbers count all that was ever said, so that they stay when posts go; one query."""
    found: dict[int, list[Place]] = defaultdict(list)
    rows = debate_queries.numbers(round_id)
    places = [
        Place(n, post_id, HIDDEN if hidden else DELETED if deleted else "")
        for n, (post_id, _, deleted, hidden, _) in enumerate(rows, 1)
    ]
    folds = _folds(places, [first for *_, first in rows])
    for place, (_, position, *_, first) in zip(places, rows, strict=True):
        same_as = folds.firsts.get(first) if first and not place.gap else None
        found[position or 0].append(
            replace(place, same_as=same_as, same=tuple(folds.under.get(place.post_id, ())))
        )
    return found


class _Folds(NamedTuple):
    """The first ones by their posts, and what is folded under them."""

    firsts: dict[int, Place]
    under: dict[int, list[Place]]


def _folds(places: Sequence[Place], firsts: Sequence[int | None]) -> _Folds:
    under: dict[int, list[Place]] = defaultdict(list)
    for place, first in zip(places, firsts, strict=True):
        if first and not place.gap:
            under[first].append(place)
    return _Folds({place.post_id: place for place in places if place.post_id in under}, under)


def read(call: Call, round_id: int, places: Sequence[Place]) -> list[Said]:
    """What stands there for that reader."""
    about = debate_queries.contributions_of(round_id, [place.post_id for place in places])
    readable = _posts(call, sorted({one.post_id for place in places for one in _concerned(place)}))
    papers = papers_of(round_id, [one.post_id for one in about.values() if one.cites])
    said = (_said(place, about.get(place.post_id), readable) for place in places)
    return [
        replace(one, papers=papers.get(one.about.post_id, ())) if one.about and one.post else one
        for one in said
    ]


def _concerned(place: Place) -> list[Place]:
    """Itself and those that said the same."""
    firsts = [place.same_as] if place.same_as else []
    return [one for one in (place, *firsts, *place.same) if not one.gap]


def _said(place: Place, about: About | None, readable: Mapping[int, Status]) -> Said:
    post, first = readable.get(place.post_id), place.same_as
    return Said(
        post,
        about,
        number=place.number,
        gap="" if post else place.gap or UNSEEN,
        same=tuple(
            Said(same, None, number=one.number) for one in place.same if (same := readable.get(one.post_id))
        ),
        same_as=first.number if first and first.post_id in readable else 0,
    )


def read_marked(call: Call, round_id: int, places: Sequence[Place]) -> list[Said]:
    """Only what facilitators have marked; a gap where it is gone."""
    marked = {
        post_id
        for post_id, about in debate_queries.contributions_of(round_id, [p.post_id for p in places]).items()
        if about.mark
    }
    shown = [place for place in places if place.post_id in marked and place.gap != HIDDEN]
    return read(call, round_id, [replace(place, same_as=None) for place in shown])


def _posts(call: Call, ids: Sequence[int]) -> dict[int, Status]:
    seen = visible_ids(call.account_id, ids)
    shown = reading.posts(call, read_ids([i for i in ids if i in seen]), "public")
    return {int(post.id): post for post in shown}
