"""Forms of the moderators. Each decision asks for a reason and, where it takes something from somebody, for a tick."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openrounds.moderation.rules import REASON_LIMIT

LIMIT, UNLIMIT, SUSPEND, RESTORE = "limit", "unlimit", "suspend", "restore"
MEASURES = {
    LIMIT: _("Limit: only followers meet what this account posts"),
    UNLIMIT: _("Lift the limit"),
    SUSPEND: _("Suspend: nobody sees it, and nobody can sign in to it"),
    RESTORE: _("Lift the suspension"),
}


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LIMIT, widget=forms.Textarea(attrs={"rows": 3})
    )


class RejectForm(ReasonForm):
    """Turning somebody away."""

    sure = forms.BooleanField(label=_("Yes, turn this person away and delete the application"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("It is sent to the person by mail.")


class ResolveForm(forms.Form):
    """The report is dealt with."""

    reason = forms.CharField(
        label=_("What was decided"), max_length=REASON_LIMIT, widget=forms.Textarea(attrs={"rows": 3})
    )


class MeasureForm(ReasonForm):
    """What becomes of an account."""

    measure = forms.ChoiceField(label=_("What is to be done"))
    sure = forms.BooleanField(label=_("I have read what this is about and have decided"))
    field_order = ("measure", "reason", "sure")

    def __init__(self, *args: Any, limited: bool, suspended: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [UNLIMIT if limited else LIMIT, RESTORE if suspended else SUSPEND]
        measure = self.fields["measure"]
        assert isinstance(measure, forms.ChoiceField)
        measure.choices = [(name, MEASURES[name]) for name in possible]
