"""A page of home as people read it: what several passed on stands there once, and an answer below what it answers. Pure."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from openrounds.api.entities.status import Status


class Item(Struct, frozen=True):
    """A post of the page. `boosters`: (name, address) of who passed it on, newest first; `joins`: it answers the one above,
    `joined`: the one below answers it; `divides`: from here on all was read before."""

    post: Status
    boosters: tuple[tuple[str, str], ...] = ()
    joins: bool = False
    joined: bool = False
    divides: bool = False


def plain(posts: Sequence[Status], read_up_to: str = "") -> list[Item]:
    """As they are."""
    return [Item(post, _boosters([post]), divides=post.id == read_up_to) for post in posts]


def fold(posts: Sequence[Status], read_up_to: str = "") -> list[Item]:
    """`posts` are newest first; so is what is made of them, but for answers, which come after what they answer."""
    return _in_order(_once(posts, read_up_to))


def _once(posts: Sequence[Status], read_up_to: str) -> list[Item]:
    """Each post where it came last, with all who passed it on."""
    entries: dict[str, list[Status]] = {}
    first_read = ""
    for post in posts:
        shown = (post.reblog or post).id
        if shown not in entries and not first_read and _reached(post, read_up_to):
            first_read = shown
        entries.setdefault(shown, []).append(post)
    return [Item(same[0], _boosters(same), divides=shown == first_read) for shown, same in entries.items()]


def _reached(post: Status, read_up_to: str) -> bool:
    return bool(read_up_to) and int(post.id) <= int(read_up_to)


def _boosters(entries: Sequence[Status]) -> tuple[tuple[str, str], ...]:
    who = [post.account for post in entries if post.reblog]
    return tuple((account.display_name or account.username, account.url) for account in who)


def _in_order(items: Sequence[Item]) -> list[Item]:
    """Turns runs of answers around, but none across the line to what was read before."""
    found: list[Item] = []
    run: list[Item] = []
    for item in items:
        if run and (item.divides or not _answers(run[-1], item)):
            found += _turned(run)
            run = []
        run.append(item)
    return found + _turned(run)


def _answers(later: Item, earlier: Item) -> bool:
    plainly = later.post.reblog is None and earlier.post.reblog is None
    return plainly and later.post.in_reply_to_id == earlier.post.id


def _turned(run: Sequence[Item]) -> list[Item]:
    last = len(run) - 1
    divides = any(item.divides for item in run)
    return [
        replace(item, joins=n > 0, joined=n < last, divides=divides and n == 0)
        for n, item in enumerate(reversed(run))
    ]
