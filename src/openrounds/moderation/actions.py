"""What moderators do to accounts. Everything leaves an entry in the audit trail, in the same transaction."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from openrounds.accounts.models import Account, Departure, User
from openrounds.core.clock import now
from openrounds.jobs.actions import record
from openrounds.moderation.facts import AccountRestored, AccountSuspended
from openrounds.moderation.models import AuditEntry
from openrounds.oauth.actions import end_access, revoke_tokens_for_team


def note(actor: User | None, action: str, target: object, reason: str = "") -> None:
    """An entry in the audit trail; no actor means the command line."""
    AuditEntry.objects.create(actor=actor, action=action, target=str(target)[:300], reason=reason)


@transaction.atomic
def suspend_account(actor: User | None, account: Account, reason: str) -> bool:
    """Nobody sees what the account posts any more, and the person behind it is signed out everywhere and for good.
    False when it was suspended already."""
    changed = Account.objects.filter(pk=account.pk, suspended_at=None)
    if not changed.update(suspended_at=now(), version=F("version") + 1):
        return _hold(actor, account, reason, held=True)
    for person in User.objects.filter(account=account):
        end_access(person, "suspended by a moderator")
    for membership in account.memberships.all():
        revoke_tokens_for_team(account.pk, membership.member_id)
    note(actor, "suspend account", account, reason)
    record(AccountSuspended(account.pk))
    return True


@transaction.atomic
def unsuspend_account(actor: User | None, account: Account, reason: str) -> bool:
    """Everything is visible again, and the person may sign in. False when it was not suspended, and for the bare name that is
    left of somebody who has gone."""
    if Departure.objects.filter(account=account).exists():
        return _hold(actor, account, reason, held=False)
    gone = Q(domain="", is_team=False, user=None)
    changed = Account.objects.filter(~gone, pk=account.pk, suspended_at__isnull=False)
    if not changed.update(suspended_at=None, version=F("version") + 1):
        return False
    note(actor, "lift suspension", account, reason)
    record(AccountRestored(account.pk))
    return True


def _hold(actor: User | None, account: Account, reason: str, *, held: bool) -> bool:
    """Of an account that is about to be erased at its owner's wish nothing is seen already: what changes is whether he may
    come back."""
    if not Departure.objects.filter(account=account, held=not held).update(held=held):
        return False
    note(actor, "suspend account" if held else "lift suspension", account, reason)
    return True


def limit_account(actor: User | None, account: Account, reason: str) -> bool:
    """Only followers meet what the account posts: it is left out of public timelines, trends and suggestions. False
    when it was limited already."""
    return _set_limit(actor, account, reason, "limit account", now())


def unlimit_account(actor: User | None, account: Account, reason: str) -> bool:
    """False when it was not limited."""
    return _set_limit(actor, account, reason, "lift limit", None)


@transaction.atomic
def _set_limit(
    actor: User | None, account: Account, reason: str, action: str, limited_at: datetime | None
) -> bool:
    changed = Account.objects.filter(pk=account.pk, limited_at__isnull=limited_at is not None)
    if not changed.update(limited_at=limited_at, version=F("version") + 1):
        return False
    note(actor, action, account, reason)
    return True
