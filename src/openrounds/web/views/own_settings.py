"""A person's own profile, privacy and notifications, set without a line of JavaScript."""

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openrounds.accounts.actions import delete_picture, edit_profile, set_single_keys
from openrounds.accounts.models import Account
from openrounds.core.errors import Invalid, Refusal
from openrounds.media.actions import Picture, store_picture
from openrounds.media.rules import ImageShape
from openrounds.timelines.notification_actions import set_policy
from openrounds.timelines.notification_queries import policy_of
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.forms.settings import POLICY_LABELS, KeyboardForm, PolicyForm, PrivacyForm, ProfileForm
from openrounds.web.words import refusal_in_words

SHAPES = {"avatar": ImageShape.AVATAR, "header": ImageShape.HEADER}
either = require_http_methods(["GET", "HEAD", "POST"])


def answer(request: HttpRequest, form: forms.Form, title: str, **more: object) -> HttpResponse:
    """The page of one form, with 422 where something is wrong with it."""
    page = {"form": form, "title": title, "template": more.pop("template", "settings/form.html"), **more}
    return render(request, str(page["template"]), page, status=422 if form.errors else 200)


def saved(request: HttpRequest, to: str, *where: str) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(to, *where)


@either
@for_members
def profile(request: HttpRequest) -> HttpResponse:
    account = person_of(request).account
    form = ProfileForm(request.POST or None, request.FILES or None, account=account)
    if request.method == "POST" and form.is_valid() and save_profile(account, form):
        return saved(request, "settings_profile")
    return answer(request, form, _("Your profile"), multipart=True)


def save_profile(account: Account, form: ProfileForm) -> bool:
    """Whether all of it was taken; what was not is told by the form."""
    pictures = {which: _picture(form, which) for which in SHAPES}
    if form.errors:
        return False
    try:
        edit_profile(account.pk, form.changes(), fields=form.lines(), **pictures)
    except Invalid as refusal:
        take(form, refusal, {"fields": "line1_name"})
        return False
    for which in SHAPES:
        if form.cleaned_data.get(f"remove_{which}") and not pictures[which]:
            delete_picture(account.pk, which)
    return True


def _picture(form: ProfileForm, which: str) -> Picture | None:
    file: UploadedFile[bytes] | None = form.cleaned_data.get(which)
    if not file:
        return None
    try:
        return store_picture(file, SHAPES[which])
    except Refusal as refusal:
        form.add_error(which, refusal_in_words(refusal.message))
        return None


@either
@for_members
def privacy(request: HttpRequest) -> HttpResponse:
    account = person_of(request).account
    initial = {name: getattr(account, name) for name in PrivacyForm.base_fields}
    form = PrivacyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _save_privacy(account, form):
        return saved(request, "settings_privacy")
    return answer(request, form, _("Privacy and new posts"))


def _save_privacy(account: Account, form: PrivacyForm) -> bool:
    try:
        edit_profile(account.pk, form.cleaned_data)
    except Invalid as refusal:
        # The only thing left to refuse once the choices are good.
        form.add_error("default_language", refusal_in_words(refusal.message))
        return False
    return True


@either
@for_members
def notifications(request: HttpRequest) -> HttpResponse:
    account_id = person_of(request).account_id
    policy = policy_of(account_id)
    initial = {name: getattr(policy, name) for name in POLICY_LABELS}
    form = PolicyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_policy(account_id, form.cleaned_data)
        return saved(request, "settings_notifications")
    intro = _("Whom you follow always reaches you, and so do those whose requests you have accepted.")
    return answer(request, form, _("Notifications"), intro=intro)


@either
@for_members
def keyboard(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = KeyboardForm(request.POST or None, initial={"single_keys": person.single_keys})
    if request.method == "POST" and form.is_valid():
        set_single_keys(person, form.cleaned_data["single_keys"])
        return saved(request, "settings_keyboard")
    return answer(request, form, _("Keyboard"))
