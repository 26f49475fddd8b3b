"""How accounts come to be, wait for consent, and are turned away."""

from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower

from openrounds.accounts import rules
from openrounds.accounts.facts import SignedUp
from openrounds.accounts.models import Account, Invite, Role, TeamMembership, TeamRight, User
from openrounds.accounts.rules import Problems
from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.jobs.actions import record

_PASSWORD_CODES = {"password_too_short": "ERR_TOO_SHORT"}


def create_account(
    *,
    username: str,
    email: str = "",
    password: str = "",
    role: str = "",
    specialty: str = "",
    team: bool = False,
    owner: Account | None = None,
    display_name: str = "",
    reason: str = "",
    confirmed: bool = False,
    approved: bool = False,
    locale: str = "en",
    agreement: bool = True,
    ip: str | None = None,
    invite_code: str = "",
) -> Account:
    """A new account of this server: a person who signs in with address and password, or a team of `owner`'s.

    A valid `invite_code` approves. Raises Invalid whose details name each field at fault.
    """
    problems = Problems()
    rules.check_sign_up_names(problems, username, None if team else email)
    rules.check_profile_texts(problems, display_name, specialty)
    problems.add_if(role not in ("", *Role.values), "role", rules.NOT_LISTED)
    problems.add_if(len(reason) > rules.REASON_LIMIT, "reason", rules.too_long(rules.REASON_LIMIT))
    problems.add_if(not agreement, "agreement", rules.NOT_ACCEPTED)
    account = Account(
        username=username, display_name=display_name, role=role, specialty=specialty, is_team=team
    )
    if team:
        problems.add_if(owner is None, "owner", rules.BLANK)
        _find_taken(problems, username, None)
        problems.raise_any()
        assert owner is not None
        return _create_team(account, owner)
    user = User(
        username=username,
        email=email.lower(),
        locale=locale[:35] or "en",
        sign_up_reason=reason,
        sign_up_ip=ip,
        confirmed_at=now() if confirmed else None,
        approved_at=now() if approved else None,
    )
    _check_password(problems, password, user)
    _find_taken(problems, username, email)
    problems.raise_any()
    user.password = make_password(password)  # slow on purpose, so before the transaction
    return _create_person(account, user, invite_code)


def check_password(password: str, user: User) -> None:
    """Refuses, with Invalid, a password that is too short, too long, common, or like the person's name."""
    problems = Problems()
    _check_password(problems, password, user)
    problems.raise_any()


def _check_password(problems: Problems, password: str, user: User) -> None:
    problems.add_if(not password, "password", rules.BLANK)
    problems.add_if(len(password) > rules.PASSWORD_LIMIT, "password", rules.too_long(rules.PASSWORD_LIMIT))
    if "password" in problems.found:
        return
    try:
        validate_password(password, user, _validators())
    except ValidationError as error:
        for one in error.error_list:
            text = " ".join(one.messages).removeprefix("This password ").rstrip(".")
            problems.add("password", (_PASSWORD_CODES.get(one.code or "", "ERR_INVALID"), text))


@cache
def _validators() -> tuple[MinimumLengthValidator, CommonPasswordValidator, UserAttributeSimilarityValidator]:
    """Made when somebody first chooses a password, since one of them reads 20,000."""
    named = UserAttributeSimilarityValidator(("username", "email"))
    return MinimumLengthValidator(8), CommonPasswordValidator(), named


def _find_taken(problems: Problems, username: str, email: str | None) -> None:
    taken = (
        Account.objects.alias(folded=Lower("username")).filter(domain="", folded=username.lower()).exists()
    )
    problems.add_if(taken and "username" not in problems.found, "username", rules.TAKEN)
    if email is not None and "email" not in problems.found:
        known = User.objects.filter(email=email.lower()).exists()
        known = known or EmailAddress.objects.filter(email=email.lower(), verified=True).exists()
        problems.add_if(known, "email", rules.TAKEN)


def _create_person(account: Account, user: User, invite_code: str) -> Account:
    try:
        with transaction.atomic():
            if invite_code:
                user.invite = _use_invite(invite_code)
                user.approved_at = now()
            account.save(force_insert=True)
            user.account = account
            user.save(force_insert=True)
            _keep_address(user)
            record(SignedUp(account_id=account.pk))
    except IntegrityError as error:
        raise _lost_race(account.username, user.email) from error
    return account


def _create_team(account: Account, owner: Account) -> Account:
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            TeamMembership.objects.create(team=account, member=owner, right=TeamRight.OWNER)
    except IntegrityError as error:
        raise _lost_race(account.username, None) from error
    return account


def _lost_race(username: str, email: str | None) -> Invalid:
    """Somebody else took the name between our look and our write."""
    problems = Problems()
    _find_taken(problems, username, email)
    return Invalid("Validation failed: Username or e-mail has already been taken", problems.found or None)


def _keep_address(user: User) -> None:
    """allauth's own row of the address, which its pages for confirmation and reset read."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": user.confirmed_at is not None}
    )


def _use_invite(code: str) -> Invite:
    """Counts one use; the condition holds when two use the last one at once."""
    good = (
        Q(code=code)
        & (Q(expires_at=None) | Q(expires_at__gt=now()))
        & (Q(max_uses=None) | Q(uses__lt=F("max_uses")))
    )
    if not Invite.objects.filter(good).update(uses=F("uses") + 1):
        problems = Problems()
        problems.add("invite_code", ("ERR_INVALID", "is not valid or has been used up"))
        problems.raise_any()
    return Invite.objects.get(code=code)


def confirm_account(user: User) -> bool:
    """The person has shown that the address is his. False when that was known already."""
    with transaction.atomic():
        changed = User.objects.filter(pk=user.pk, confirmed_at=None).update(confirmed_at=now())
        if changed:
            user.refresh_from_db(fields=["confirmed_at"])
            _keep_address(user)
    return bool(changed)


def approve_account(user: User) -> bool:
    """A moderator lets the person in. False when he was in already."""
    changed = User.objects.filter(pk=user.pk, approved_at=None).update(approved_at=now())
    if changed:
        user.refresh_from_db(fields=["approved_at"])
    return bool(changed)


def reject_account(user: User) -> None:
    """A moderator turns away somebody who still waits: nothing of him is kept."""
    with transaction.atomic():
        deleted, _ = Account.objects.filter(pk=user.account_id, user__approved_at=None).delete()
    if not deleted:
        raise Invalid("This account has been approved already")
