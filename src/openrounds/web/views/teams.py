"""Teams: making one, its profile, and who may speak for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openrounds.accounts import actions, queries
from openrounds.accounts.access import access_local, access_owned_team, access_team
from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.core.errors import Invalid, NotFound, NotPermitted, Refusal
from openrounds.web import people, reading
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.forms.settings import ProfileForm
from openrounds.web.forms.teams import MemberForm, TeamForm
from openrounds.web.views.distance import number
from openrounds.web.views.own_settings import answer, either, save_profile, saved
from openrounds.web.words import refusal_in_words


@either
@for_members
def index(request: HttpRequest) -> HttpResponse:
    """The teams that one may act as; a POST makes another."""
    me = person_of(request).account
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (made := _create(me, form)):
        return redirect("team", username=made.username)
    own = queries.teams_of(me.pk)
    shown = people.by_id(reading.call_of(request), [membership.team_id for membership in own])
    page = {
        "title": _("Teams"),
        "term": "team",
        "form": form,
        "teams": [(shown[membership.team_id], membership.get_right_display()) for membership in own],
    }
    return render(request, "teams/index.html", page, status=422 if form.errors else 200)


def _create(owner: Account, form: TeamForm) -> Account | None:
    try:
        return actions.create_account(**form.cleaned_data, team=True, owner=owner)
    except Invalid as refusal:
        take(form, refusal)
        return None


@either
@for_members
def team(request: HttpRequest, username: str) -> HttpResponse:
    """The members, for members; a POST by an owner takes somebody in or changes what he may do."""
    own = _membership(request, username)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set_member(own, form):
        return redirect("team", username=own.team.username)
    return _show(request, own, form)


def _membership(request: HttpRequest, username: str) -> TeamMembership:
    return access_team(person_of(request).account_id, access_local(username).pk)


def _set_member(own: TeamMembership, form: MemberForm) -> bool:
    sent = form.cleaned_data
    team = access_owned_team(own.member_id, own.team_id)
    try:
        actions.set_member(team.pk, access_local(sent["member"].strip().removeprefix("@")), sent["right"])
    except NotFound:
        form.add_error("member", _("There is nobody of that name here."))
    except (Invalid, NotPermitted) as refusal:
        form.add_error("member", refusal_in_words(refusal.message))
    return not form.errors


def _show(request: HttpRequest, own: TeamMembership, form: MemberForm, problem: str = "") -> HttpResponse:
    members = queries.members([own.team_id])[own.team_id]
    shown = people.by_id(reading.call_of(request), [each.member_id for each in members])
    page = {
        "title": own.team.display_name or own.team.username,
        "team": own.team,
        "own": own,
        "owner": own.right == TeamRight.OWNER,
        "members": [(shown[each.member_id], each) for each in members],
        "alone": bool(queries.team_warnings(members)),
        "form": form,
        "problem": problem,
    }
    return render(request, "teams/team.html", page, status=422 if form.errors or problem else 200)


@require_POST
@for_members
def remove(request: HttpRequest, username: str) -> HttpResponse:
    """By an owner, or by the member himself; the last owner cannot go."""
    own, leaving = _membership(request, username), number(request, "account") or 0
    if leaving != own.member_id:
        access_owned_team(own.member_id, own.team_id)
    try:
        actions.remove_member(own.team_id, leaving)
    except Refusal as refusal:
        return _show(request, own, MemberForm(), refusal_in_words(refusal.message))
    return redirect("teams") if leaving == own.member_id else redirect("team", username=own.team.username)


@either
@for_members
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """For owners."""
    own = _membership(request, username)
    account = access_owned_team(own.member_id, own.team_id)
    form = ProfileForm(request.POST or None, request.FILES or None, account=account)
    if request.method == "POST" and form.is_valid() and save_profile(account, form):
        return saved(request, "team", account.username)
    return answer(request, form, _("The team's profile"), multipart=True)
