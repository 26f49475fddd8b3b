"""What an operator does to accounts, teams, invites and tokens from the command line."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

import click
from django.contrib.auth.hashers import make_password
from django.db import transaction

from openrounds.accounts.actions import (
    approve_account,
    check_password,
    create_account,
    remove_member,
    set_member,
)
from openrounds.accounts.models import Account, Invite, Rank, TeamMembership, TeamRight, User
from openrounds.accounts.rules import TAKEN, Problems, check_sign_up_names
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound
from openrounds.moderation.models import AuditEntry
from openrounds.oauth import scopes as scope_rules
from openrounds.oauth.actions import end_access, issue_token
from openrounds.oauth.models import Application

CLIENT_ID = "openrounds-command-line"


def account_named(name: str) -> Account:
    """An account of this server."""
    found = Account.objects.filter(domain="", username__iexact=name.removeprefix("@")).first()
    if found is None:
        raise NotFound(f"There is no account called {name} here.")
    return found


def person_named(name: str) -> User:
    """The person behind an account of this server."""
    account = account_named(name)
    if account.is_team:
        raise Invalid(f"{name} is a team, and nobody signs in as a team. Name the person.")
    return account.user


def create_person(name: str, email: str, password: str, role: str, specialty: str) -> Account:
    """Somebody who may act at once."""
    return create_account(
        username=name,
        email=email,
        password=password,
        role=role,
        specialty=specialty,
        confirmed=True,
        approved=True,
    )


def create_team(name: str, owners: Sequence[str], role: str, display_name: str = "") -> Account:
    """A team with those owners. Without any it waits for its first, whom only an operator can name."""
    people = [person_named(owner).account for owner in owners]
    if not people:
        return _create_ownerless(name, role)
    with transaction.atomic():
        team = create_account(username=name, team=True, owner=people[0], role=role, display_name=display_name)
        for person in people[1:]:
            add_member(name, person.username, owner=True)
    return team


def _create_ownerless(name: str, role: str) -> Account:
    problems = Problems()
    check_sign_up_names(problems, name, None)
    problems.add_if(Account.objects.filter(domain="", username__iexact=name).exists(), "username", TAKEN)
    problems.raise_any()
    return Account.objects.create(username=name, role=role, is_team=True)


def approve(name: str) -> bool:
    """Lets somebody in who signed up; False when he was in already."""
    user = person_named(name)
    done = approve_account(user)
    _note("approve account", user)
    return done


def pending() -> list[User]:
    """Who waits for approval, longest first."""
    return list(
        User.objects.filter(approved_at=None, is_active=True).select_related("account").order_by("created_at")
    )


def disable(name: str, reason: str) -> None:
    """Ends everything that acts for the person, and lets him in no more."""
    user = person_named(name)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        end_access(user, "disabled by the operator")
        _note("disable account", user, reason)


def enable(name: str) -> None:
    user = person_named(name)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        _note("enable account", user)


def set_rank(name: str, rank: str) -> None:
    """What the person may do for the house."""
    user = person_named(name)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(rank=Rank[rank.upper()])
        _note(f"make {rank}", user)


def reset_password(name: str, password: str) -> None:
    """A new password; whatever is signed in with the old one is signed out."""
    user = person_named(name)
    check_password(password, user)
    hashed = make_password(password)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=hashed)
        end_access(user, "the operator set a new password")
        _note("reset password", user)


def _note(action: str, user: User, reason: str = "") -> None:
    """In the audit trail; no actor means the command line."""
    AuditEntry.objects.create(actor=None, action=action, target=f"@{user.username}", reason=reason)


def team_named(name: str) -> Account:
    team = account_named(name)
    if not team.is_team:
        raise Invalid(f"{name} is a person, not a team.")
    return team


def add_member(team: str, name: str, *, owner: bool) -> None:
    """Lets a person post as the team; an owner also chooses its members."""
    right = TeamRight.OWNER if owner else TeamRight.POSTER
    set_member(team_named(team).pk, person_named(name).account, right)


def drop_member(team: str, name: str) -> None:
    """Takes the right to post as the team from a person, with every token that does; the last owner stays."""
    remove_member(team_named(team).pk, person_named(name).account.pk)


def members(team: str) -> list[TeamMembership]:
    """Owners first."""
    return list(
        TeamMembership.objects.filter(team=team_named(team)).select_related("member").order_by("right", "pk")
    )


def create_invite(creator: str, uses: int | None, days: int | None) -> str:
    """A code that lets people in without approval."""
    invite = Invite.objects.create(
        code=secrets.token_urlsafe(9),
        creator=person_named(creator),
        max_uses=uses,
        expires_at=now() + timedelta(days=days) if days else None,
    )
    return invite.code


def create_token(name: str, scopes: str, person_name: str | None) -> str:
    """A token with which scripts act as the account. For a team the person who acts is recorded with each post, and
    becomes a member by the operator's word if he is none (the owner, where there is no owner)."""
    if not scope_rules.split(scopes):
        raise Invalid("A token without scopes is good for nothing. Try: read write follow push")
    if unknown := scope_rules.unknown(scopes):
        raise Invalid(f"There is no scope {', '.join(unknown)}. Try: read write follow push")
    account = account_named(name)
    token, _ = issue_token(account, _person_for(account, person_name), scopes, command_line())
    return token


def _person_for(account: Account, person_name: str | None) -> User:
    if not account.is_team:
        if person_name and account_named(person_name) != account:
            raise Invalid(f"{account.username} is a person, who acts for himself: leave --as out.")
        return account.user
    if not person_name:
        raise Invalid(
            f"{account.username} is a team: say who acts for it, with --as NAME (one of: {_who(account)})."
        )
    person = person_named(person_name)
    if not account.memberships.filter(member=person.account).exists():
        has_owner = account.memberships.filter(right=TeamRight.OWNER).exists()
        add_member(account.username, person_name, owner=not has_owner)
        right = "a member" if has_owner else "the owner"
        click.echo(f"{person_name} is now {right} of {account.username}.", err=True)
    return person


def _who(team: Account) -> str:
    return ", ".join(team.memberships.values_list("member__username", flat=True)) or "nobody yet"


def command_line() -> Application:
    """What posts made with such tokens are shown to come from. Its secret is thrown away: nobody signs in through it."""
    application, _ = Application.objects.get_or_create(
        client_id=CLIENT_ID,
        defaults={
            "name": "OpenRounds command line",
            "scopes": "read write follow push",
            "redirect_uris": ["urn:ietf:wg:oauth:2.0:oob"],
            "client_secret_hash": secrets.token_hex(32),
        },
    )
    return application
