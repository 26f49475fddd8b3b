"""The OpenAPI 3.1 document, made from the routes: what a route declares is what is documented.

Source: OpenAPI Specification 3.1.0. `tests/contract.py` holds real answers against the same declarations.
"""

import re
from collections.abc import Iterable
from functools import cache
from inspect import getdoc
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from openrounds.api import endpoints
from openrounds.api.entities.error import Error
from openrounds.api.render.instance import OUR_VERSION
from openrounds.api.routing import ROUTES, Caller, Route
from openrounds.oauth import scopes

Json = dict[str, Any]
REF = "#/components/schemas/{name}"
FORMS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
DECIMAL = {"type": "string", "pattern": "^[0-9]+$"}
ABOUT = (
    "Mastodon's client API and what OpenRounds adds to it under /api/openrounds. Bodies may be JSON, form or multipart; "
    "ids are decimal strings; every error is an `Error`."
)


@cache
def document() -> bytes:
    """The whole document as JSON; made once per process."""
    endpoints.load()
    schemas, components = _schemas(ROUTES)
    paths: dict[str, Json] = {}
    for route in sorted(ROUTES, key=lambda r: (r.path, r.method)):
        place = paths.setdefault(re.sub(r":(\w+)", r"{\1}", route.path), {})
        place[route.method.lower()] = _operation(route, schemas, components)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "OpenRounds", "version": OUR_VERSION, "description": ABOUT},
            "servers": [{"url": "/"}],
            "paths": paths,
            "components": {"schemas": components, "securitySchemes": {"oauth": _oauth()}},
        }
    )


def alternatives(kind: Any) -> tuple[Any, ...]:
    """The members of a union of entities, which JSON does not tell apart by itself; otherwise the type alone."""
    is_union = get_origin(kind) in (Union, UnionType)
    return get_args(kind) if is_union else (kind,)


def _schemas(routes: Iterable[Route]) -> tuple[dict[Any, Json], dict[str, Json]]:
    """The schema of every declared type by its words, and what they refer to."""
    types = [
        part for route in routes for kind in (route.params, route.returns) for part in alternatives(kind)
    ]
    named = {repr(kind): kind for kind in [*types, Error] if kind not in (None, bytes)}
    found, components = msgspec.json.schema_components(named.values(), ref_template=REF)
    return dict(zip(named, found, strict=True)), components


def _operation(route: Route, schemas: dict[Any, Json], components: dict[str, Json]) -> Json:
    summary, _, more = (getdoc(route.handler) or _from_name(route)).partition("\n\n")
    described: Json = {
        "operationId": f"{route.method.lower()}{re.sub(r'[^a-z0-9]+', '_', route.path)}",
        "summary": " ".join(summary.split()),
        "tags": [route.handler.__module__.rpartition(".")[2]],
        "security": _security(route),
        "parameters": [_in_path(name) for name in re.findall(r":(\w+)", route.path)],
        "responses": {"200": _answer(route.returns, schemas), "default": _error(schemas)},
    }
    if more:
        described["description"] = more
    if route.params is not None:
        schema = schemas[repr(route.params)]
        if route.method == "GET":
            described["parameters"] += _in_query(schema, components)
        else:
            described["requestBody"] = {"content": {form: {"schema": schema} for form in FORMS}}
    return described


def _from_name(route: Route) -> str:
    return f"{route.handler.__name__.replace('_', ' ').capitalize()}."


def _security(route: Route) -> list[dict[str, list[str]]]:
    """Either of these; the empty one means: without a token too."""
    with_token = {"oauth": [route.access.scope] if route.access.scope else []}
    if route.access.caller is Caller.CLIENT:
        return [{}]
    return [{}, with_token] if route.access.caller is Caller.ANYONE else [with_token]


def _in_path(name: str) -> Json:
    schema = DECIMAL if name == "id" or name.endswith("_id") else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(schema: Json, components: dict[str, Json]) -> list[Json]:
    """Each field of the Struct; a list is sent as `name[]=…&name[]=…`."""
    struct = components[schema["$ref"].rpartition("/")[2]]
    return [
        {
            "name": f"{name}[]" if field.get("type") == "array" else name,
            "in": "query",
            "required": name in struct.get("required", ()),
            "schema": field,
        }
        for name, field in struct["properties"].items()
    ]


def _answer(returns: Any, schemas: dict[Any, Json]) -> Json:
    if returns is bytes:
        return {"description": "The document", "content": {"*/*": {}}}
    if returns is str:
        return {"description": "Text", "content": {"text/plain": {"schema": schemas[repr(str)]}}}
    options = [schemas[repr(part)] for part in alternatives(returns)]
    schema = options[0] if len(options) == 1 else {"anyOf": options}
    return {"description": "Done", "content": {"application/json": {"schema": schema}}}


def _error(schemas: dict[Any, Json]) -> Json:
    return {"description": "Refused", "content": {"application/json": {"schema": schemas[repr(Error)]}}}


def _oauth() -> Json:
    return {
        "type": "oauth2",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/oauth/authorize",
                "tokenUrl": "/oauth/token",
                "scopes": {scope: scope for scope in sorted(scopes.ALL)},
            }
        },
    }
