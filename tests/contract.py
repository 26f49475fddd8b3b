"""Holds answers of the API against what their routes declare, key by key."""

from typing import Any

import msgspec
from django.http import HttpResponse

from openrounds.api.entities.error import Error
from openrounds.api.openapi import alternatives
from openrounds.api.routing import Route, find


def assert_matches(route: Route | tuple[str, str], response: HttpResponse) -> None:
    """`route` may be given as (method, path). The answer has every declared key with a value of the declared type, and
    no other key; an error is an `Error`, whatever the route."""
    if response.status_code >= 400:
        declared = Error
    else:
        found = route if isinstance(route, Route) else find(*route)[0]
        assert found, f"{route}: there is no such route"
        declared = found.returns
    if declared in (bytes, str):
        return
    assert response["Content-Type"].startswith("application/json"), response["Content-Type"]
    _assert_one_fits(response.content, alternatives(declared))


def _assert_one_fits(body: bytes, kinds: tuple[Any, ...]) -> None:
    answered, problems = msgspec.json.decode(body), []
    for kind in kinds:
        try:
            typed = msgspec.json.decode(body, type=kind)
        except msgspec.ValidationError as problem:
            problems.append(f"{kind}: {problem}")
            continue
        differences = list(_differences(msgspec.to_builtins(typed), answered, "$"))
        if not differences:
            return
        problems.append(f"{kind}: {'; '.join(differences[:5])}")
    raise AssertionError("\n".join(problems) + f"\n{body[:2000]!r}")


def _differences(declared: Any, answered: Any, path: str) -> Any:
    """Keys that only one of the two has."""
    if isinstance(declared, dict) and isinstance(answered, dict):
        yield from (f"{path}.{key} is not declared" for key in answered.keys() - declared.keys())
        yield from (f"{path}.{key} is missing" for key in declared.keys() - answered.keys())
        for key in declared.keys() & answered.keys():
            yield from _differences(declared[key], answered[key], f"{path}.{key}")
    elif isinstance(declared, list) and isinstance(answered, list):
        for place, (one, other) in enumerate(zip(declared, answered, strict=True)):
            yield from _differences(one, other, f"{path}[{place}]")
