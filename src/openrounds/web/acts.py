"""What one can do with a post, under it: half of what a post takes to draw, and the same under nearly all of them.

So it is drawn once for all posts with which the same can be done; their ids, addresses and counts are put in.
"""

from collections.abc import Hashable, Mapping

from django.template.loader import render_to_string

from openrounds.api.entities.status import Status
from openrounds.web.parts import PLACES, kept
from openrounds.web.places import fill, place

COUNTS = ("replies_count", "reblogs_count", "favourites_count", "quotes_count")
FLAGS = ("reblogged", "favourited", "bookmarked", "muted", "pinned")


def acts(post: Status, standing: Mapping[str, Hashable]) -> str:
    """HTML, with the places of the token and of the way back. `standing` is what the reader is to the post (see `cards`)."""
    looks = {**_looks(post), **standing}
    html = kept(("acts", frozenset(looks.items())), lambda: _draw(looks, standing))
    counts = {name: getattr(post, name) for name in COUNTS}
    return fill(html, {"id": post.id, "url": post.url, "author": post.account.id, **counts})


def _looks(post: Status) -> dict[str, Hashable]:
    """All of a post that makes this look as it does. What is 0 or more is not shown alike."""
    looks: dict[str, Hashable] = {name: bool(getattr(post, name)) for name in COUNTS}
    looks |= {name: getattr(post, name) is True for name in FLAGS}
    return looks | {
        "visibility": post.visibility,
        "approval": post.quote_approval.current_user,
        "team": post.account.group,
    }


def _draw(looks: Mapping[str, Hashable], standing: Mapping[str, Hashable]) -> str:
    """With something in the post's stead that has no more than that."""
    post = {
        **looks,
        **{name: place(name) if looks[name] is True else 0 for name in COUNTS},
        "id": place("id"),
        "url": place("url"),
        "account": {"id": place("author"), "group": looks["team"]},
        "quote_approval": {"current_user": looks["approval"]},
    }
    return render_to_string("pages/post_actions.html", {"post": post, **PLACES, **standing})
