"""What a client sent, whatever the way: query, form, multipart or JSON, as one nested dict, then as a typed Struct.

Apps differ in all of it (see docs/api.md): nested names come as `a[b][c]`, lists as `a[]=`, `a[0]=` or `a=` once, truth as
`true`, `1` or `on`.
"""

from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from msgspec import Meta

from openrounds.core.errors import BadRequest, Invalid
from openrounds.media import store

S = TypeVar("S", bound=msgspec.Struct)
Id = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
TRUTH = {"true": True, "1": True, "on": True, "t": True, "yes": True}
TRUTH |= {"false": False, "0": False, "off": False, "f": False, "no": False}
DEEPEST = 6


def read(request: HttpRequest) -> dict[str, Any]:
    """Everything the client sent; the body wins over the query."""
    try:
        found = nest(_pairs(request.GET))
        if request.method not in ("GET", "HEAD"):
            found |= _body(request)
    except TooManyFieldsSent as problem:
        raise BadRequest("Too many parameters") from problem
    except RequestDataTooBig as problem:
        raise BadRequest("The request is too large") from problem
    _refuse_control_characters(found)
    return found


def _body(request: HttpRequest) -> dict[str, Any]:
    kind = request.content_type or ""
    if kind == "application/json":
        return _json(request.body)
    if kind == "multipart/form-data":
        return _multipart(request)
    if kind == "application/x-www-form-urlencoded":
        return nest(_pairs(QueryDict(request.body, encoding="utf-8")))
    return {}


def _json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise BadRequest(f"The body is not JSON: {problem}") from problem
    if not isinstance(found, dict):
        raise BadRequest("The body must be a JSON object")
    return nest(found.items())


def _multipart(request: HttpRequest) -> dict[str, Any]:
    try:
        with store.disk():
            fields, files = MultiPartParser(request.META, request, request.upload_handlers).parse()
    except MultiPartParserError as problem:
        raise BadRequest(f"The form could not be read: {problem}") from problem
    return nest([*_pairs(fields), *_pairs(files)])


def _pairs(data: Any) -> list[tuple[str, Any]]:
    return [(name, value) for name, values in data.lists() for value in values]


def nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """`[("a[b][]", 1), ("a[b][]", 2)]` becomes `{"a": {"b": [1, 2]}}`; repeated plain names become lists."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        head, _, tail = name.partition("[")
        steps = tail.rstrip("]").split("][") if tail else []
        if len(steps) > DEEPEST:
            raise BadRequest(f"{name[:40]}…: nested too deep")
        _put(found, [head, *steps], value)
    return {name: _lists(value) for name, value in found.items()}


def _put(place: dict[str, Any], steps: list[str], value: Any) -> None:
    """Lists are kept as dicts keyed by number until all is read. `a[][x]=1&a[][y]=2&a[][x]=3` is two items, as in Rack."""
    step, *rest = steps
    if step == "":
        last = len(place) - 1
        again = (
            rest
            and str(last) in place
            and isinstance(place[str(last)], dict)
            and rest[0] not in place[str(last)]
        )
        step = str(last if again else last + 1)
    if rest:
        inner = place.setdefault(step, {})
        if not isinstance(inner, dict):
            raise BadRequest(f"{step} is sent both as a value and as a group")
        _put(inner, rest, value)
    elif step in place:
        former = place[step]
        place[step] = [*former, value] if isinstance(former, list) else [former, value]
    else:
        place[step] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(item) for key, item in value.items()}
    return list(inner.values()) if inner and all(key.isdigit() for key in inner) else inner


def _refuse_control_characters(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise BadRequest("A NUL character cannot be stored")
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_control_characters(key)
            _refuse_control_characters(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_control_characters(item)


def convert(found: dict[str, Any], kind: type[S]) -> S:
    """The parameters as that Struct. Unknown ones are passed over, as Mastodon does; wrong ones are refused by name."""
    fields = _fields(kind)
    fitted = {name: _fit(found[name], fields[name]) for name in fields if name in found}
    fitted = {name: value for name, value in fitted.items() if value is not msgspec.UNSET}
    try:
        return msgspec.convert(fitted, kind, strict=False)
    except msgspec.ValidationError as problem:
        missing = "missing required field" in str(problem)
        raise (BadRequest if missing else Invalid)(f"Validation failed: {problem}") from problem


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {f.encode_name: f.type for f in msgspec.structs.fields(kind)}


def _fit(value: Any, kind: Any) -> Any:
    """Bends what apps really send towards the type: one value for a list, `on` for true, "" for absent."""
    kinds = _kinds(kind)
    if list in kinds and not isinstance(value, (list, dict)):
        return [] if value in ("", None) else [value]
    if list not in kinds and isinstance(value, list) and value:
        value = value[-1]
    if bool in kinds and isinstance(value, str):
        value = TRUTH.get(value.lower(), value)
    if value == "" and str not in kinds:
        return msgspec.UNSET
    if (
        str in kinds
        and isinstance(value, (int, float))
        and not isinstance(value, bool)
        and not kinds & {int, float}
    ):
        return str(value)
    return value


def _kinds(kind: Any) -> set[Any]:
    """The bare types of an annotation, unions and Annotated unwrapped."""
    origin = get_origin(kind)
    if origin is None:
        return {kind}
    if origin is list or origin is dict:
        return {origin}
    inner = get_args(kind)[:1] if origin is Annotated else get_args(kind)
    return set().union(*(_kinds(k) for k in inner)) if origin is not type else {kind}


def upload(found: dict[str, Any], name: str) -> "UploadedFile[bytes] | None":
    """The file sent under that name, if one was."""
    value = found.get(name)
    return value if isinstance(value, UploadedFile) else None
