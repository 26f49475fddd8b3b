"""Choosing the language of the pages and the zone of their times."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from openrounds.accounts.actions import set_locale
from openrounds.accounts.models import User
from openrounds.web.language import ZONE_COOKIE, languages, remember, zones
from openrounds.web.views.own_settings import either


@either
def choose(request: HttpRequest) -> HttpResponse:
    """For everybody, signed in or not. What is not on the lists is passed over."""
    if request.method != "POST":
        page = {
            "title": _("Language and times"),
            "zones": zones(),
            "zone": get_current_timezone_name(),
        }
        return render(request, "settings/language.html", page)
    response = redirect(_next(request))
    language, zone = request.POST.get("language", ""), request.POST.get("zone", "")
    if language in languages():
        remember(request, response, settings.LANGUAGE_COOKIE_NAME, language)
        if isinstance(request.user, User):
            set_locale(request.user, language)
    if zone in zones():
        remember(request, response, ZONE_COOKIE, zone)
    return response


def _next(request: HttpRequest) -> str:
    """Where the reader was, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)

    return wanted if ours else "/language"
