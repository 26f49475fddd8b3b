"""Headers of every page. The API answers before this and has its own."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import deactivate

from openrounds.api.render.instance import streaming_origin
from openrounds.core.errors import Refusal
from openrounds.core.options import options
from openrounds.web.lapsed import by_script
from openrounds.web.sent import EVERYTHING, taken
from openrounds.web.views.errors import not_allowed, refused

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class PageHeaders:
    """Django middleware: a strict Content-Security-Policy, and nothing kept by caches unless a page says otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = _policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.get_response(request)
            if isinstance(response, HttpResponseNotAllowed) and not by_script(request):
                response = _said(response, not_allowed(request))
        finally:
            # Django leaves the reader's language on; the next call of the API, which reaches no middleware of languages,
            # would be answered in it.
            deactivate()
        targets = getattr(response, "form_targets", "'self'")
        streams = streaming_origin(request.get_host()) if response.status_code != 400 else ""
        policy = f"{self.policy}; connect-src 'self' {streams}; form-action {targets}"
        response.setdefault("Content-Security-Policy", policy)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cache-Control", "private, no-store")
        return taken(request, response, EVERYTHING) if getattr(request, "signed_out", False) else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What the layers below refuse becomes a page that says so."""
        return refused(request, exception) if isinstance(exception, Refusal) else None


def _said(refusal: HttpResponseNotAllowed, page: HttpResponse) -> HttpResponse:
    """The page instead of an empty answer, with the methods that there are."""
    page["Allow"] = refusal["Allow"]
    return page


def _policy() -> str:
    """Scripts and styles from our own files only; pictures from where uploads are kept, too."""
    media = urlsplit(options().media_host)
    files = f"'self' {media.scheme}://{media.netloc}" if media.netloc else "'self'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src {files} data:; media-src {files}; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
