"""What templates need beyond Django's own."""

from datetime import datetime

from django import template

from openrounds.core.html import safe

register = template.Library()


@register.filter
def made_safe(markup: str) -> str:
    """HTML out of the API's renderers, which have cleaned it (`core.html`, `core.text`). Never for anything else."""
    return safe(markup)


@register.filter
def moment(text: str) -> datetime:
    """An ISO date of the API, for Django's `date` filter."""
    return datetime.fromisoformat(text)
