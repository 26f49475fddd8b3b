"""The uploaded files themselves, on the server's own host or on `media_host`.

Whoever knows the random name may have the file, as on Mastodon; what may be read is what we encoded ourselves.
"""

import re

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from openrounds.media import hold, store

# A player that seeks asks again; until then no process is held up by a slow reader of a long film.
MOST_PER_RANGE = 4 * 2**20
# What a web app that reads part of a film asks first; it is the same for every name.
PREFLIGHT = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, If-None-Match, If-Range, Range",
    "Access-Control-Max-Age": "7200",
    "Cache-Control": "public, max-age=7200",
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@require_http_methods(["GET", "HEAD", "OPTIONS"])
def show(request: HttpRequest, name: str) -> HttpResponseBase:
    path = store.path_of(name)
    link = store.link_to(name) if path is None else None
    if request.method == "OPTIONS":
        response: HttpResponseBase = HttpResponse(status=204, headers=PREFLIGHT)
    elif not (path or link) or hold.is_held(name):
        response = _absent()
    elif path is not None:
        response = _unchanged(request, name) or _part(request, name) or FileResponse(path.open("rb"))
        _describe(response, name)
    else:
        response = HttpResponseRedirect(str(link), headers={"Cache-Control": "public, max-age=1800"})
    # Web apps read the pixels of avatars, and every page may show our files.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; form-action 'none'; frame-ancestors 'none'"
    return response


def _absent() -> HttpResponse:
    return HttpResponse("Not found", status=404, content_type="text/plain; charset=utf-8")


def _describe(response: HttpResponseBase, name: str) -> None:
    response["Content-Type"] = store.MIMES[name.rpartition(".")[2]]
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = store.CACHE_CONTROL
    response["ETag"] = f'"{name}"'
    response["Accept-Ranges"] = "bytes"


def _unchanged(request: HttpRequest, name: str) -> HttpResponse | None:
    """A name never means other bytes later, so the name is its own entity tag."""
    known = request.headers.get("If-None-Match", "")
    return HttpResponse(status=304) if name in known or known == "*" else None


def _part(request: HttpRequest, name: str) -> HttpResponse | None:
    """What one byte range asks for (RFC 9110 §14); None for anything else, which is answered with the whole file."""
    path, asked = store.path_of(name), _RANGE.fullmatch(request.headers.get("Range", ""))
    if path is None or asked is None or request.headers.get("If-Range", f'"{name}"') != f'"{name}"':
        return None
    size, (first, last) = path.stat().st_size, asked.groups()
    if not first and not last:
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) if first and last else size - 1, size - 1, start + MOST_PER_RANGE - 1)
    if start >= size or (first and last and int(last) < int(first)):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as opened:
        opened.seek(start)
        body = opened.read(end - start + 1)
    return HttpResponse(body, status=206, headers={"Content-Range": f"bytes {start}-{end}/{size}"})
