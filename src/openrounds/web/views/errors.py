"""Pages for what went wrong."""

import sys
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openrounds.core.errors import NotFound, Refusal
from openrounds.web.lapsed import by_script, keep, plainly, written
from openrounds.web.words import refusal_in_words

CSRF = gettext_lazy("For your safety nothing was done. Go back, load the page again and repeat what you did.")
NOT_FOUND = gettext_lazy("There is nothing here, or it is not for you to see.")


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Whatever a layer below has turned down."""
    if by_script(request):
        return plainly(refusal_in_words(refusal.message), refusal.status)
    if isinstance(refusal, NotFound):
        return not_found(request)
    page = {"title": _("This was not possible"), "what": refusal_in_words(refusal.message)}
    return render(request, "pages/error.html", page, status=refusal.status)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's signature
    """A form from another site, or one that was open for too long; then what was written in it is shown again."""
    if by_script(request):
        return plainly(_("This page is out of date. Load it again, then repeat what you did."), 403)
    if written(request) and _is_ours(request):
        return keep(request, {"title": _("This form is out of date")})
    return render(
        request, "pages/error.html", {"title": _("This form is out of date"), "what": CSRF}, status=403
    )


def _is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of ours."""
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(said).netloc == request.get_host()


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return render(request, "pages/error.html", {"title": _("Not found"), "what": NOT_FOUND}, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's signature
    """The operators' own pages, for everybody else. Asks nothing of the database."""
    return _bare(_("Not for you"), _("Only those who run this server may open this page."), 403)


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's signature
    """What no browser of good will sends: too large, or against the protocol."""
    return _bare(
        _("This was not possible"), _("What your browser sent cannot be understood, or is too large."), 400
    )


def _bare(title: str, what: str, status: int) -> HttpResponse:
    page = render_to_string("pages/nothing.html", {"title": title, "what": what})
    return HttpResponse(page, status=status)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """An address that only takes forms, opened like a page: out of a history, a bookmark, or after signing in."""
    page = {"title": _("Nothing to read here"), "what": _("This address only takes what a form sends.")}
    return render(request, "pages/error.html", page, status=405)


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """Called while the exception is handled. A database that is away, or has no room to write, is no fault of the program:
    503, and when to come again. The page itself asks nothing of the database."""
    page = render_to_string("500.html")
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return HttpResponse(page, status=503, headers={"Retry-After": "5"})
    return HttpResponse(page, status=500)
