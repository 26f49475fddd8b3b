"""What templates need beyond Django's own."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from django import template
from django.contrib.staticfiles import finders
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from openrounds.api.entities.round import RoundStep
from openrounds.api.entities.status import Status
from openrounds.core.html import safe
from openrounds.core.markdown import render_markdown
from openrounds.media.urls import file_url
from openrounds.rounds.licence_rules import TERMS
from openrounds.web import cards, parts, persons, said_parts, sheets, stage_bodies
from openrounds.web.acts import acts as drawn_acts
from openrounds.web.folding import Item, fold, plain
from openrounds.web.glossary import words_of
from openrounds.web.reading import Someone
from openrounds.web.rooms import Said
from openrounds.web.script_words import words
from openrounds.web.sheets import Sheet

register = template.Library()
SCRIPT, ICONS = "openrounds/build/pages.js", "openrounds/build/icons.css"


@register.filter
def made_safe(markup: str) -> str:
    """HTML out of the API's renderers, which have cleaned it (`core.html`, `core.text`). Never for anything else."""
    return safe(markup)


@register.filter
def moment(text: str) -> datetime:
    """An ISO date of the API, for Django's `date` filter."""
    return datetime.fromisoformat(text)


@lru_cache
def built(name: str) -> bool:
    """Whether `make setup` has built that file; without it pages are plain and work all the same."""
    return finders.find(name) is not None


@register.simple_tag
@lru_cache
def icon(name: str) -> str:
    """One of Lucide's icons, drawn by `icons.css`. Decoration: the words stand beside it."""
    return format_html('<span class="icon icon-{}"></span>', name)


@register.simple_tag
def icons() -> str:
    """The styles that draw icons; without them there is nothing in their place."""
    return format_html('<link rel="stylesheet" href="{}">', static(ICONS)) if built(ICONS) else ""


@register.simple_tag
def stage_body(step: RoundStep) -> str:
    """What a step shows to everybody alike."""
    return stage_bodies.stage_body(step)


@register.simple_tag
def scripts() -> str:
    """The pages' script, and what it says."""
    if not built(SCRIPT):
        return ""
    return format_html('<script type="module" src="{}"></script>{}', static(SCRIPT), words())


@register.simple_tag
def explained(slug: str) -> str:
    """A small link to what the glossary says of a term, to stand beside it."""
    said = gettext("What this means: %s") % words_of(slug)
    return format_html(
        '<a class="explained" href="{}#{}" title="{}"><span aria-hidden="true">?</span>'
        '<span class="hidden">{}</span></a>',
        reverse("glossary"),
        slug,
        said,
        said,
    )


@register.simple_tag(takes_context=True)
def here(context: Context, name: str) -> str:
    """Marks the link to the page that is being read."""
    return format_html(' aria-current="{}"', "page") if context.get("page") == name else ""


@register.simple_tag(takes_context=True)
def part(context: Context, template: str, **shown: Hashable) -> str:
    """A part of the page that is drawn once for all who are shown the same; its template sees nothing else."""
    return parts.part(context, template, shown)


@register.simple_tag(takes_context=True)
def person(context: Context, someone: Someone) -> str:
    """Somebody in a list, with what one can do to him; nothing to oneself."""
    own = str(getattr(context.get("user"), "account_id", ""))
    return persons.drawn(someone, parts.own(context), is_self=someone.account.id == own)


@register.simple_tag(takes_context=True)
def composer(context: Context, sheet: Sheet) -> str:
    """The empty composer, which leads back to the page."""
    return sheets.drawn(sheet, parts.own(context))


@register.simple_tag
def laid_out(posts: Sequence[Status], folds: object, read_up_to: object) -> list[Item]:
    """The posts of a list, folded where the page wishes it."""
    return (fold if folds is True else plain)(posts or [], str(read_up_to or ""))


@register.simple_tag(takes_context=True)
def card(context: Context, post: Status, **how: Hashable) -> str:
    """One post, and what one can do with it; `main=True` where the page is about it, `threaded=True` within its thread, with
    `boosters` where several boosted it, `joined=True` where an answer follows."""
    request = context["request"]
    back = context.get("back") or request.get_full_path()
    return cards.card(request, post, context["csrf_token"], back, **how)


@register.simple_tag(takes_context=True)
def contribution(context: Context, each: Said) -> str:
    """What was said in a room, or the gap where it was deleted; where `curating` is given, with what its host can do."""
    request = context["request"]
    back = context.get("back") or request.get_full_path()
    return said_parts.said(request, each, context["csrf_token"], back, context.get("curating"))


@register.simple_tag
def licence(code: str, rel: str = "") -> str:
    """A licence with its deed, and in words what it keeps back. `rel="license"` where it is that of the page itself."""
    terms = TERMS[code]
    if not terms.deed:
        return gettext("All rights reserved")
    words = [gettext("non-commercial")] * terms.non_commercial + [
        gettext("no changes")
    ] * terms.no_derivatives
    marks = format_html_join("", ' <span class="chip kept-back">{}</span>', ((word,) for word in words))
    rel = f"{rel} noopener noreferrer".strip()
    return format_html('<a href="{}" rel="{}">{}</a>{}', terms.deed, rel, terms.name, marks)


@register.simple_tag(takes_context=True)
def acts(context: Context) -> str:
    """What one can do with the `post` of a card."""
    return drawn_acts(context["post"], {name: context[name] for name in ("member", "mine", "quotes_me")})


@register.filter
def pressed(state: object) -> str:
    """For `aria-pressed`; what nobody is signed in for is not pressed."""
    return "true" if state is True else "false"


@register.filter
def clipped(depth: int) -> int:
    """How far a reply is moved in: no further than the fifth step, or words get no room."""
    return min(depth, 5)


@register.filter
def share(votes: int, total: int) -> int:
    """Per cent, rounded."""
    return round(100 * votes / total) if total else 0


@register.filter
def file_address(name: str) -> str:
    """Where an uploaded file is fetched from."""
    return file_url("", name)


@register.filter
def from_markdown(text: str) -> str:
    """Long texts as `core.markdown` makes them."""
    return safe(render_markdown(text))


@register.filter
def at(counts: Mapping[int, int], place: int) -> int:
    """How many there are at that place."""
    return counts.get(place, 0)
