"""What django-allauth asks this project about signing in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.core import context
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest

from openrounds.accounts.mail import Mail, queue_mail
from openrounds.accounts.models import User
from openrounds.core.errors import TooManyRequests
from openrounds.core.limits import Counters, Limit
from openrounds.core.options import options
from openrounds.core.origin import client_ip

PER_MAILBOX = Limit("mailbox", 5, 1800)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's own, with our queue of mails and our idea of where a request comes from."""

    def send_mail(self, template_prefix: str, email: str, context_: dict[str, Any]) -> None:
        request = context.request
        written = {"request": request, "email": email, "current_site": get_current_site(request)} | context_
        message = self.render_mail(template_prefix, email, written)
        queue_mail(Mail(email, message.subject, message.body, message.from_email))

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return options().registrations != "closed"


def send_confirmation(user: User, request: HttpRequest, counters: Counters) -> None:
    """Asks the person by mail whether the address is his; five times in half an hour at most, whoever asks from where."""
    if options().rate_limits and counters.count(PER_MAILBOX, user.email).spent:
        raise TooManyRequests
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
    with context.request_context(request):
        EmailConfirmationHMAC.create(address).send(request, signup=True)
