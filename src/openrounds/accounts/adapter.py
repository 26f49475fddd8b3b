"""What django-allauth asks this project about signing in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.core import context
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest

from openrounds.accounts.mail import Mail, queue_mail
from openrounds.accounts.models import User
from openrounds.accounts.queries import with_account
from openrounds.core.clock import ago
from openrounds.core.errors import TooManyRequests
from openrounds.core.limits import Limit
from openrounds.core.options import options
from openrounds.core.origin import client_ip

FIRST_DAYS = 7
TAKEN_DOMAIN = "taken.invalid"  # RFC 2606: never anybody's
PER_MAILBOX = Limit("mailbox", 5, 1800)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's own, with our queue of mails and our idea of where a request comes from."""

    def send_mail(self, template_prefix: str, email: str, context_: dict[str, Any]) -> None:
        request = context.request
        written = {"request": request, "email": email, "current_site": get_current_site(request)} | context_
        message = self.render_mail(template_prefix, email, written)
        queue_mail(Mail(email, message.subject, message.body, message.from_email))

    def send_account_already_exists_mail(self, email: str) -> None:
        if not _is_mailed_enough(email):
            super().send_account_already_exists_mail(email)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who may not act is told why; who is new and follows nobody yet is shown the first steps."""
        person = request.user
        assert isinstance(person, User)
        account = person.account
        if not person.may_act or account.suspended_at:
            return "/auth/waiting"
        if account.created_at > ago(days=FIRST_DAYS) and not account.following_count:
            return "/welcome"
        usual: str = super().get_login_redirect_url(request)
        return usual

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)


def send_confirmation(user: User, request: HttpRequest) -> None:
    """Asks the person by mail whether the address is his; five times in half an hour at most, whoever asks from where."""
    if _is_mailed_enough(user.email):
        raise TooManyRequests
    address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
    with context.request_context(request):
        EmailConfirmationHMAC.create(address).send(request, signup=True)


def greet(user: User, asked: str, request: HttpRequest) -> None:
    """The first mail to `asked`: to confirm it, or, where it has an account already, to say so to its owner."""
    if not user.email.endswith(f"@{TAKEN_DOMAIN}"):
        send_confirmation(user, request)
        return
    if asked == user.email:
        return  # asked for once more, without an address: its owner has been told
    if _is_mailed_enough(asked):
        raise TooManyRequests
    with context.request_context(request):
        DefaultAccountAdapter.send_account_already_exists_mail(AccountAdapter(request), asked)


def _is_mailed_enough(email: str) -> bool:
    """Counts one more mail that a stranger has asked us to send there."""
    return options().rate_limits and settings.COUNTERS.count(PER_MAILBOX, email.lower()).spent


class Backend(AuthenticationBackend):  # type: ignore[misc]
    """Who somebody is, and what he may do in the admin: all of it with the rank, none without."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """An address is no name here. allauth would try it as both and so hash twice for people it knows, once for others."""
        if credentials.get("email"):
            credentials.pop("username", None)
        found: User | None = super().authenticate(request, **credentials)
        return found

    def get_user(self, user_id: int) -> User | None:
        """With the account, which every page of a member asks for."""
        found = with_account(user_id)
        return found if found and self.user_can_authenticate(found) else None

    def has_perm(self, user_obj: User, _perm: str, _obj: object = None) -> bool:
        return user_obj.is_active and user_obj.is_staff

    def has_module_perms(self, user_obj: User, _app_label: str) -> bool:
        return user_obj.is_active and user_obj.is_staff
