"""Letting in those who have signed up, or turning them away."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from openrounds.accounts.actions import approve_account, reject_account
from openrounds.accounts.mail import Mail, queue_mail
from openrounds.accounts.models import User
from openrounds.core.options import options
from openrounds.moderation.actions import note


@transaction.atomic
def approve(actor: User, person: User) -> bool:
    """The person may sign in, and is told so. False when that was so already."""
    if not approve_account(person):
        return False
    note(actor, "approve account", person)
    with override(person.locale):
        _tell(person, _("Welcome to %s") % options().title, _approved())
    return True


def _approved() -> str:
    address = options().base_url
    text = _(
        "A moderator has read your application: you can sign in now, in the browser or with any app for Mastodon."
    )
    return f"{text}\n\n{address}/auth/sign_in\n" if address else f"{text}\n"


@transaction.atomic
def reject(actor: User, person: User, reason: str) -> None:
    """Nothing of the person is kept; the reason is sent to him. Raises Invalid for somebody who is in already."""
    note(actor, "reject account", person, reason)
    with override(person.locale):
        subject = _("Your application to %s") % options().title
        text = _("A moderator has read your application and turned it down. What you sent has been deleted.")
        because = _("The reason given:")
        _tell(person, subject, f"{text}\n\n{because}\n{reason}\n")
    reject_account(person)


def _tell(person: User, subject: str, text: str) -> None:
    queue_mail(Mail(person.email, subject, text, settings.DEFAULT_FROM_EMAIL))
