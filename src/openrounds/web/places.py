"""Places for each reader's own in what is drawn once for many: a token against forgery, the way back, a name.

Nobody can write them into a page, since they are made anew by each process and never leave it.
"""

import secrets
from collections.abc import Mapping

from django.utils.html import escape

from openrounds.core.html import safe

_SECRET = secrets.token_hex(16)


def place(name: str) -> str:
    """Where that is to stand: letters and digits, so that it passes through templates and addresses as it is."""
    return f"{name}{_SECRET}"


def fill(html: str, own: Mapping[str, object]) -> str:
    """The drawn HTML with what is the reader's own, by name. That is only asked for its text where it has a place, since
    asking for the token sets a cookie."""
    for name, value in own.items():
        if (spot := place(name)) in html:
            html = html.replace(spot, escape(str(value)))
    return safe(html)
