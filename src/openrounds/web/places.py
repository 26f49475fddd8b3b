"""Places for what is each reader's or each post's own in what is drawn once for many: a token against forgery, a name, an id.

Nobody can write them into a page, since they are made anew by each process and never leave it.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping

from django.utils.html import escape

from openrounds.core.html import safe

DIGITS = 30
_places: defaultdict[str, str] = defaultdict(lambda: str(10**DIGITS + secrets.randbelow(9 * 10**DIGITS)))


def place(name: str) -> str:
    """Where that is to stand: digits alone, so that it passes through templates and addresses as numbers and names do."""
    return _places[name]


def fill(html: str, own: Mapping[str, object]) -> str:
    """The drawn HTML with what is its own, by name. That is only asked for its text where it has a place, since asking for
    the token sets a cookie."""
    for name, value in own.items():
        if (spot := place(name)) in html:
            html = html.replace(spot, escape(str(value)))
    return safe(html)
