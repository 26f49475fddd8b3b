"""Two hosts who save at once: the second is shown what the first has stored."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from openrounds.core.errors import Conflict, Refusal


def theirs(present: forms.Form, sent: forms.Form, refusal: Refusal) -> dict[str, Any]:
    """After a conflict: what is stored by now, field by field where it differs from what was sent."""
    if not isinstance(refusal, Conflict):
        return {}
    rows = []
    for name, field in present.fields.items():
        stored = present.get_initial_for_field(field, name)
        typed = field.widget.value_from_datadict(sent.data, sent.files, name)
        if isinstance(typed, bool) and typed != bool(stored):
            rows.append((field.label, _("Yes") if stored else _("No")))
        elif (
            isinstance(typed, str) and str(stored or "") != typed.replace("\r\n", "\n") and name != "version"
        ):
            rows.append((field.label, _said(field, stored)))
    fresh = present.get_initial_for_field(present.fields["version"], "version")
    return {"conflict": rows, "fresh_version": fresh}


def _said(field: forms.Field, stored: Any) -> Any:
    """What is chosen from a list as the list says it."""
    choices: Any = getattr(field, "choices", ())
    return dict(choices).get(stored, stored)
