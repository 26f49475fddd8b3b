"""Asking a multiple-choice question as a post of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from openrounds.core.errors import Refusal
from openrounds.media import actions as media
from openrounds.oauth.queries import list_actors
from openrounds.posts.actions import Author
from openrounds.rounds import actions
from openrounds.rounds.models import Question
from openrounds.web.access import for_members, person_of
from openrounds.web.forms.asking import QuestionForm
from openrounds.web.forms.refusals import take
from openrounds.web.sent import charge
from openrounds.web.views.own_settings import either

NAMES = {"question": "option0_title", "title": "option0_title", "minutes": "lasts"}


@either
@for_members
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and the post that comes of it."""
    form = QuestionForm(request.POST or None, request.FILES or None, actors=list_actors(person_of(request)))
    if request.method == "POST" and form.is_valid() and (made := _post(request, form)):
        assert made.poll is not None
        return redirect("post", form.chosen.username, made.poll.post_id)
    page = {"form": form, "title": _("A multiple-choice question")}
    return render(request, "rounds/questions/ask.html", page, status=422 if form.errors else 200)


def _post(request: HttpRequest, form: QuestionForm) -> Question | None:
    """None where it is refused; the form says why."""
    charge(request)
    try:
        return actions.ask_question(
            Author(form.chosen, person_of(request)),
            form.draft(),
            hashtag=form.cleaned_data["hashtag"],
            media_ids=_uploaded(request, form),
            key=form.cleaned_data["key"],
        )
    except Refusal as refusal:
        take(form, refusal, NAMES)
        return None


def _uploaded(request: HttpRequest, form: QuestionForm) -> list[int]:
    found = []
    for file, description in form.pictures():
        charge(request, "media")
        found.append(media.upload(form.chosen.pk, file, description=description, now=True).pk)
    return found
