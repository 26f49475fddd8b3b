"""What the templates of settings, the guide and feeds need."""

from django import template

from openrounds.core import text

register = template.Library()


@register.filter
def as_text(markup: str) -> str:
    """What HTML of the API's renderers says, without its tags, to stand in an attribute."""
    return " ".join(text.plain_text(markup).split())
