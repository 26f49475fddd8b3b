"""In which language and time zone a reader is answered. Both are kept in the browser, the language with the account too."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from openrounds.accounts.models import User

ZONE_COOKIE = "zone"
YEAR = 365 * 24 * 3600


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """The places that tz database names, without its abbreviations and aliases such as `EST5EDT`."""
    regions = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ["UTC", *sorted(name for name in available_timezones() if name.startswith(regions))]


def languages() -> dict[str, str]:
    """Code and name, in itself, of each language that the pages speak."""
    return dict(settings.LANGUAGES)


def remember(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", httponly=name != ZONE_COOKIE, secure=request.is_secure()
    )


class ReaderZone:
    """Django middleware: times in the reader's zone, where the browser has told it; and the language of whoever signs in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(ZONE_COOKIE, "")
        with timezone.override(ZoneInfo(name) if name in zones() else None):
            response = self.get_response(request)
        chosen: str = getattr(request, "chosen_language", "")
        if chosen:
            remember(request, response, settings.LANGUAGE_COOKIE_NAME, chosen)
        return response


@receiver(user_logged_in)
def take_along(request: HttpRequest, user: User, **_: Any) -> None:
    """The language that somebody has chosen is that of the next browser, too."""
    if user.locale in languages():
        request.chosen_language = user.locale  # type: ignore[attr-defined]
