"""Making and keeping a series: once written, its dates are made by themselves."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from openrounds.accounts.models import Account
from openrounds.core.errors import Conflict, Invalid
from openrounds.oauth.queries import list_actors
from openrounds.rounds import actions
from openrounds.rounds.access import access_hosted_series, access_series
from openrounds.rounds.models import Series
from openrounds.rounds.series_queries import coming_of
from openrounds.web import reading
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.forms.series import NewSeriesForm, SeriesEditForm, SeriesForm
from openrounds.web.sent import charge
from openrounds.web.views.own_settings import either
from openrounds.web.views.rounds.conflicts import theirs

# Sent by the button that only wants to see the dates.
LOOK = "look"
NAMES = {"rrule": "every"}


@either
@for_members
def new(request: HttpRequest) -> HttpResponse:
    """A series and, with it, its first date."""
    actors = list_actors(person_of(request))
    form = NewSeriesForm(request.POST or None, actors=actors, zone=get_current_timezone_name())
    if _to_be_saved(request, form) and (made := _create(request, form, actors)):
        messages.success(request, _("The series is made, and its next round with it."))
        return redirect("series", slug=made.slug)
    return _page(request, form, {"title": _("A new series")})


def _to_be_saved(request: HttpRequest, form: SeriesForm) -> bool:
    return request.method == "POST" and form.is_valid() and LOOK not in request.POST


def _create(request: HttpRequest, form: NewSeriesForm, actors: list[Account]) -> Series | None:
    charge(request)
    sent = form.cleaned_data
    host = next(actor for actor in actors if str(actor.pk) == sent["host"])
    base = reading.call_of(request).base
    try:
        return actions.create_series(
            person_of(request).account, host, sent["kind"], form.draft(), base_url=base
        )
    except Invalid as refusal:
        take(form, refusal, NAMES)
        return None


def _page(request: HttpRequest, form: SeriesForm, page: Mapping[str, Any], status: int = 0) -> HttpResponse:
    looked = request.method == "POST" and form.is_valid()
    page = {
        "form": form,
        "groups": form.groups(),
        "dates": form.dates() if looked else None,
        "zone": form.cleaned_data["time_zone"] if looked else "",
        **page,
    }
    return render(request, "rounds/series/form.html", page, status=status or (422 if form.errors else 200))


def _hosted(request: HttpRequest, slug: str) -> Series:
    """A series that the reader keeps; for others there is no such page."""
    return access_hosted_series(person_of(request).account_id, access_series(slug).pk)


@either
@for_members
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What the series says of itself and when it comes; dates that are made already keep their hour."""
    series = _hosted(request, slug)
    form = SeriesEditForm(request.POST or None, series=series)
    page = {"title": series.title, "series": series, "coming": coming_of(series)}
    if not _to_be_saved(request, form):
        return _page(request, form, page)
    charge(request)
    base = reading.call_of(request).base
    try:
        actions.edit_series(series, form.draft(), form.cleaned_data["version"], base_url=base)
    except (Invalid, Conflict) as refusal:
        take(form, refusal, NAMES)
        stored = SeriesEditForm(series=_hosted(request, slug))
        return _page(request, form, page | theirs(stored, form, refusal), refusal.status)
    messages.success(request, _("Saved."))
    return redirect("series", slug=slug)


@either
@for_members
def end(request: HttpRequest, slug: str) -> HttpResponse:
    """No further dates; asks first."""
    series = _hosted(request, slug)
    if request.method != "POST":
        page = {"title": _("End this series?"), "series": series, "coming": coming_of(series)}
        return render(request, "rounds/series/end.html", page)
    actions.end_series(series)
    messages.success(request, _("The series has ended."))
    return redirect("series", slug=slug)
