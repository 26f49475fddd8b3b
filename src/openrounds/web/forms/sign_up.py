"""The form of those who are new."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openrounds.accounts.rules import REASON_LIMIT, SPECIALTY_LIMIT
from openrounds.core.errors import Invalid
from openrounds.core.names import EMAIL_LIMIT, LOCAL_USERNAME_LIMIT, BadName, check_username
from openrounds.core.options import options
from openrounds.web.forms.settings import ROLES
from openrounds.web.words import refusal_in_words


class SignUpForm(forms.Form):
    """What is asked depends on who may sign up. What may be in it is judged by `accounts.actions.create_account`."""

    username = forms.CharField(
        label=_("User name"),
        max_length=LOCAL_USERNAME_LIMIT,
        help_text=_("Letters, digits and underscores. Everybody sees it, and it stays."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=EMAIL_LIMIT,
        help_text=_("Nobody sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 8 characters; a few words that only you would put together are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    role = forms.ChoiceField(
        label=_("What you are in medicine"),
        required=False,
        choices=ROLES,
        help_text=_("Shown on your profile. You can change it later."),
    )
    specialty = forms.CharField(
        label=_("Specialty or subject"),
        required=False,
        max_length=SPECIALTY_LIMIT,
        help_text=_("As you would put it."),
    )
    invite_code = forms.CharField(label=_("Invitation code"), max_length=64, required=False)
    reason = forms.CharField(
        label=_("Why you would like to join"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only moderators read this."),
    )
    agreement = forms.BooleanField(
        label=_(
            "I have read the rules and the privacy policy, and will not post what lets a patient be recognised."
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mode = options().registrations
        if mode != "approval":
            del self.fields["reason"]
        else:
            self.fields["reason"].required = not self.data.get("invite_code")
        if mode == "open":
            del self.fields["invite_code"]
        else:
            self.fields["invite_code"].required = mode == "invite"

    def clean_username(self) -> str:
        """Said together with what else is wrong, not after it."""
        name: str = self.cleaned_data["username"]
        try:
            check_username(name)
        except BadName as problem:
            raise forms.ValidationError(f"{refusal_in_words(str(problem))}.") from problem
        return name

    def take(self, refusal: Invalid) -> None:
        """Shows what the action found wrong beside the fields it is about."""
        for name, problems in (refusal.details or {}).items():
            for _code, text in problems:
                self.add_error(name if name in self.fields else None, f"{refusal_in_words(text)}.")
        if not refusal.details:
            self.add_error(None, refusal_in_words(refusal.message))
