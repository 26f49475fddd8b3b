"""Whom and what a person keeps away from, and taking it back."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openrounds.accounts import actions, queries
from openrounds.accounts.queries import Tied
from openrounds.core.errors import Invalid
from openrounds.core.paging import GREATEST, Paging
from openrounds.web import people as people_of
from openrounds.web import reading
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.forms.settings import DomainForm
from openrounds.web.views.own_settings import either

PER_PAGE = 40


@either
@for_members
def blocks(request: HttpRequest) -> HttpResponse:
    """A POST unblocks."""
    me = person_of(request).account_id
    if (other := number(request, "account")) is not None:
        actions.unblock(me, other)
        return redirect("blocks")
    return _people(request, "block", _("Blocked people"), _("Unblock"), queries.blocks(me, _paging(request)))


@either
@for_members
def mutes(request: HttpRequest) -> HttpResponse:
    """A POST ends a mute."""
    me = person_of(request).account_id
    if (other := number(request, "account")) is not None:
        actions.unmute(me, other)
        return redirect("mutes")
    return _people(request, "mute", _("Muted people"), _("Unmute"), queries.mutes(me, _paging(request)))


def _people(request: HttpRequest, term: str, title: str, undo: str, found: Sequence[Tied]) -> HttpResponse:
    people = people_of.in_order(reading.call_of(request), [tied.account_id for tied in found])
    until = {tied.account_id: tied.until for tied in found}
    page = {
        "title": title,
        "term": term,
        "undo": undo,
        "people": [(person, until[int(person.id)]) for person in people],
        "older": found[-1].tie_id if len(found) == PER_PAGE else None,
    }
    return render(request, "settings/people.html", page)


@either
@for_members
def domains(request: HttpRequest) -> HttpResponse:
    """A POST blocks a server or, with `undo`, no longer does."""
    me = person_of(request).account_id
    form = DomainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        change = actions.unblock_domain if "undo" in request.POST else actions.block_domain
        try:
            change(me, form.cleaned_data["domain"])
        except Invalid as refusal:
            take(form, refusal)
        else:
            return redirect("domain_blocks")
    page = {
        "title": _("Blocked servers"),
        "form": form,
        "domains": queries.blocked_domains(me, Paging(1000)),
    }
    return render(request, "settings/domains.html", page, status=422 if form.errors else 200)


def number(request: HttpRequest, name: str) -> int | None:
    """An id out of a form that was sent; 0, which names nothing, for nonsense."""
    if request.method != "POST":
        return None
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:20]) <= GREATEST else 0


def _paging(request: HttpRequest) -> Paging:
    text = request.GET.get("max_id", "")
    older = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return Paging(PER_PAGE, max_id=older)
