"""The first steps of somebody new: who you are, whom to follow, a practice post, three posts to judge. Each can be left out.

Nothing of the practice and the judging is kept: they are for learning, not for being watched.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openrounds.accounts import actions, queries
from openrounds.accounts.access import access_account
from openrounds.accounts.queries import Ground, Suggested
from openrounds.core.errors import Invalid, Refusal
from openrounds.core.options import options
from openrounds.core.text import count_characters, find_hashtags, render_html
from openrounds.web import people, reading
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.refusals import take
from openrounds.web.forms.welcome import EXAMPLES, JudgeForm, PracticeForm, YouForm
from openrounds.web.views.own_settings import either

STEPS = ("you", "people", "practice", "judge")
MOST_SUGGESTED = 12
FEW = 3


@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's signature
    return redirect(f"welcome_{STEPS[0]}")


@either
@for_members
def you(request: HttpRequest) -> HttpResponse:
    account = person_of(request).account
    initial = {"role": account.role, "specialty": account.specialty}
    form = YouForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_profile(account.pk, form.cleaned_data)
        except Invalid as refusal:
            take(form, refusal)
        else:
            return redirect("welcome_people")
    return _step(request, "you", _("Who you are"), {"form": form}, wrong=bool(form.errors))


@either
@for_members
def follow(request: HttpRequest) -> HttpResponse:
    """A POST follows whoever is ticked; somebody who has gone in the meantime is passed over."""
    me = person_of(request).account_id
    if request.method == "POST":
        for text in request.POST.getlist("account")[:MOST_SUGGESTED]:
            if text.isascii() and text.isdigit() and len(text) < 19:
                _follow(me, int(text))
        return redirect("welcome_practice")
    found = queries.suggestions(me, limit=MOST_SUGGESTED)
    shown = people.by_id(reading.call_of(request), [each.account_id for each in found])
    listed = [
        (shown[each.account_id], _why(each), number < FEW)
        for number, each in enumerate(found)
        if each.account_id in shown
    ]
    return _step(request, "people", _("Whom to follow"), {"suggestions": listed})


def _why(suggested: Suggested) -> str:
    match suggested.ground:
        case Ground.FRIENDS:
            return _("Followed by people whom you follow")
        case Ground.SPECIALTY:
            return _("Works in your specialty: %s") % suggested.specialty
        case _other:
            return _("Many people here follow this account")


def _follow(me: int, other: int) -> None:
    try:
        actions.follow(me, access_account(me, other).pk)
    except Refusal:
        return


@either
@for_members
def practice(request: HttpRequest) -> HttpResponse:
    """A POST shows the post as it would look. It is not stored, and nobody is told."""
    form = PracticeForm(request.POST or None)
    page: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        page |= _preview(form.cleaned_data["text"])
    return _step(request, "practice", _("A practice post"), page, wrong=bool(form.errors))


def _preview(text: str) -> dict[str, object]:
    most, count = options().post_characters, count_characters(text)
    return {
        "shown": render_html(text, mentions={}, tag_url=lambda name: f"/tags/{name}"),
        "left": most - count,
        "over": max(0, count - most),
        "tags": [tag.text for tag in find_hashtags(text)],
    }


@either
@for_members
def judge(request: HttpRequest) -> HttpResponse:
    form = JudgeForm(request.POST or None)
    done = request.method == "POST" and form.is_valid()
    verdicts: list[bool | None] = list(form.verdicts()) if done else [None] * len(EXAMPLES)
    fields = [form[f"example{number}"] for number in range(len(EXAMPLES))]
    page = {"form": form, "examples": list(zip(EXAMPLES, fields, verdicts, strict=True)), "done": done}
    return _step(request, "judge", _("May I post this?"), page, wrong=bool(form.errors))


def _step(
    request: HttpRequest, name: str, title: str, page: dict[str, object], *, wrong: bool = False
) -> HttpResponse:
    at = STEPS.index(name)
    page |= {
        "title": title,
        "steps": [number <= at for number in range(len(STEPS))],
        "number": at + 1,
        "next": f"welcome_{STEPS[at + 1]}" if at + 1 < len(STEPS) else "start",
    }
    return render(request, f"welcome/{name}.html", page, status=422 if wrong else 200)
