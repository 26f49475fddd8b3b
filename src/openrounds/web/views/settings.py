"""What a signed-in person sees to: apps, sessions, sign-out everywhere, what he still waits for."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from openrounds.accounts.adapter import send_confirmation
from openrounds.core.errors import TooManyRequests
from openrounds.oauth.actions import end_access, revoke_use
from openrounds.oauth.queries import list_uses
from openrounds.portability.queries import departure_of
from openrounds.web.access import for_members, person_of


@require_GET
@for_members
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/settings.html")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """For those who are signed in but may not act yet, or no longer."""
    person = person_of(request)
    if person.may_act and not person.account.suspended_at:
        return redirect("settings")
    if request.method == "POST" and not person.confirmed_at:
        _send_again(request)
    page = {"person": person, "departure": departure_of(person.account_id)}
    return render(request, "pages/waiting.html", page)


def _send_again(request: HttpRequest) -> None:
    try:
        send_confirmation(person_of(request), request)
    except TooManyRequests:
        messages.warning(request, _("We have sent several mails already. Try again in half an hour."))
    else:
        messages.success(request, _("The mail is on its way."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def applications(request: HttpRequest) -> HttpResponse:
    """The apps that act for the person; a POST shuts one out."""
    person = person_of(request)
    if request.method == "POST":
        chosen = request.POST.get("application", "")
        if chosen.isdecimal() and len(chosen) < 19:
            revoke_use(person, int(chosen))
        return redirect("applications")
    return render(request, "pages/applications.html", {"uses": list_uses(person)})


@require_POST
@login_required
def log_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Every browser and every app, this browser included."""
    end_access(person_of(request), "signed out everywhere")
    logout(request)
    return redirect("account_login")
