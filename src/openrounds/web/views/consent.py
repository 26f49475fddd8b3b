"""Where a person lets an app in (RFC 6749 §4.1.1), and chooses whom it acts as: himself or one of his teams."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from openrounds.accounts.models import Account
from openrounds.core.errors import NotPermitted
from openrounds.oauth import server
from openrounds.oauth.queries import list_actors
from openrounds.oauth.rules import OUT_OF_BAND, form_target
from openrounds.oauth.server import Answer, Asked, Consent, Wish
from openrounds.web.access import for_members, person_of
from openrounds.web.scope_words import in_words


class Redirect(HttpResponseRedirect):
    """To whatever scheme an app has registered; Django's own allows only the web's."""

    def __init__(self, location: str) -> None:
        self.allowed_schemes = [location.partition(":")[0].lower()]
        super().__init__(location)


@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """What does not fit is refused before anybody is asked to sign in. `force_login` and `lang` are passed over: apps
    send them as `False` and `None`."""
    asked = _asked(request.GET)
    wish = server.read_wish(asked)
    if isinstance(wish, Answer):
        return _refuse(request, wish)
    return _decide(request, asked, wish)


@for_members
def _decide(request: HttpRequest, asked: Asked, wish: Wish) -> HttpResponse:
    actors = list_actors(person_of(request))
    if request.method != "POST":
        return _ask(request, wish, actors)
    consent = None
    if request.POST.get("answer") == "allow":
        consent = Consent(person_of(request), _chosen(actors, request.POST.get("account", "")))
    return _follow(server.answer_wish(asked, wish, consent))


def _asked(sent: QueryDict) -> Asked:
    texts = {name: [str(value) for value in values] for name, values in sent.lists()}
    return Asked("GET", {}, texts)


def _ask(request: HttpRequest, wish: Wish, actors: Sequence[Account]) -> HttpResponse:
    page = {
        "application": wish.application,
        "scopes": in_words(wish.scopes),
        "actors": actors,
        "uri": wish.redirect_uri,
    }
    response = render(request, "oauth/consent.html", page)
    if wish.redirect_uri != OUT_OF_BAND:
        response.form_targets = f"'self' {form_target(wish.redirect_uri)}"  # type: ignore[attr-defined]
    return response


def _chosen(actors: Sequence[Account], username: str) -> Account:
    """The actor with that name; the person himself where none is named."""
    for actor in actors:
        if username in ("", actor.username):
            return actor
    raise NotPermitted


def _follow(answer: Answer) -> HttpResponse:
    if answer.location.startswith(OUT_OF_BAND):
        return redirect(f"/oauth/authorize/native{answer.location.removeprefix(OUT_OF_BAND)}")
    return Redirect(answer.location)


def _refuse(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Back to the app where its address is good, else to the person: never to an address that nobody registered."""
    if answer.location:
        return _follow(answer)
    page = {"title": "This app's request is not in order", "what": answer.body.get("error_description", "")}
    return render(request, "pages/error.html", page, status=400)


@require_GET
@login_required
def native(request: HttpRequest) -> HttpResponse:
    """Out of band: the person carries the code to the app himself."""
    page = {"code": request.GET.get("code", ""), "denied": "error" in request.GET}
    return render(request, "oauth/code.html", page)
