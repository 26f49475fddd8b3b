"""The empty composer: what it begins with, and how it stands on pages that are for reading.

There it is drawn once for all to whom it looks the same (who write as nobody but themselves, mostly), and each one's name,
first words and keys are put in.
"""

from collections.abc import Hashable, Mapping, Sequence
from uuid import uuid4

from django.template.loader import render_to_string
from msgspec import Struct

from openrounds.accounts.models import Account
from openrounds.core.options import options
from openrounds.web.forms.compose import ComposeForm
from openrounds.web.parts import PLACES, kept
from openrounds.web.places import fill, place


class Sheet(Struct, frozen=True):
    """What a composer begins with. `actors` are whom one may write as, oneself first; `tags` are offered to be kept, the
    `ticked` ones are."""

    actors: Sequence[Account]
    visibility: int
    text: str = ""
    in_reply_to: int | None = None
    quote_of: int | None = None
    spoiler_text: str = ""
    tags: Sequence[str] = ()
    ticked: Sequence[str] = ()

    @property
    def form(self) -> ComposeForm:
        initial = {
            "text": self.text,
            "visibility": self.visibility,
            "in_reply_to": self.in_reply_to,
            "quote_of": self.quote_of,
            "spoiler_text": self.spoiler_text,
            "tags": list(self.ticked),
        }
        return ComposeForm(initial=initial, actors=self.actors, tags=self.tags)


def drawn(sheet: Sheet, own: Mapping[str, object]) -> str:
    """HTML of the composer, short until it is written in. `own` is what is the reader's own on the page."""
    html = kept(_looks(sheet), lambda: _draw(sheet))
    new = {"text": sheet.text, "answered": sheet.in_reply_to, "key": uuid4().hex}
    return fill(html, {**own, **new, "name": sheet.actors[0].username})


def _looks(sheet: Sheet) -> Hashable:
    """All that makes it look as it does, without what is put in."""
    several = [(actor.username, actor.display_name, actor.is_team) for actor in sheet.actors]
    limits = (options().post_characters, options().max_attachments, options().poll_options)
    written = (sheet.visibility, sheet.quote_of, sheet.spoiler_text, tuple(sheet.tags), tuple(sheet.ticked))
    return ("composer", limits, written, bool(sheet.in_reply_to), tuple(several[:-1] and several))


def _draw(sheet: Sheet) -> str:
    form = sheet.form
    form.initial.update(text=place("text"), key=place("key"))
    if sheet.in_reply_to:
        form.initial["in_reply_to"] = place("answered")
    if len(sheet.actors) == 1:
        form.actors = [Account(username=place("name"))]
    return render_to_string("pages/composer.html", {"composer": form, "short": True, **PLACES})
