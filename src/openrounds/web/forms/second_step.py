"""Adding a passkey."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth tells no types
    """allauth's, which calls it "passwordless" and leaves it off, so that nobody could sign in with the key he had added."""

    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without a password (a passkey)"),
        required=False,
        initial=True,
        help_text=_(
            "Your device then asks for fingerprint, face or PIN. A plain security key may not be able to."
        ),
    )
