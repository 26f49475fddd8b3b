"""What a client sent, whatever the way: query, form, multipart or JSON, as one nested dict, then as a typed Struct.

Apps differ in all of it (see docs/api.md): nested names come as `a[b][c]`, lists as `a[]=`, `a[0]=` or `a=` once, truth as
`true`, `1` or `on`.
"""

import contextlib
import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from msgspec import Meta

from openrounds.api.routing import GREATEST_ID
from openrounds.core.errors import BadRequest, Invalid
from openrounds.media import store

S = TypeVar("S", bound=msgspec.Struct)
Id = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
TRUTH = {"true": True, "1": True, "on": True, "t": True, "yes": True}
TRUTH |= {"false": False, "0": False, "off": False, "f": False, "no": False}
DEEPEST_NAME, DEEPEST_BODY = 6, 32
MOST_VALUES = 10_000
LONGEST_INDEX = 6


def read(request: HttpRequest) -> dict[str, Any]:
    """Everything the client sent; the body wins over the query."""
    with _refusals():
        found = nest(of_query(request.META.get("QUERY_STRING", "")))
        if not only_query(request):
            found |= _body(request)
    _check(found)
    return found


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except TooManyFieldsSent as problem:
        raise BadRequest("Too many parameters") from problem
    except RequestDataTooBig as problem:
        raise BadRequest("The request is too large") from problem


def read_query(query: str) -> dict[str, Any]:
    """What a query string says, where nothing else counts."""
    with _refusals():
        found = nest(of_query(query))
    _check(found)
    return found


def of_query(query: str) -> list[tuple[str, str]]:
    """The names and values of a query string, which WSGI gives as if it were Latin-1 (PEP 3333)."""
    return _pairs(QueryDict(query.encode("iso-8859-1")))


def only_query(request: HttpRequest) -> bool:
    """Whether nothing but the query counts. Mastodon.py sends JSON with some GETs, which Rails reads."""
    return request.method in ("GET", "HEAD") and request.content_type != "application/json"


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
    except RecursionError as problem:
        raise BadRequest("Nested too deep") from problem
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise BadRequest(f"The body is not JSON: {problem}") from problem
    if not isinstance(found, dict):
        raise BadRequest("The body must be a JSON object")
    _check(found)
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
        if len(steps) > DEEPEST_NAME:
            raise BadRequest(f"{name[:40]}…: nested too deep")
        _put(found, [head, *steps], value)
    return {name: _lists(value) for name, value in found.items()}


def _put(place: dict[str, Any], steps: list[str], value: Any) -> None:
    """Lists are kept as dicts keyed by number until all is read. `a[][x]=1&a[][y]=2&a[][x]=3` is two items, as in Rack;
    but forms come here sorted by name (`x` 1 and 3, then `y`), so a value goes to the first item that has none."""
    step, *rest = steps
    if step == "":
        items = [(i, item) for i, item in place.items() if isinstance(item, dict)]
        if "" in rest:  # a list within an item: all that comes belongs to the one that is being written
            step = items[-1][0] if items else str(len(place))
        else:
            lacking = (i for i, item in items if rest and rest[0] not in item)
            step = next(lacking, str(len(place)))
    if rest:
        inner = place.setdefault(step, {})
        if not isinstance(inner, dict) and rest == [""]:
            inner = place[step] = {"0": inner}  # `a=x&a[]=y`: two of a list
        if not isinstance(inner, dict):
            raise BadRequest(f"{step} is sent both as a value and as a group")
        _put(inner, rest, value)
    elif step in place:
        former = place[step]
        if isinstance(former, dict):
            former[str(len(former))] = value  # `a[]=x&a=y`
            return
        place[step] = [*former, value] if isinstance(former, list) else [former, value]
    else:
        place[step] = value


def _lists(value: Any) -> Any:
    """Groups whose names are all numbers are lists, in the order of the numbers: some apps send them in any order."""
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(item) for key, item in value.items()}
    if not inner or not all(map(_is_index, inner)):
        return inner
    return [inner[key] for key in sorted(inner, key=int)]


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= LONGEST_INDEX


