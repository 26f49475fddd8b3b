"""What must not read every account of a large server, by the plans of its queries."""

from typing import Any

import pytest
from tests.conftest import follow
from tests.factories.plans import plans_of

from openrounds.accounts import queries
from openrounds.accounts.models import Account
from openrounds.accounts.queries import find
from openrounds.accounts.registration import registrations

pytestmark = pytest.mark.django_db
SORTING = ("TEMP B-TREE", "Sort")


@pytest.mark.parametrize("order", ["active", "new"])
@pytest.mark.parametrize("local", [True, False], ids=["local", "everywhere"])
def test_directory_is_read_in_the_order_of_an_index(alice: Account, order: str, local: bool) -> None:
    plan = plans_of(lambda: queries.directory(alice.pk, order=order, local=local, limit=40, offset=0))
    assert [line for line in plan if any(word in line for word in SORTING)] == []
    assert any("account_active" in line for line in plan) == (order == "active")


@pytest.mark.parametrize("order", ["active", "new"])
def test_directory_ends_before_its_pages_grow_dear(
    alice: Account, bob: Account, django_assert_num_queries: Any, order: str
) -> None:
    with django_assert_num_queries(1):
        queries.directory(alice.pk, order=order, local=True, limit=40, offset=find.FARTHEST)
    with django_assert_num_queries(0):
        assert queries.directory(alice.pk, order=order, local=True, limit=40, offset=90_000) == []


def test_moderators_are_found_without_reading_everybody(alice: Account) -> None:
    assert any("user_rank" in line for line in plans_of(registrations))


@pytest.mark.sqlite_only  # PostgreSQL knows how many follow whom, and turns the join round by itself
def test_familiar_followers_begin_with_whom_one_follows_oneself(alice: Account, bob: Account) -> None:
    follow(alice, bob)
    plan = plans_of(lambda: queries.familiar_followers(alice.pk, [bob.pk]))
    assert any(line.startswith("SEARCH mine") and "(follower_id=?)" in line for line in plan)
    assert any(line.startswith("SEARCH t ") and "follower_id=?" in line for line in plan)
