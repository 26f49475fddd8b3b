"""Where moderators let people in, read reports, and act; and where what they did can be read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openrounds.accounts.models import Account, Departure
from openrounds.core.errors import NotPermitted
from openrounds.core.paging import GREATEST
from openrounds.moderation import actions, newcomer_actions, report_actions
from openrounds.moderation.access import access_judged, access_newcomer, access_report, access_subject
from openrounds.moderation.queue_queries import (
    PER_PAGE,
    audit_trail,
    limited_and_suspended,
    newcomers,
    open_reports,
    reports_about,
)
from openrounds.posts import lines
from openrounds.web import reading
from openrounds.web.access import for_moderators, person_of
from openrounds.web.forms.moderation import (
    LIMIT,
    RESTORE,
    SUSPEND,
    UNLIMIT,
    MeasureForm,
    RejectForm,
    ResolveForm,
)
from openrounds.web.views.own_settings import either

MEASURES = {
    LIMIT: actions.limit_account,
    UNLIMIT: actions.unlimit_account,
    SUSPEND: actions.suspend_account,
    RESTORE: actions.unsuspend_account,
}


@for_moderators
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    page = {
        "title": _("Moderation"),
        "newcomers": newcomers(),
        "reports": open_reports(),
        "dealt": limited_and_suspended(),
    }
    return render(request, "moderation/index.html", page)


@for_moderators
@require_POST
def approve(request: HttpRequest, user_id: int) -> HttpResponse:
    person = access_newcomer(min(user_id, GREATEST))
    if newcomer_actions.approve(person_of(request), person):
        messages.success(request, _("%s has been let in.") % f"@{person.username}")
    return redirect("moderation")


@for_moderators
@either
def reject(request: HttpRequest, user_id: int) -> HttpResponse:
    person = access_newcomer(min(user_id, GREATEST))
    form = RejectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        newcomer_actions.reject(person_of(request), person, form.cleaned_data["reason"])
        messages.success(request, _("%s has been turned away.") % f"@{person.username}")
        return redirect("moderation")
    page = {"title": _("Turn somebody away"), "form": form, "person": person}
    return render(request, "moderation/reject.html", page, status=422 if form.errors else 200)


@for_moderators
@either
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """The report with the posts in question; a POST resolves it."""
    found = access_report(min(report_id, GREATEST))
    form = ResolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if found.target_id == person_of(request).account_id:
            raise NotPermitted("You cannot judge this account")
        report_actions.resolve_report(person_of(request), found, form.cleaned_data["reason"])
        return redirect("moderation")
    shown = lines.read_ids([post.pk for post in found.posts.all()])
    page = {
        "title": _("Report"),
        "report": found,
        "posts": reading.posts(reading.call_of(request), shown),
        "form": form,
    }
    return render(request, "moderation/report.html", page, status=422 if form.errors else 200)


@for_moderators
@either
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """What is known of an account; a POST limits, suspends or restores it."""
    actor, number = person_of(request), min(account_id, GREATEST)
    subject = access_judged(actor, number) if request.method == "POST" else access_subject(number)
    form = _measures(subject, request)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        MEASURES[sent["measure"]](actor, subject, sent["reason"])
        messages.success(request, _("Done, and written down."))
        return redirect("moderated_account", account_id=subject.pk)
    page = {
        "title": str(subject),
        "subject": subject,
        "person": getattr(subject, "user", None),
        "reports": reports_about(subject),
        "entries": audit_trail(target=subject),
        "form": form,
        "own": subject.pk == actor.account_id,
    }
    return render(request, "moderation/account.html", page, status=422 if form.errors else 200)


def _measures(subject: Account, request: HttpRequest) -> MeasureForm:
    leaving: Departure | None = getattr(subject, "departure", None)
    return MeasureForm(
        request.POST or None,
        limited=subject.limited_at is not None,
        suspended=leaving.held if leaving else subject.suspended_at is not None,
    )


@for_moderators
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("max_id", "")
    entries = audit_trail(int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None)
    older = entries[-1].pk if len(entries) == PER_PAGE else None
    page = {"title": _("What moderators did"), "entries": entries, "older": older}
    return render(request, "moderation/audit.html", page)
