"""Who may sign up, now. Pages and the client API both ask here."""

import secrets
from datetime import timedelta
from ipaddress import ip_network

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce, Greatest

from openrounds.accounts import rules
from openrounds.accounts.actions import create_account
from openrounds.accounts.adapter import TAKEN_DOMAIN
from openrounds.accounts.models import Account, Rank, User
from openrounds.core.clock import now
from openrounds.core.errors import NotPermitted, TooManyRequests
from openrounds.core.limits import Limit
from openrounds.core.options import options

UNATTENDED = timedelta(days=7)
PER_NETWORK = Limit("sign_up_network", 20, 3600)
CLOSED = "This server takes nobody new at the moment."


def registrations() -> str:
    """The setting; but `closed` once no moderator has been seen for a week, as spam waves look for such servers."""
    mode = options().registrations
    return "closed" if mode in ("open", "approval") and _is_unattended() else mode


def _is_unattended() -> bool:
    """False on a server that has no moderators yet."""
    moderators = User.objects.filter(rank__gte=Rank.MODERATOR, is_active=True)
    seen = Greatest(
        "created_at", Coalesce("last_login", "created_at"), Coalesce("last_seen_at", "created_at")
    )
    last: User | None = moderators.annotate(seen=seen).order_by("-seen").first()
    return last is not None and last.seen < now() - UNATTENDED  # type: ignore[attr-defined]  # annotated above


def sign_up(
    *,
    username: str,
    email: str,
    password: str,
    ip: str,
    role: str = "",
    specialty: str = "",
    reason: str = "",
    invite_code: str = "",
    agreement: bool = False,
    locale: str = "en",
) -> Account:
    """A new account, still to be confirmed and approved where the settings say so. Raises Invalid, NotPermitted when
    registrations are closed, TooManyRequests when very many come from one network."""
    mode = registrations()
    if mode == "closed":
        raise NotPermitted(CLOSED)
    if mode == "invite" and not invite_code:
        problems = rules.Problems()
        problems.add("invite_code", rules.BLANK)
        problems.raise_any()
    _count(ip)
    return create_account(
        username=username,
        email=_hushed(email),
        password=password,
        role=role,
        specialty=specialty,
        reason=reason,
        invite_code=invite_code if mode != "open" else "",
        agreement=agreement,
        locale=locale,
        ip=ip,
        confirmed=not options().confirm_email,
        approved=mode == "open",
    )


def _hushed(email: str) -> str:
    """The address, or one that nobody can ever confirm where it has an account already: only its owner is told, by mail
    (`adapter.greet`), so that nobody learns from signing up who is here."""
    known = User.objects.filter(email=email.lower()) if options().confirm_email else User.objects.none()
    verified = EmailAddress.objects.filter(email=email.lower(), verified=True)
    if options().confirm_email and (known.exists() or verified.exists()):
        return f"{secrets.token_hex(12)}@{TAKEN_DOMAIN}"
    return email


def _count(ip: str) -> None:
    """By /24 (IPv4) or /48, beside what each address may do."""
    network = str(ip_network(f"{ip}/{48 if ':' in ip else 24}", strict=False))
    if options().rate_limits and settings.COUNTERS.count(PER_NETWORK, network).spent:
        raise TooManyRequests


@transaction.atomic
def change_unconfirmed_address(user: User, email: str) -> None:
    """A person who has mistyped his address at sign-up gives another. Raises Invalid."""
    problems = rules.Problems()
    rules.check_sign_up_names(problems, user.username, email)
    problems.raise_any()
    email = email if email.lower() == user.email else _hushed(email)
    User.objects.filter(pk=user.pk, confirmed_at=None).update(email=email.lower())
    user.refresh_from_db(fields=["email"])
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
