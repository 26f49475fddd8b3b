"""A48: who has an account is not to be found out: the same answer and the same work for known and unknown names."""

import re
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from tests.factories.signing_in import PASSWORD, make_member, submit

from openrounds.accounts.models import User
from openrounds.jobs.models import Job
from openrounds.jobs.worker import run_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits", "dana")]
FORM = {"username": "newcomer", "password": PASSWORD, "reason": "I teach", "agreement": "on"}


@pytest.fixture
def dana() -> None:
    make_member()
    run_due()


@pytest.fixture
def hashed() -> Iterator[list[str]]:
    """Every time a password is hashed, the one thing that takes long enough to be seen from outside."""
    done: list[str] = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify

    def counted_encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        done.append("hash")
        return encode(self, password, salt)

    def counted_verify(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        done.append("hash")
        return verify(self, password, encoded)

    with (
        patch.object(Argon2PasswordHasher, "encode", counted_encode),
        patch.object(Argon2PasswordHasher, "verify", counted_verify),
    ):
        yield done


def body(response: HttpResponse, *typed: str) -> str:
    """The page without what was typed into it and without its form's own token."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    for word in typed:
        text = text.replace(word, "")
    return text


def both(
    path: str, hashed: list[str], known: dict[str, str], unknown: dict[str, str]
) -> tuple[HttpResponse, ...]:
    """The two answers, after it was found that they took the same work."""
    work = []
    answers = []
    for fields in (known, unknown):
        hashed.clear()
        answers.append(submit(Client(), path, **fields))
        work.append(len(hashed))
    assert work[0] == work[1]
    return tuple(answers)


@pytest.mark.parametrize(
    ("known", "unknown"), [("dana", "nobody"), ("dana@example.org", "nobody@example.org")]
)
def test_a48_sign_in_tells_nothing(hashed: list[str], known: str, unknown: str) -> None:
    first, second = both(
        "/auth/sign_in",
        hashed,
        {"login": known, "password": "wrong"},
        {"login": unknown, "password": "wrong"},
    )
    assert hashed, "the work must have been done"
    assert first.status_code == second.status_code == 200
    assert body(first, known) == body(second, unknown)


def test_a48_reset_tells_nothing(hashed: list[str]) -> None:
    first, second = both(
        "/auth/password/new", hashed, {"email": "dana@example.org"}, {"email": "nobody@example.org"}
    )
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Job.objects.filter(queue="mail").count() == 2


def test_a48_sign_up_tells_nothing_about_addresses(hashed: list[str]) -> None:
    new = FORM | {"email": "new@example.org", "username": "another"}
    first, second = both("/auth/sign_up", hashed, FORM | {"email": "dana@example.org"}, new)
    assert hashed, "the work must have been done"
    assert first.status_code == second.status_code == 200
    assert body(first, "dana@example.org") == body(second, "new@example.org")
    run_due()
    assert sorted(message.to[0] for message in mail.outbox) == ["dana@example.org", "new@example.org"]
    assert User.objects.filter(email="dana@example.org").count() == 1
