"""What follows from what people do on allauth's pages."""

from typing import Any

from allauth.account import signals
from allauth.account.models import EmailAddress
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from openrounds.accounts.actions import confirm_account
from openrounds.accounts.models import User
from openrounds.oauth.actions import end_access


@receiver(signals.email_confirmed)
def confirm(email_address: EmailAddress, **_: Any) -> None:
    confirm_account(email_address.user)


@receiver(signals.password_changed)
@receiver(signals.password_set)
def end_access_elsewhere(request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever knew the old password is out; the browser at hand stays."""
    end_access(user, "the password was changed", except_session=request.session.session_key or "")


@receiver(signals.password_reset)
def end_all_access(user: User, **_: Any) -> None:
    end_access(user, "the password was reset")


@receiver(user_logged_out)
def leave_no_drafts(request: HttpRequest | None, **_: Any) -> None:
    """On a computer that many use, what somebody has begun to write is not left for the next (see `middleware`)."""
    if request is not None:
        request.signed_out = True  # type: ignore[attr-defined]
