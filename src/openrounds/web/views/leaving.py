"""Leaving for good, and thinking again."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from openrounds.core.errors import Invalid
from openrounds.core.options import options
from openrounds.portability.leaving_actions import ask_to_leave, stay
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.views.own_settings import answer, either


class LeaveForm(forms.Form):
    """The name, typed: nobody does that by mistake."""

    name = forms.CharField(
        label=gettext_lazy("Your user name"),
        help_text=gettext_lazy("Type it, so that we know that you mean it."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: object, username: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        self.username = username

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip().removeprefix("@")
        if name.lower() != self.username.lower():
            raise forms.ValidationError(_("This is not your user name."))
        return name


@either
@for_members
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def leave(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays; a POST ends all access, this browser's included."""
    person = person_of(request)
    form = LeaveForm(request.POST or None, username=person.username)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_leave(person)
        except Invalid as refusal:
            take(form, refusal)
        else:
            logout(request)
            messages.success(request, _("Your account is gone from view. We have sent you a mail."))
            return redirect("start")
    more = {"template": "settings/leave.html", "days": options().leaving_days}
    return answer(request, form, _("Delete your account"), **more)


@require_POST
@login_required
def come_back(request: HttpRequest) -> HttpResponse:
    stay(person_of(request))
    messages.success(request, _("Good that you stay. Everything is as it was, but for your teams and apps."))
    return redirect("home")
