"""What crawlers are asked to leave alone. Whether a page may be indexed at all is said on the page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

CLOSED = (
    "/admin/",
    "/api/",
    "/auth/",
    "/media/",
    "/moderation",
    "/oauth/",
    "/search",
    "/settings",
    "/teams",
    "/welcome",
)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
