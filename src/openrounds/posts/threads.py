"""The shape of a thread: who answers whom. Pure."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct


class Surroundings(Struct, frozen=True):
    """Ids around a post: `ancestors` oldest first, `descendants` depth first, each with its depth (1 for a direct answer)."""

    ancestors: list[int]
    descendants: list[tuple[int, int]]


def surroundings(parents: Mapping[int, int | None], post_id: int) -> Surroundings:
    """`parents` maps every post of the thread, in the order of their making, to what it answers."""
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in parents.items():
        if parent is not None:
            children[parent].append(child)
    return Surroundings(_upwards(parents, post_id), _downwards(children, post_id))


def _upwards(parents: Mapping[int, int | None], post_id: int) -> list[int]:
    found: dict[int, None] = {}
    above = parents.get(post_id)
    while above is not None and above not in found and above != post_id and above in parents:
        found[above] = None
        above = parents[above]
    return list(found)[::-1]


def _downwards(children: Mapping[int, list[int]], post_id: int) -> list[tuple[int, int]]:
    found: dict[int, int] = {}
    waiting = [(child, 1) for child in reversed(children.get(post_id, []))]
    while waiting:
        here, depth = waiting.pop()
        if here in found or here == post_id:  # other servers may say that two posts answer each other
            continue
        found[here] = depth
        if here in children:
            waiting += [(child, depth + 1) for child in reversed(children[here])]
    return list(found.items())
