"""What a step shows to everybody alike, drawn once and kept: its text, results, pictures and open questions.

The template sees those and the language alone; the key is made of all of it, so what is kept can be neither stale nor
more than its reader may see.
"""

from hashlib import blake2b

import msgspec
from django.template.loader import render_to_string
from django.utils.translation import get_language

from openrounds.api.entities.round import RoundStep
from openrounds.core.cache import MEGABYTE, Kept
from openrounds.core.html import safe

TEMPLATE = "rounds/stage_body.html"
_bodies: Kept[tuple[bytes, str | None], str] = Kept(4 * MEGABYTE)


def stage_body(step: RoundStep) -> str:
    """HTML of one step's body."""
    shown = {name: getattr(step, name) for name in ("text", "results", "pictures", "questions")}
    key = (blake2b(msgspec.json.encode(shown), digest_size=32).digest(), get_language())
    html = _bodies.get(key)
    if html is None:
        html = render_to_string(TEMPLATE, {"step": shown})
        _bodies.put(key, html)
    return safe(html)
