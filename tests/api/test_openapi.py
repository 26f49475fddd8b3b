"""The OpenAPI document: whole, consistent, and about the routes that there are."""

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests.conftest import ApiClient
from tests.contract import assert_matches

from openrounds.api import endpoints
from openrounds.api.routing import ROUTES, Caller, Route, anyone
from openrounds.oauth.scopes import ALL

endpoints.load()


@pytest.fixture
def document(anonymous: ApiClient) -> dict[str, Any]:
    answer = anonymous.get("/api/openapi.json")
    assert answer["Cache-Control"] == "public, max-age=3600"
    return answer.json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    return ((verb, path, op) for path, verbs in document["paths"].items() for verb, op in verbs.items())


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_route_is_documented(document: dict[str, Any]) -> None:
    documented = {(verb.upper(), re.sub(r"{(\w+)}", r":\1", path)) for verb, path, _ in operations(document)}
    assert documented == {(route.method, route.path) for route in ROUTES}


def test_document_has_the_shape_of_version_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert set(document["info"]) >= {"title", "version"}
    ids = [op["operationId"] for _, _, op in operations(document)]
    assert len(ids) == len(set(ids))
    for verb, path, op in operations(document):
        assert verb in ("get", "post", "put", "patch", "delete")
        assert op["summary"]
        assert {"200", "default"} <= op["responses"].keys()
        named = {each["name"] for each in op["parameters"] if each["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
        assert ("requestBody" in op) <= (verb != "get")


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in schemas)


def test_security_names_scopes_that_exist(document: dict[str, Any]) -> None:
    for _, _, op in operations(document):
        assert op["security"]
        assert {scope for way in op["security"] for scope in way.get("oauth", ())} <= ALL
    open_to_all = {(verb.upper(), path) for verb, path, op in operations(document) if {} in op["security"]}
    callers = {(r.method, re.sub(r":(\w+)", r"{\1}", r.path)): r.access.caller for r in ROUTES}
    assert open_to_all == {key for key, caller in callers.items() if caller in (Caller.ANYONE, Caller.CLIENT)}


def test_query_takes_lists_with_brackets(document: dict[str, Any]) -> None:
    given = {each["name"]: each for each in document["paths"]["/api/v1/statuses"]["get"]["parameters"]}
    assert given["id[]"]["schema"]["type"] == "array"


def test_every_entity_and_every_set_of_parameters_says_what_it_is() -> None:
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("openrounds.api.")]
    structs = {
        kind
        for module in modules
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, msgspec.Struct) and kind.__module__ == module.__name__
    }
    silent = [
        f"{s.__module__}.{s.__name__}" for s in structs if not s.__doc__ and not s.__name__.startswith("_")
    ]
    assert not silent


class Pair(msgspec.Struct):
    one: int
    two: str | None = None


class Answer:
    """As much of a response as the contract looks at."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.content, self.status_code = body, status

    def __getitem__(self, name: str) -> str:
        return "application/json"


@pytest.mark.parametrize(
    ("returns", "body", "fits"),
    [
        (Pair, b'{"one": 1, "two": null}', True),
        (Pair, b'{"one": 1}', False),
        (Pair, b'{"one": "1", "two": null}', False),
        (Pair, b'{"one": 1, "two": null, "three": 3}', False),
        (list[Pair], b'[{"one": 1, "two": "x"}]', True),
        (list[Pair], b'[{"one": 1, "two": "x", "three": 3}]', False),
        (dict[str, Any], b'{"anything": [1]}', True),
    ],
)
def test_contract_tells_what_fits(returns: Any, body: bytes, fits: bool) -> None:
    route = Route("GET", "/x", anyone(), "api", handler=lambda call: None, returns=returns)
    if fits:
        assert_matches(route, Answer(body))
    else:
        with pytest.raises(AssertionError):
            assert_matches(route, Answer(body))
