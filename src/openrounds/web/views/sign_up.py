"""Where people join."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from openrounds.accounts.adapter import greet
from openrounds.accounts.registration import CLOSED, registrations
from openrounds.accounts.registration import sign_up as take_in
from openrounds.core.errors import Invalid, NotPermitted, TooManyRequests
from openrounds.core.origin import client_ip
from openrounds.web.forms.sign_up import SignUpForm
from openrounds.web.words import refusal_in_words


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("settings")
    if registrations() == "closed":
        return render(request, "account/signup_closed.html", {"why": refusal_in_words(CLOSED)}, status=403)
    form = SignUpForm(request.POST or None, initial={"invite_code": request.GET.get("invite", "")})
    if request.method == "POST" and form.is_valid() and _take_in(request, form):
        return render(request, "account/signed_up.html", {"email": form.cleaned_data["email"]})
    return render(request, "account/signup.html", {"form": form}, status=422 if form.errors else 200)


def _take_in(request: HttpRequest, form: SignUpForm) -> bool:
    """Whether the person may be told that all is done."""
    try:
        account = take_in(**form.cleaned_data, ip=client_ip(request), locale=get_language())
        if not account.user.confirmed_at:
            greet(account.user, form.cleaned_data["email"], request)
    except Invalid as refusal:
        form.take(refusal)
        return False
    except NotPermitted as refusal:
        form.add_error(None, refusal_in_words(refusal.message))
        return False
    except TooManyRequests:
        form.add_error(None, _("Too many people have signed up from your network. Try again in an hour."))
        return False
    return True
