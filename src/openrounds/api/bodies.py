"""How large a request may be, judged before anything of its body is read or parsed."""

import tempfile
import weakref
from typing import BinaryIO, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from openrounds.api.routing import Route
from openrounds.core.errors import Refusal
from openrounds.core.options import options
from openrounds.media import store

FIELDS = 2**20
_IN_MEMORY = 2**20
_CHUNK = 2**16


class TooLarge(Refusal):
    status = 413
    default = "The request is too large"


def admit(request: HttpRequest, route: Route, *, signed_in: bool) -> None:
    """Raises TooLarge, or NoRoom for an upload that the disk could not take."""
    chunked = "HTTP_TRANSFER_ENCODING" in request.META
    if not chunked and not request.META.get("CONTENT_LENGTH"):
        return
    most = _most(request, route, signed_in=signed_in)
    if chunked and not request.META.get("CONTENT_LENGTH"):
        _measure(request, most)
    size = _length(request)
    if size > most:
        raise TooLarge
    if size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        store.check_room(size)


def _most(request: HttpRequest, route: Route, *, signed_in: bool) -> int:
    """Only those who may upload can send files: a film and its picture, or an avatar and a header."""
    usual: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if not signed_in or request.content_type != "multipart/form-data":
        return usual
    o = options()
    first = max(o.image_megabytes, o.video_megabytes) if route.rate == "media" else o.image_megabytes
    return max(usual, (first + o.image_megabytes) * 2**20 + FIELDS)


def _length(request: HttpRequest) -> int:
    stated = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(stated) if stated.isdecimal() else 0


def _measure(request: HttpRequest, most: int) -> None:
    """A body sent in chunks states no length (RFC 9112 §7.1), and Django would read none of it: it is set aside up to
    the limit, and its length stated."""
    if not isinstance(request, WSGIRequest):
        return
    aside = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR))  # noqa: SIM115
    weakref.finalize(request, aside.close)
    size = 0
    with store.disk():
        while chunk := request.environ["wsgi.input"].read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise TooLarge
            aside.write(chunk)
    aside.seek(0)
    request.META["CONTENT_LENGTH"] = str(size)
    request._stream = cast(BinaryIO, aside)
