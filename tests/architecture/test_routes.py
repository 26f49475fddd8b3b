"""Every route of the client API says who may call it and how often, and somebody tests it."""

import inspect
import re
import sys

import pytest
from tests.architecture.called import strings
from tests.architecture.tree import SOURCE, TESTS, python_files

from openrounds.api import endpoints
from openrounds.api.rates import SPECIAL
from openrounds.api.routing import ROUTES, Caller, Route
from openrounds.oauth.scopes import ALL

endpoints.load()

# What changes something without a person's scope: where an app introduces itself, gets or gives back a token, or
# signs a person up or reminds him of his mail.
WITHOUT_A_SCOPE = {
    "POST /api/v1/apps",
    "POST /oauth/token",
    "POST /oauth/revoke",
    "POST /oauth/userinfo",
    "POST /api/v1/accounts",
    "POST /api/v1/emails/confirmations",
}
# Reads that need a body, so they are no GET.
READ_BY_POST = {"POST /api/v1/statuses/:id/translate", "POST /oauth/userinfo"}
# Whoever uploads asks whether the file is ready, with the same scope.
READ_BY_WRITERS = {"GET /api/v1/media/:id"}


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


each_route = pytest.mark.parametrize("route", ROUTES, ids=name_of)


@each_route
def test_route_has_a_rate_class(route: Route) -> None:
    assert route.rate in SPECIAL


@each_route
def test_route_has_a_scope_that_exists(route: Route) -> None:
    assert route.access.scope in ALL | {""}


@each_route
def test_route_that_changes_something_needs_a_scope(route: Route) -> None:
    assert route.method == "GET" or route.access.scope or name_of(route) in WITHOUT_A_SCOPE


@each_route
def test_route_asks_for_no_more_than_it_does(route: Route) -> None:
    reads = route.method == "GET" or name_of(route) in READ_BY_POST
    words = route.access.scope.replace("admin:", "").split(":")
    assert words[0] not in ({"write"} if reads else {"read"}) or name_of(route) in READ_BY_WRITERS


@each_route
def test_route_of_a_moderator_needs_an_admin_scope(route: Route) -> None:
    of_moderators = route.access.caller is Caller.MODERATOR
    assert of_moderators == route.access.scope.startswith("admin:")
    assert of_moderators == ("/admin/" in route.path)


@each_route
def test_handler_takes_what_the_path_names(route: Route) -> None:
    _, *taken = inspect.signature(route.handler).parameters
    assert sorted(taken) == sorted(re.findall(r":(\w+)", route.path))


@pytest.fixture(scope="module")
def called_by_tests() -> str:
    files = [path for path in python_files(TESTS) if "architecture" not in path.parts]
    return "".join(f"{text}\n" for path in files for text in strings(path))


@each_route
def test_route_is_called_by_a_test(route: Route, called_by_tests: str) -> None:
    segments = [r"[^/\"'\s?]+" if part.startswith(":") else re.escape(part) for part in route.path.split("/")]
    assert re.search("/".join(segments) + r"[\"'?\s]", called_by_tests)


def test_no_listed_exception_outlives_its_route() -> None:
    assert {name_of(route) for route in ROUTES} >= WITHOUT_A_SCOPE | READ_BY_POST | READ_BY_WRITERS


def test_every_file_of_endpoints_is_loaded() -> None:
    files = [path for folder in ("mastodon", "openrounds") for path in python_files(SOURCE / "api" / folder)]
    modules = {".".join(path.relative_to(SOURCE.parent).with_suffix("").parts): path for path in files}
    assert {name.removesuffix(".__init__") for name in modules} <= sys.modules.keys()
