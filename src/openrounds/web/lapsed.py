"""Somebody who was signed in and is no longer, in the middle of something: nothing that he wrote is lost over it."""

from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

FORGERY = "csrfmiddlewaretoken"


def by_script(request: HttpRequest) -> bool:
    """Whether a script has asked, which shows the sentence of a refusal and has no use for a page."""
    return "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "XMLHttpRequest"


def plainly(sentence: str, status: int) -> HttpResponse:
    """For scripts."""
    return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")


def signed_out(request: HttpRequest) -> HttpResponse:
    """Instead of a page that is for members alone."""
    if by_script(request):
        return plainly(_("You have been signed out. Load the page again and sign in."), 401)
    if written(request):
        page = {"title": _("You have been signed out"), "lapsed": True}
        return keep(request, page)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    return redirect_to_login(stood(request))


def keep(request: HttpRequest, page: dict[str, object]) -> HttpResponse:
    """What was sent and not taken, to be copied or sent again."""
    sign_in = f"{resolve_url('account_login')}?{urlencode({'next': stood(request)})}"
    page |= {
        "written": written(request),
        "sent": _sent(request),
        "sign_in": sign_in,
        "files": bool(request.FILES),
    }
    return render(request, "pages/again.html", page, status=403)


def written(request: HttpRequest) -> list[str]:
    """The words among what a form has sent: more than a name, and no password."""
    if request.method != "POST":
        return []
    return [text for name, text in _sent(request) if name == "text" or len(text.split()) > 1]


def stood(request: HttpRequest) -> str:
    """The page on which the form stood, as far as it is one of ours."""
    named, before = request.POST.get("next", ""), urlsplit(request.headers.get("Referer", ""))
    if named.startswith("/") and url_has_allowed_host_and_scheme(named, allowed_hosts=None):
        return named
    if before.netloc == request.get_host():
        return f"{before.path}?{before.query}" if before.query else before.path
    return reverse("home")


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    pairs = ((name, text) for name, texts in request.POST.lists() for text in texts)
    return [
        (name, text) for name, text in pairs if name != FORGERY and "password" not in name and text.strip()
    ]
