"""The routes of the client API. Each names who may call it and how often; nothing is reachable that is not here.

`@route("GET", "/api/v1/accounts/:id", anyone("read:accounts"))`: a path segment that starts with a colon is handed to the
function under that name; `id` and `…_id` are whole numbers, and what is none is not found. PUT and PATCH are one, as in Rails.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, Literal

from msgspec import Struct, field

from openrounds.core.errors import NotFound

# Which limits count a call (`api.rates`).
Rate = Literal["api", "media", "delete", "apps", "sign_up", "token", "mail", "archive"]
GREATEST_ID = (1 << 63) - 1


class Caller(Enum):
    """Who a route is for."""

    CLIENT = (
        "client"  # an app that has no token yet, or gives one back: whatever token is sent is not looked at
    )
    ANYONE = "anyone"  # without a token too; but a token that is sent must be good and hold the scope
    APP = "app"  # any token
    PERSON = "person"  # a token of a person
    MODERATOR = "moderator"


class Access(Struct, frozen=True):
    """Who may call, and the scope that the token must hold ("" for none)."""

    caller: Caller
    scope: str = ""


def client() -> Access:
    return Access(Caller.CLIENT)


def anyone(scope: str = "") -> Access:
    return Access(Caller.ANYONE, scope)


def app(scope: str = "") -> Access:
    return Access(Caller.APP, scope)


def person(scope: str) -> Access:
    return Access(Caller.PERSON, scope)


def moderator(scope: str) -> Access:
    return Access(Caller.MODERATOR, scope)


class Route(Struct, frozen=True):
    """One method and path; `rate` names the limits of `api.rates`, `params` and `returns` document it."""

    method: str
    path: str
    access: Access
    rate: Rate
    handler: Callable[..., Any]
    params: type | None = None
    returns: Any = None


class _Node(Struct):
    fixed: dict[str, "_Node"] = field(default_factory=dict)
    named: tuple[str, "_Node"] | None = None
    routes: dict[str, Route] = field(default_factory=dict)


ROUTES: list[Route] = []
_ROOT = _Node()


def route(
    method: str,
    path: str,
    access: Access,
    *,
    rate: Rate = "api",
    params: type | None = None,
    returns: Any = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declares a route. `params` is the Struct of what it takes, `returns` the type of what it answers: both for the
    OpenAPI document and, in tests, held against what really comes and goes."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for verb in ("PUT", "PATCH") if method in ("PUT", "PATCH") else (method,):
            declared = Route(verb, path, access, rate, handler, params, returns)
            node = _place(path)
            if verb in node.routes:
                raise ValueError(f"{verb} {path} is declared twice")
            node.routes[verb] = declared
            ROUTES.append(declared)
        return handler

    return register


def _place(path: str) -> _Node:
    node = _ROOT
    for part in path.strip("/").split("/"):
        if part.startswith(":"):
            if node.named is None:
                node.named = (part[1:], _Node())
            if node.named[0] != part[1:]:
                raise ValueError(f"{path}: call it :{node.named[0]} as its neighbours do")
            node = node.named[1]
        else:
            node = node.fixed.setdefault(part, _Node())
    return node


def find(method: str, path: str) -> tuple[Route | None, dict[str, Any], list[str]]:
    """The route for a request, its path arguments, and the methods that the path knows."""
    node, arguments = _ROOT, {}
    for part in path.strip("/").split("/"):
        if (fixed := node.fixed.get(part)) is not None:
            node = fixed
        elif node.named is not None and part:
            name, node = node.named
            arguments[name] = _argument(name, part)
        else:
            return None, {}, []
    return node.routes.get("GET" if method == "HEAD" else method), arguments, list(node.routes)


def _argument(name: str, text: str) -> int | str:
    if "\x00" in text:  # PostgreSQL cannot even look for it
        raise NotFound
    if name != "id" and not name.endswith("_id"):
        return text
    if not (text.isascii() and text.isdigit() and len(text) < 20) or int(text) > GREATEST_ID:
        raise NotFound
    return int(text)
