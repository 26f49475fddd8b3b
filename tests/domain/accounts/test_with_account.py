"""Who is signed in is read without the ORM, and is the same as if it had read him."""

from datetime import date

import pytest
from django.db.models import Model

from openrounds.accounts.models import Account, Role, User
from openrounds.accounts.queries import with_account
from openrounds.core.clock import now

pytestmark = pytest.mark.django_db


def values(row: Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_person_and_account_are_as_the_orm_reads_them(alice: Account) -> None:
    alice.fields = [{"name": "Pronouns", "value": "she", "verified_at": None}]
    alice.attribution_domains, alice.last_post_on, alice.role = (
        ["blog.example"],
        date(2026, 11, 22),
        Role.NURSE,
    )
    alice.limited_at = now()
    alice.save()
    User.objects.filter(account=alice).update(last_login=now())
    known = User.objects.select_related("account").get(account=alice)
    found = with_account(known.pk)
    assert found is not None
    assert values(found) == values(known)
    assert values(found.account) == values(known.account)
    assert (found, found.account, found.get_deferred_fields()) == (known, known.account, set())


def test_what_is_changed_of_him_is_written(alice: Account) -> None:
    found = with_account(alice.user.pk)
    assert found is not None
    found.account.note = "Changed"
    found.account.save(update_fields=["note"])
    found.save()
    assert Account.objects.get(pk=alice.pk).note == "Changed"
    assert User.objects.count() == 1


def test_nobody_is_found_under_a_number_that_is_nobodys() -> None:
    assert with_account(404) is None
