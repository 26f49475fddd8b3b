"""The door of the client API: the first middleware, which answers every API path itself.

Pages go on to Django's other middleware (sessions, CSRF, …), none of which the API needs: it knows no cookies. Everything
that leaves here is JSON, with the headers that browsers' apps need, errors and unknown paths included.
"""

import logging
from collections.abc import Callable
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from openrounds.api import bodies, endpoints, rates
from openrounds.api.call import Call, Reply
from openrounds.api.render.instance import streaming_url
from openrounds.api.routing import Access, Caller, Rate, Route, find
from openrounds.core.compression import compress
from openrounds.core.errors import Invalid, NotFound, NotPermitted, NotSignedIn, Refusal
from openrounds.core.options import options
from openrounds.oauth.access import Viewer, viewer_of
from openrounds.oauth.actions import note_use

logger = logging.getLogger(__name__)
PREFIXES = (
    "/api/",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/userinfo",
    "/.well-known/",
    "/nodeinfo/",
    "/health",
)
EXPOSED = "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Mastodon-Async-Refresh, Deprecation"
STREAMS = "/api/v1/streaming"
SAFE = ("GET", "HEAD", "OPTIONS")

endpoints.load()


class ApiGateway:
    """Django middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        response = _preflight(request) if request.method == "OPTIONS" else respond(request)
        return _finish(request, response)


def respond(request: HttpRequest) -> HttpResponse:
    """Answers one API request; whatever is raised on the way becomes a JSON error."""
    try:
        return _response(_handle(request))
    except Refusal as problem:
        return _refused(problem)
    except (DisallowedHost, RequestDataTooBig) as problem:
        return _error(400, str(problem))
    except (OperationalError, InterfaceError):
        logger.exception("the database does not answer")
        return _error(503, "The server is not able to answer just now", {"Retry-After": "5"})
    except Exception:
        logger.exception("%s %s failed", request.method, request.path_info)
        return _error(500, "Something went wrong on the server")


def _handle(request: HttpRequest) -> Any:
    try:
        route, arguments = _route(request)
        viewer = _viewer(request, route.access)
    except Refusal:
        _charge(Call(request, None), "api")  # who tries tokens or paths is counted too
        raise
    call = Call(request, viewer)
    _charge(call, route.rate)
    _admit(route.access, viewer)
    bodies.admit(request, route, signed_in=viewer is not None)
    return route.handler(call, **arguments)


def _route(request: HttpRequest) -> tuple[Route, dict[str, Any]]:
    route, arguments, methods = find(request.method or "GET", request.path_info)
    if route is not None:
        return route, arguments
    if request.path_info.startswith(STREAMS):
        raise StreamsAreElsewhere(Call(request, None).base)
    raise NotFound if not methods else MethodNotAllowed(methods)


def _charge(call: Call, rate: Rate) -> None:
    call.request.rate_headers = rates.charge(call, rate)  # type: ignore[attr-defined]


class MethodNotAllowed(Refusal):
    status = 405
    default = "This method is not known here"

    def __init__(self, methods: list[str]) -> None:
        super().__init__()
        self.headers = {"Allow": ", ".join(methods)}


class StreamsAreElsewhere(Refusal):
    """A stream was asked for at the pages' port. No redirect: WebSockets follow none, and others lose their token on it."""

    status = 421  # Misdirected Request (RFC 9110, 15.5.20)

    def __init__(self, base: str) -> None:
        place = f"Streams are at {streaming_url(base)}{STREAMS}, as /api/v2/instance says"
        proxy = f"The proxy in front must lead {STREAMS} to the streaming port"
        super().__init__(proxy if options().domain else place)


def _viewer(request: HttpRequest, access: Access) -> Viewer | None:
    if access.caller is Caller.CLIENT:
        return None
    kind, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() == "bearer":
        return note_use(viewer_of(token.strip()))
    if (
        request.method not in SAFE
        and settings.SESSION_COOKIE_NAME in request.COOKIES
        and access.caller != Caller.ANYONE
    ):
        raise NotPermitted("The API takes access tokens, not cookies")
    return None


def _admit(access: Access, viewer: Viewer | None) -> None:
    if viewer is None:
        if access.caller not in (Caller.ANYONE, Caller.CLIENT):
            raise NotSignedIn
        return
    if access.scope and not viewer.may(access.scope):
        raise NotPermitted("This action is outside the authorized scopes")
    if access.caller in (Caller.PERSON, Caller.MODERATOR) and viewer.account_id is None:
        raise Invalid("This method requires an authenticated user")
    if access.caller == Caller.MODERATOR and not viewer.is_moderator:
        raise NotPermitted


def _response(answer: Any) -> HttpResponse:
    reply = answer if isinstance(answer, Reply) else Reply(answer)
    body = reply.body if isinstance(reply.body, bytes) else msgspec.json.encode(reply.body)
    response = HttpResponse(body, status=reply.status, content_type="application/json; charset=utf-8")
    for name, value in reply.headers.items():
        response[name] = value
    return response


def _refused(problem: Refusal) -> HttpResponse:
    body: dict[str, Any] = {"error": problem.message}
    if isinstance(problem, Invalid) and problem.details:
        body["details"] = {
            name: [{"error": code, "description": text} for code, text in problems]
            for name, problems in problem.details.items()
        }
    headers = dict(getattr(problem, "headers", {}))
    if isinstance(problem, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"  # RFC 6750, 3
    return _error(problem.status, body, headers)


def _error(status: int, body: str | dict[str, Any], headers: dict[str, str] | None = None) -> HttpResponse:
    return _response(Reply({"error": body} if isinstance(body, str) else body, status, headers or {}))


def _preflight(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=200, content_type="text/plain")
    response["Access-Control-Allow-Methods"] = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    asked = request.headers.get(
        "Access-Control-Request-Headers", "Authorization, Content-Type, Idempotency-Key"
    )
    response["Access-Control-Allow-Headers"] = asked
    response["Access-Control-Max-Age"] = "7200"
    return response


def _finish(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = EXPOSED
    response["X-Content-Type-Options"] = "nosniff"
    response["Vary"] = "Authorization, Accept-Encoding"
    response.setdefault("Cache-Control", "private, no-store")
    for name, value in getattr(request, "rate_headers", {}).items():
        response.setdefault(name, value)
    _compress(request, response)
    response.setdefault("Content-Length", str(len(response.content)))
    return response


def _compress(request: HttpRequest, response: HttpResponse) -> None:
    if response.has_header("Content-Encoding"):
        return
    body, encoding = compress(response.content, request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding:
        response.content, response["Content-Encoding"] = body, encoding
