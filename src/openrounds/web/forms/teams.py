"""Forms of teams."""

from django import forms
from django.utils.translation import gettext_lazy as _

from openrounds.accounts.models import TeamRight
from openrounds.accounts.rules import DISPLAY_NAME_LIMIT, SPECIALTY_LIMIT
from openrounds.core.names import LOCAL_USERNAME_LIMIT

RIGHTS = [
    (TeamRight.POSTER.value, _("May post as the team")),
    (TeamRight.OWNER.value, _("May also choose the members and edit the profile")),
]


class TeamForm(forms.Form):
    """A new team."""

    username = forms.CharField(
        label=_("User name"),
        max_length=LOCAL_USERNAME_LIMIT,
        help_text=_("Letters, digits and underscores. Everybody sees it, and it stays."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    display_name = forms.CharField(label=_("Name"), max_length=DISPLAY_NAME_LIMIT, required=False)
    specialty = forms.CharField(label=_("Specialty or subject"), max_length=SPECIALTY_LIMIT, required=False)


class MemberForm(forms.Form):
    """Somebody who joins a team."""

    member = forms.CharField(
        label=_("User name of the new member"),
        max_length=LOCAL_USERNAME_LIMIT + 1,
        help_text=_("A person of this server."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
        ),
    )
    right = forms.ChoiceField(label=_("What this person may do"), choices=RIGHTS)
