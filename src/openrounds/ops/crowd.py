"""Many accounts with tokens at once, for load tests. They have no password, so nobody signs in as one of them."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from openrounds.accounts.models import Account, Role, User
from openrounds.core.clock import now
from openrounds.core.db import chunks
from openrounds.oauth.access import hash_secret
from openrounds.oauth.models import AccessToken
from openrounds.ops.people import command_line

SCOPES = "read write follow push"
BATCH = 200


def names_of(count: int) -> list[str]:
    return ["team", *(f"person{number:04d}" for number in range(1, count))]


def make_people(count: int, tokens: Path, advance: Callable[[int], None]) -> None:
    """`count` people, the first called `team`, whose names and tokens are written to a file that only its owner can
    read: `[{"acct", "token"}, …]`. Those who are there already get another token."""
    written: list[dict[str, str]] = []
    for batch in chunks(names_of(count), BATCH):
        written += _make(batch)
        advance(len(batch))
    tokens.touch(mode=0o600)
    tokens.chmod(0o600)
    tokens.write_text(json.dumps(written, indent=1), encoding="utf-8")


@transaction.atomic
def _make(names: list[str]) -> list[dict[str, str]]:
    known = set(Account.objects.filter(domain="", username__in=names).values_list("username", flat=True))
    fresh = [_account(name) for name in names if name not in known]
    Account.objects.bulk_create(fresh)
    User.objects.bulk_create([_user(account) for account in fresh])
    people = User.objects.filter(username__in=names).select_related("account").order_by("pk")
    application = command_line()
    given = {person: secrets.token_urlsafe(32) for person in people}
    AccessToken.objects.bulk_create(
        AccessToken(
            application=application,
            person=person,
            account=person.account,
            scopes=SCOPES,
            token_hash=hash_secret(token),
        )
        for person, token in given.items()
    )
    by_name = {person.username: token for person, token in given.items()}
    return [{"acct": name, "token": by_name[name]} for name in names]


def _account(name: str) -> Account:
    role = Role.values[sum(name.encode()) % len(Role.values)]
    return Account(username=name, display_name=name.capitalize(), role=role)


def _user(account: Account) -> User:
    return User(
        account=account,
        username=account.username,
        email=f"{account.username}@people.example",
        password=make_password(None),
        confirmed_at=now(),
        approved_at=now(),
    )
