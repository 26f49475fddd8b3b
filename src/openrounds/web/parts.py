"""Parts of pages that look the same to many readers, drawn once and kept: what frames every page, the empty composer.

A part's template sees what it is told and no request, so nothing else can slip into what is kept; the key is made of all of
it, the language and the zone. What is the reader's own is put into its place anew for each (`web.places`).
"""

from collections.abc import Callable, Hashable, Mapping

from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from openrounds.core.cache import MEGABYTE, Kept
from openrounds.web.places import fill, place

PLACES = {name: place(name) for name in ("csrf_token", "back", "here", "name")}
_parts: Kept[Hashable, str] = Kept(4 * MEGABYTE)


def forget_everything() -> None:
    """Empties the cache; for tests that change what all pages have."""
    _parts.clear()


def part(context: Context, template: str, shown: Mapping[str, Hashable]) -> str:
    """HTML of one part. Beside what is `shown` its template has `PLACES`: the token, `here` (the page), where to go `back` to,
    and the reader's `name`."""
    html = kept((template, frozenset(shown.items())), lambda: render_to_string(template, {**shown, **PLACES}))
    return fill(html, own(context))


def kept(key: Hashable, draw: Callable[[], str]) -> str:
    """What was drawn under that key in the reader's language and zone, else what is drawn now."""
    full = (key, get_language(), str(timezone.get_current_timezone()))
    html = _parts.get(full)
    if html is None:
        html = draw()
        _parts.put(full, html)
    return html


def own(context: Context) -> dict[str, object]:
    """What is the reader's own on every page."""
    request = context.get("request")
    here = request.get_full_path() if request else ""
    return {
        "csrf_token": context.get("csrf_token", ""),
        "back": context.get("back") or here,
        "here": here,
        "name": getattr(getattr(request, "user", None), "username", ""),
    }
