"""What makes the pages installable as an app: the manifest, the service worker, and the page it shows without a network."""

import json
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openrounds.core.options import options

OFFLINE = "/offline"
PAPER, ACCENT = "#fbfaf8", "#0b6b62"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """W3C Web Application Manifest."""
    described = {
        "id": "/",
        "name": options().title,
        "short_name": options().title[:12],
        "description": options().description,
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": ACCENT,
        "icons": [
            _icon("icon-192.png", 192),
            _icon("icon-512.png", 512),
            _icon("icon-mask-512.png", 512, "maskable"),
        ],
        "shortcuts": [{"name": _("Write"), "url": "/compose"}, {"name": _("Explore"), "url": "/explore"}],
    }
    response = JsonResponse(described, content_type="application/manifest+json")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
    source = static(f"openrounds/{name}")
    return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    """From the root, because a worker sees to no page above the folder that it came from; asked for anew each time."""
    script = _files_to_keep() + Path(str(finders.find("openrounds/sw.js"))).read_text()
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _files_to_keep() -> str:
    files = json.dumps([OFFLINE, *(static(f"openrounds/{name}") for name in ("tokens.css", "pages.css"))])
    name = f"openrounds-{sha256(files.encode()).hexdigest()[:12]}"
    return f"const FILES = {files};\nconst KEPT = {json.dumps(name)};\n"


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/offline.html")
