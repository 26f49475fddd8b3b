"""Pages and what belongs to them go out compressed, with or without a proxy in front. The API compresses its own answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from openrounds.core.compression import compress

TEXTS = ("text/", "application/json", "application/manifest+json", "application/rss+xml", "image/svg+xml")


class Compression:
    """Django middleware, around all others that make or change an answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Files are streamed: ours are compressed already, those of others are pictures and films.
        if isinstance(response, HttpResponse) and _is_plain_text(response):
            patch_vary_headers(response, ("Accept-Encoding",))
            _compress(request, response)
        return response


def _is_plain_text(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").startswith(TEXTS) and not response.has_header("Content-Encoding")


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    body, encoding = compress(response.content, request.headers.get("Accept-Encoding", ""), hide_length=True)
    if not encoding:
        return
    response.content, response["Content-Encoding"] = body, encoding
    response["Content-Length"] = str(len(body))
    tag = response.get("ETag", "")
    if tag.startswith('"'):
        response["ETag"] = f"W/{tag}"  # the same words in other bytes (RFC 9110, 8.8.1)
