"""People in lists: drawn once for all who are to the reader what they are; who they are is put in."""

from collections.abc import Mapping

from django.template.loader import render_to_string

from openrounds.web.parts import PLACES, kept
from openrounds.web.places import fill, place
from openrounds.web.reading import Someone

OF_ONE = ("called", "acct", "url", "picture")
TIES = ("blocking", "following", "requested")


def drawn(someone: Someone, own: Mapping[str, object], *, is_self: bool) -> str:
    """HTML of one of a list. `own` is what is the reader's own on the page; to himself he can do nothing."""
    relation = None if is_self else someone.relation
    ties = tuple(bool(getattr(relation, tie)) for tie in TIES) if relation else None
    html = kept(("person", ties, someone.why), lambda: _draw(ties, someone.why))
    who = someone.account
    of_one = (who.display_name or who.username, who.acct, who.url, who.avatar_static)
    return fill(html, {**own, "id": who.id, **dict(zip(OF_ONE, of_one, strict=True))})


def _draw(ties: tuple[bool, ...] | None, why: str) -> str:
    shown: dict[str, object] = {name: place(name) for name in OF_ONE}
    if ties:
        shown["relation"] = {"account_id": place("id"), **dict(zip(TIES, ties, strict=True))}
    return render_to_string("pages/person.html", {**shown, "why": why, **PLACES})
