"""A contribution in a room: its card, what the hosts say of it, and for them what they can do with it.

What stands around the card is the same for many, so it is drawn once for each `Kind` and kept; the template sees nothing else.
Its card, ids, the token against forgery and the way back are put in anew.
"""

import secrets

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from msgspec import Struct

from openrounds.core.cache import MEGABYTE, Kept
from openrounds.core.html import safe
from openrounds.rounds.debate_queries import About
from openrounds.web.cards import card
from openrounds.web.places import fill, place
from openrounds.web.rooms import MARKS, Said

TEMPLATE, SAME, FOLDED = "rounds/said.html", "rounds/same.html", "rounds/folded.html"
CITED = "rounds/cited.html"
PLACES = {name: place(name) for name in ("csrf_token", "back", "number", "card", "same", "papers")}
POST = str(secrets.randbits(120))  # an address takes nothing but digits; as unguessable as the places
_kept: Kept[tuple["Kind", str | None], str] = Kept(2 * MEGABYTE)


class Curating(Struct, frozen=True):
    """A room whose host looks at it: its name, and the parts that a contribution can be moved to."""

    slug: str
    places: tuple[tuple[int, str], ...] = ()


class Kind(Struct, frozen=True):
    """Contributions that look the same but for their cards and numbers. `about` without its post, None for a `gap`; `within`
    the fold of one that said the same first."""

    about: About | None
    label: str
    numbered: bool
    curating: Curating | None
    gap: str = ""
    within: bool = False


def said(request: HttpRequest, each: Said, token: object, back: str, curating: Curating | None) -> str:
    """HTML of one contribution or gap. `token` goes into its forms, which lead `back` to that page."""
    html = _one(request, each, token, back, _kind(each, curating))
    if each.post is None:
        return html
    under = [_one(request, s, token, back, _kind(s, curating, within=True)) for s in _unnumbered(each)]
    same = (
        render_to_string(SAME, {"same": each.same, "under": [safe(one) for one in under]})
        if each.same
        else ""
    )
    html = safe(html.replace(PLACES["same"], same))
    return render_to_string(FOLDED, {"each": each, "said": html}) if each.same_as else html


def _unnumbered(each: Said) -> tuple[Said, ...]:
    """Where all have numbers, those that said the same later stand in their own places."""
    return () if each.number else each.same


def _one(request: HttpRequest, each: Said, token: object, back: str, kind: Kind) -> str:
    html = fill(_drawn(kind), {"csrf_token": token, "back": back, "number": each.number})
    if each.post is None:
        return html
    shown = card(request, each.post, token, back, threaded=True)
    cited = render_to_string(CITED, {"papers": each.papers}) if each.papers else ""
    html = html.replace(POST, each.post.id).replace(PLACES["card"], shown).replace(PLACES["papers"], cited)
    return safe(html.replace(PLACES["same"], "") if kind.within else html)


def _kind(each: Said, curating: Curating | None, *, within: bool = False) -> Kind:
    about = each.about if each.post else None
    if about is not None:
        why, position = (about.hidden_reason, about.position) if curating else ("", None)
        same_as = 1 if about.same_as and curating else None
        about = About(
            0, about.way, about.mark, about.pinned, about.hidden, why, position, about.by_host, same_as
        )
    return Kind(about, each.label, bool(each.number), curating if about else None, each.gap, within)


def _drawn(kind: Kind) -> str:
    key = (kind, get_language())
    html = _kept.get(key)
    if html is None:
        seen: dict[str, object] = {
            "about": kind.about,
            "label": kind.label,
            "gap": kind.gap,
            "within": kind.within,
        }
        seen |= {"curating": kind.curating, "marks": MARKS, "post_id": POST, **PLACES}
        seen |= {"number": PLACES["number"] if kind.numbered else ""}
        seen |= {name: safe(PLACES[name]) for name in ("card", "same", "papers")}
        html = render_to_string(TEMPLATE, seen)
        _kept.put(key, html)
    return html
