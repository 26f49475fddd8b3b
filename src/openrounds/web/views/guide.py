"""What newcomers read: the guide, the glossary, the house's own texts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openrounds.core.errors import NotFound
from openrounds.moderation.queries import house_text
from openrounds.web.glossary import TERMS


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "guide/guide.html")


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    return render(request, "guide/glossary.html", {"terms": TERMS})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return _text(request, "privacy", _("Privacy policy"))


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return _text(request, "terms", _("Terms of service"))


def _text(request: HttpRequest, name: str, title: str) -> HttpResponse:
    """A text that the operators wrote, or the one that is shipped; there may be none."""
    found = house_text(name)
    if found is None:
        raise NotFound
    return render(request, "guide/house_text.html", {"title": title, "found": found})
