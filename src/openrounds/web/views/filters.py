"""A person's filters: what he does not want to read, where, and for how long."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openrounds.core.errors import Invalid
from openrounds.core.paging import GREATEST
from openrounds.timelines.access import access_filter
from openrounds.timelines.filter_actions import create_filter, delete_filter, edit_filter
from openrounds.timelines.filter_queries import filters_of
from openrounds.timelines.models import Filter
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.forms.settings import FilterForm
from openrounds.web.views.own_settings import answer, either, saved


@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:
    page = {"filters": filters_of(person_of(request).account_id), "title": _("Filters"), "term": "filter"}
    return render(request, "settings/filters.html", page)


@either
@for_members
def create(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _save(person_of(request).account_id, form):
        return saved(request, "filters")
    return answer(request, form, _("New filter"))


@either
@for_members
def edit(request: HttpRequest, filter_id: int) -> HttpResponse:
    account_id = person_of(request).account_id
    existing = access_filter(account_id, min(filter_id, GREATEST))
    form = FilterForm(request.POST or None, existing=existing)
    if request.method == "POST" and form.is_valid() and _save(account_id, form, existing):
        return saved(request, "filters")
    return answer(request, form, _("Change a filter"))


def _save(account_id: int, form: FilterForm, existing: Filter | None = None) -> bool:
    try:
        if existing:
            edit_filter(account_id, existing.pk, form.wanted())
        else:
            create_filter(account_id, form.wanted())
    except Invalid as refusal:
        take(form, refusal)
        return False
    return True


@require_POST
@for_members
def delete(request: HttpRequest, filter_id: int) -> HttpResponse:
    delete_filter(person_of(request).account_id, min(filter_id, GREATEST))
    return redirect("filters")
