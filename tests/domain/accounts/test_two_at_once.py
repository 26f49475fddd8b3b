"""What two people do at the same moment, on a database where moments can be the same."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.conftest import make_person

from openrounds.accounts import actions
from openrounds.accounts.models import Account, Block, Follow, TeamMembership
from openrounds.core.errors import Refusal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


def at_once(*acts: Callable[[], object]) -> None:
    """Runs them in threads that start together; refusals are one way to end."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Refusal:
            return
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(run, act) for act in acts]:
            done.result(timeout=30)


def counted(account: Account) -> tuple[int, int]:
    account.refresh_from_db()
    return account.followers_count, account.following_count


def test_follower_who_clicks_often_is_counted_once() -> None:
    alice, bob = make_person("alice"), make_person("bob")
    for _ in range(5):
        at_once(*[lambda: actions.follow(bob.pk, alice.pk)] * 4)
        assert Follow.objects.count() == 1
        assert (counted(alice), counted(bob)) == ((1, 0), (0, 1))
        at_once(*[lambda: actions.unfollow(bob.pk, alice.pk)] * 4)
        assert (counted(alice), counted(bob)) == ((0, 0), (0, 0))


def test_two_who_follow_each_other_do_not_lock_each_other_out() -> None:
    alice, bob = make_person("alice"), make_person("bob")
    for _ in range(5):
        at_once(lambda: actions.follow(bob.pk, alice.pk), lambda: actions.follow(alice.pk, bob.pk))
        assert (counted(alice), counted(bob)) == ((1, 1), (1, 1))
        at_once(lambda: actions.unfollow(bob.pk, alice.pk), lambda: actions.unfollow(alice.pk, bob.pk))


def test_follow_and_block_never_stand_together() -> None:
    alice, bob = make_person("alice"), make_person("bob")
    for _ in range(10):
        at_once(lambda: actions.follow(bob.pk, alice.pk), lambda: actions.block(alice.pk, bob.pk))
        assert not Follow.objects.exists()
        assert Block.objects.count() == 1
        assert counted(alice) == (0, 0)
        actions.unblock(alice.pk, bob.pk)


def test_two_owners_who_leave_at_once_leave_one() -> None:
    alice, bob = make_person("alice"), make_person("bob")
    team = actions.create_account(username="teamhaem", team=True, owner=alice)
    actions.set_member(team.pk, bob, "owner")
    at_once(lambda: actions.remove_member(team.pk, alice.pk), lambda: actions.remove_member(team.pk, bob.pk))
    assert TeamMembership.objects.filter(team=team, right="owner").count() == 1


def test_name_is_had_by_one_of_those_who_want_it() -> None:
    def sign_up(n: int) -> Account:
        return actions.create_account(
            username="dora", email=f"d{n}@example.org", password="anaemia of 7 causes"
        )

    at_once(*[lambda n=n: sign_up(n) for n in range(4)])
    assert Account.objects.count() == 1