def _check(found: Any) -> None:
    """Refuses what no app sends: nesting that would exhaust the stack, values by the ten thousand, NUL characters."""
    waiting, seen = [(found, 1)], 0
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str) and "\x00" in value:
            raise BadRequest("A NUL character cannot be stored")
        if not isinstance(value, (dict, list)):
            continue
        seen += len(value)
        if depth > DEEPEST_BODY:
            raise BadRequest("Nested too deep")
        if seen > MOST_VALUES:
            raise BadRequest("Too many parameters")
        inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        waiting += [(item, depth + 1) for item in inner]


def convert(found: dict[str, Any], kind: type[S]) -> S:
    """The parameters as that Struct. Unknown ones are passed over, as Mastodon does; wrong ones are refused by name."""
    try:
        return msgspec.convert(_fit_all(found, kind), kind, strict=False)
    except msgspec.ValidationError as problem:
        missing = "missing required field" in str(problem)
        raise (BadRequest if missing else Invalid)(f"Validation failed: {_in_words(problem)}") from problem


def part(sent: msgspec.Struct, kind: type[S]) -> S:
    """What of it is that Struct (a draft, say), without what the route asks for besides."""
    return kind(**{name: getattr(sent, name) for name in kind.__struct_fields__})


def _in_words(problem: msgspec.ValidationError) -> str:
    """msgspec's message for the person who filled in the form: which parameter is missing or does not fit."""
    if missing := re.search(r"missing required field `([^`]+)`", str(problem)):
        return f"{_label(missing[1])} is missing"
    place = re.search(r"at `\$\.?([^`]*)`", str(problem))
    return f"{_label(place[1]) if place else 'A parameter'} is not valid"


def _label(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", " ", path).strip().capitalize() or "A parameter"


def _fit_all(found: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    fields = _fields(kind)
    fitted = {name: _fit(found[name], fields[name]) for name in fields if name in found}
    return {name: value for name, value in fitted.items() if value is not msgspec.UNSET}


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {f.encode_name: f.type for f in msgspec.structs.fields(kind)}


def _fit(value: Any, kind: Any) -> Any:
    """Bends what apps really send towards the type: one value for a list, `on` for true, "" for absent."""
    kinds = _kinds(kind)
    if list in kinds:
        return _fit_list(value, kind)
    if isinstance(value, list) and value:
        value = value[-1]
    if isinstance(value, dict) and (group := _struct_of(kinds)) is not None:
        return _fit_all(value, group)
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


def _fit_list(value: Any, kind: Any) -> Any:
    if isinstance(value, dict):
        return value
    given = value if isinstance(value, list) else [] if value in ("", None) else [value]
    fitted = [_fit(item, _item_of(kind)) for item in given]
    return [item for item in fitted if item is not msgspec.UNSET]


@cache
def _item_of(kind: Any) -> Any:
    """The type of a list's items, unions and Annotated unwrapped."""
    if get_origin(kind) is list:
        return get_args(kind)[0]
    return next((item for part in get_args(kind) if (item := _item_of(part)) is not Any), Any)


def _struct_of(kinds: frozenset[Any]) -> type[msgspec.Struct] | None:
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, msgspec.Struct)), None)


@cache
def _kinds(kind: Any) -> frozenset[Any]:
    """The bare types of an annotation, unions and Annotated unwrapped."""
    origin = get_origin(kind)
    if origin is None:
        return frozenset({kind})
    if origin is list or origin is dict:
        return frozenset({origin})
    inner = get_args(kind)[:1] if origin is Annotated else get_args(kind)
    return frozenset().union(*(_kinds(k) for k in inner)) if origin is not type else frozenset({kind})


def upload(found: dict[str, Any], name: str) -> "UploadedFile[bytes] | None":
    """The file sent under that name, if one was."""
    value = found.get(name)
    return value if isinstance(value, UploadedFile) else None


def read_focus(text: str | None) -> tuple[float, float] | None:
    """Clamped; apps send what a finger did at the edge. Raises Invalid for what is no pair of numbers."""
    if not text:
        return None
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid('Validation failed: Focus must be "x,y"') from None
    if not (math.isfinite(x) and math.isfinite(y)):
        raise Invalid('Validation failed: Focus must be "x,y"')
    return max(-1.0, min(x, 1.0)), max(-1.0, min(y, 1.0))


def known_ids(sent: list[str]) -> list[int]:
    """Of the ids of a batch those that can be ids; the others are of nobody, and left out like all unknown ones."""
    return [int(i) for i in sent if i.isascii() and i.isdigit() and len(i) < 20 and int(i) <= GREATEST_ID]
