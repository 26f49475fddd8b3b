"""What is swept away of accounts."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from openrounds.accounts.actions import confirm_account, create_account
from openrounds.accounts.jobs import UNCONFIRMED_KEPT, forget_unconfirmed
from openrounds.accounts.models import Account, User
from openrounds.core.clock import now
from openrounds.jobs.registry import Tick

pytestmark = pytest.mark.django_db
LONG_AGO = now() - UNCONFIRMED_KEPT - timedelta(minutes=1)


def sign_up(username: str, at: object = LONG_AGO) -> Account:
    account = create_account(username=username, email=f"{username}@example.org", password="a long one 4711")
    User.objects.filter(account=account).update(created_at=at)
    return account


def names() -> set[str]:
    return set(Account.objects.values_list("username", flat=True))


def test_address_that_nobody_confirmed_frees_its_name() -> None:
    sign_up("dora")
    forget_unconfirmed(Tick())
    assert (names(), User.objects.count(), EmailAddress.objects.count()) == (set(), 0, 0)
    sign_up("dora")


def test_who_may_still_confirm_has_confirmed_or_is_nobody_stays(alice: Account) -> None:
    User.objects.filter(account=alice).update(created_at=LONG_AGO)
    sign_up("late", now() - UNCONFIRMED_KEPT + timedelta(minutes=2))
    confirm_account(sign_up("waits").user)
    create_account(username="ward", team=True, owner=alice)
    Account.objects.create(username="elsewhere", domain="other.example")
    Account.objects.update(created_at=LONG_AGO)
    forget_unconfirmed(Tick())
    assert names() == {"alice", "late", "waits", "ward", "elsewhere"}


def test_very_many_go_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openrounds.accounts.jobs.PEOPLE_AT_ONCE", 2)
    for number in range(5):
        sign_up(f"wave{number}")
    forget_unconfirmed(Tick())
    assert names() == set()
