"""Which pages are for whom."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string

from openrounds.accounts.models import Account, Rank, User
from openrounds.oauth.queries import list_actors
from openrounds.web.lapsed import signed_out

R = TypeVar("R", bound=HttpResponseBase)


def person_of(request: HttpRequest) -> User:
    """Who is signed in, on pages that need it."""
    assert isinstance(request.user, User)
    return request.user


def actors_of(request: HttpRequest) -> list[Account]:
    """Whom the reader, who is signed in, may act as, himself first. Asked once for a page."""
    known: list[Account] | None = getattr(request, "actors", None)
    if known is None:
        known = request.actors = list_actors(person_of(request))  # type: ignore[attr-defined]
    return known


def owner_of(request: HttpRequest, account_id: int) -> Account:
    """Whom the reader acts as when he sees to what that account has written: one of his teams, else himself."""
    return next((a for a in actors_of(request) if a.pk == account_id), person_of(request).account)


def for_members(page: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """A page for those who may act: others are sent to sign in, or told what they still wait for."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> R | HttpResponse:
        if not request.user.is_authenticated:
            return signed_out(request)
        person = person_of(request)
        if not person.may_act or person.account.suspended_at:
            return redirect("waiting")
        return page(request, *args, **kwargs)

    return guarded


def for_moderators(page: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """A page for those who keep the house. For everybody else there is none, and nothing is looked up to say so but who
    asks: hence a page without the name, the news or the settings that others show."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> R | HttpResponse:
        person = request.user
        if not (isinstance(person, User) and person.rank >= Rank.MODERATOR and person.may_act):
            return HttpResponse(render_to_string("pages/nothing.html"), status=404)
        if person.account.suspended_at:
            return HttpResponse(render_to_string("pages/nothing.html"), status=404)
        return page(request, *args, **kwargs)

    return guarded
