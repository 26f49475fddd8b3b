"""Which pages are for whom."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from openrounds.accounts.models import User

R = TypeVar("R", bound=HttpResponseBase)


def person_of(request: HttpRequest) -> User:
    """Who is signed in, on pages that need it."""
    assert isinstance(request.user, User)
    return request.user


def for_members(page: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """A page for those who may act: others are sent to sign in, or told what they still wait for."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> R | HttpResponse:
        person = person_of(request)
        if not person.may_act or person.account.suspended_at:
            return redirect("waiting")
        return page(request, *args, **kwargs)

    return login_required(guarded)
