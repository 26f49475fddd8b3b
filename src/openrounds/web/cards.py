"""Posts on pages, drawn once and kept: a card shows what the API says of the post to its reader, and little else.

The templates of cards see only that and no request, so nothing else can slip into what is kept; the key is made of all of
it, so what is kept can be neither stale nor somebody else's. The token against forgery and the way back are put in anew.
"""

from collections.abc import Hashable
from hashlib import blake2b

import msgspec
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from msgspec.structs import replace

from openrounds.api.entities.status import Status
from openrounds.core.cache import MEGABYTE, Kept
from openrounds.web.access import actors_of
from openrounds.web.context import is_member
from openrounds.web.places import fill, place

TEMPLATE = "pages/post_card.html"
PLACES = {name: place(name) for name in ("csrf_token", "back")}
_cards: Kept[Hashable, str] = Kept(8 * MEGABYTE)


def forget_everything() -> None:
    """Empties the cache; for measurements and tests."""
    _cards.clear()


def card(request: HttpRequest, post: Status, token: object, back: str, **how: Hashable) -> str:
    """HTML of one post. `token` goes into its forms, which lead `back` to that page; `how` (`main`, `threaded`) is up to
    the page."""
    seen = standing(request, post) | how
    return fill(_drawn(_calm(post), seen), {"csrf_token": token, "back": back})


def standing(request: HttpRequest, post: Status) -> dict[str, Hashable]:
    """What the reader is to the post."""
    quote = (post.reblog or post).quote
    quoted = quote.quoted_status if quote else None
    about_me = isinstance(quoted, Status) and is_mine(request, quoted)
    return {"member": is_member(request), "mine": is_mine(request, post), "quotes_me": about_me}


def is_mine(request: HttpRequest, post: Status) -> bool:
    """Whether the reader wrote it, or what it boosts, as himself or as a team."""
    author = (post.reblog or post).account
    if author.id == str(getattr(request.user, "account_id", "")):
        return True
    return author.group and is_member(request) and any(author.id == str(a.pk) for a in actors_of(request))


def _calm(post: Status) -> Status:
    """Without what changes with every post and follow of its author, and is shown on his profile alone."""
    author = replace(
        post.account, statuses_count=0, followers_count=0, following_count=0, last_status_at=None
    )
    quote = post.quote
    if quote and quote.quoted_status:
        quote = replace(quote, quoted_status=_calm(quote.quoted_status))
    return replace(post, account=author, reblog=post.reblog and _calm(post.reblog), quote=quote)


def _drawn(post: Status, seen: dict[str, Hashable]) -> str:
    said = blake2b(msgspec.json.encode(post), digest_size=32).digest()
    zone = str(timezone.get_current_timezone())
    key = (said, get_language(), zone, frozenset(seen.items()))
    html = _cards.get(key)
    if html is None:
        html = render_to_string(TEMPLATE, {"post": post, **PLACES, **seen})
        _cards.put(key, html)
    return html
