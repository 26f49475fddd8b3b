"""Many accounts with tokens at once, for load tests. They have no password, so nobody signs in as one of them."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from openrounds.accounts.models import Account, Role, User
from openrounds.accounts.rules import name_starts
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.oauth.access import hash_secret
from openrounds.oauth.models import AccessToken
from openrounds.ops.bulk import load, load_like
from openrounds.ops.people import command_line

SCOPES = "read write follow push"
BATCH = 1_000


def names_of(count: int) -> list[str]:
    return ["team", *(f"person{number:04d}" for number in range(1, count))]


def make_people(count: int, tokens: Path, advance: Callable[[int], None]) -> None:
    """`count` people, the first called `team`, whose names and tokens are written to a file that only its owner can
    read: `[{"acct", "token"}, …]`. Those who are there already get another token."""
    written: list[dict[str, str]] = []
    for batch in db.chunks(names_of(count), BATCH):
        written += _make(batch)
        advance(len(batch))
    tokens.touch(mode=0o600)
    tokens.chmod(0o600)
    tokens.write_text(json.dumps(written, indent=1), encoding="utf-8")


@transaction.atomic
def _make(names: list[str]) -> list[dict[str, str]]:
    known = set(_people(names))
    _write([name for name in names if name not in known])
    people = _people(names)
    given = {name: secrets.token_urlsafe(32) for name in names}
    load_like(
        AccessToken(application=command_line(), scopes=SCOPES),
        ("person_id", "account_id", "token_hash"),
        ((*people[name], hash_secret(token)) for name, token in given.items()),
    )
    return [{"acct": name, "token": token} for name, token in given.items()]


def _people(names: list[str]) -> dict[str, tuple[int, int]]:
    """The ids of the person and of the account, by name."""
    found = User.objects.filter(username__in=names).values_list("username", "pk", "account_id")
    return {name: (person_id, account_id) for name, person_id, account_id in found}


def _write(names: list[str]) -> None:
    ids = {name: db.next_id() for name in names}
    roles = {name: Role.values[sum(name.encode()) % len(Role.values)] for name in names}
    people = ((ids[name], name, name.capitalize(), roles[name]) for name in names)
    load_like(Account(), ("id", "username", "display_name", "role"), people)
    starts = ((start, ids[name]) for name in names for start in name_starts(name.capitalize()))
    load("accounts_namestart", ("start", "account_id"), starts)
    load_like(
        User(password=make_password(None), confirmed_at=now(), approved_at=now()),
        ("account_id", "username", "email"),
        ((ids[name], name, f"{name}@people.example") for name in names),
    )
