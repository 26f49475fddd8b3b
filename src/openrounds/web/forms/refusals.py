"""What an action refuses, shown beside the fields that it is about."""

from collections.abc import Mapping

from django import forms

from openrounds.core.errors import Refusal
from openrounds.web.words import refusal_in_words


def take(form: forms.BaseForm, refusal: Refusal, names: Mapping[str, str] | None = None) -> None:
    """Adds the refusal's details to the fields (`names` maps the action's words to the form's), the rest to the form."""
    details = getattr(refusal, "details", None) or {}
    for name, problems in details.items():
        field = (names or {}).get(name, name)
        for _, text in problems:
            form.add_error(field if field in form.fields else None, _sentence(text))
    if not details:
        form.add_error(None, _sentence(refusal.message))


def _sentence(text: str) -> str:
    said = refusal_in_words(text)
    return said if said.endswith((".", "!", "?")) else f"{said}."
