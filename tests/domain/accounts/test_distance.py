"""Blocks, mutes, and blocks of whole servers."""

from datetime import timedelta

import pytest
from tests.conftest import follow

from openrounds.accounts import actions, queries
from openrounds.accounts.models import Account, Block, DomainBlock, Follow, FollowRequest, Mute
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotPermitted
from openrounds.core.paging import Paging
from openrounds.jobs.models import Happening

pytestmark = pytest.mark.django_db


def test_block_ends_follows_and_requests_both_ways(alice: Account, bob: Account) -> None:
    actions.follow(alice.pk, bob.pk)
    Account.objects.filter(pk=alice.pk).update(locked=True)
    actions.follow(bob.pk, alice.pk)
    for _ in range(2):
        actions.block(alice.pk, bob.pk)
    assert Block.objects.count() == 1
    assert not Follow.objects.exists()
    assert not FollowRequest.objects.exists()
    alice.refresh_from_db()
    assert (alice.followers_count, alice.following_count) == (0, 0)
    assert Happening.objects.filter(kind="Blocked").count() == 1


def test_unblocking_brings_no_follow_back(alice: Account, bob: Account) -> None:
    actions.follow(bob.pk, alice.pk)
    actions.block(alice.pk, bob.pk)
    actions.unblock(alice.pk, bob.pk)
    assert not Follow.objects.exists()
    actions.follow(bob.pk, alice.pk)


@pytest.mark.parametrize("act", [actions.block, actions.mute])
def test_nobody_keeps_away_from_himself(alice: Account, act: object) -> None:
    with pytest.raises(NotPermitted):
        act(alice.pk, alice.pk)  # type: ignore[operator]


def test_muting_again_changes_what_was_wished(alice: Account, bob: Account) -> None:
    actions.mute(alice.pk, bob.pk, notifications=True, seconds=60)
    actions.mute(alice.pk, bob.pk, notifications=False)
    row = Mute.objects.get()
    assert (row.hide_notifications, row.expires_at) == (False, None)


def test_mute_that_has_run_out_counts_for_nothing_and_is_tidied_up(alice: Account, bob: Account) -> None:
    actions.mute(alice.pk, bob.pk, seconds=60)
    Mute.objects.update(expires_at=now() - timedelta(seconds=1))
    (relation,) = queries.relationships(alice.pk, [bob.pk])
    assert not relation.muting
    assert queries.mutes(alice.pk, Paging(40)) == []
    actions.delete_expired_mutes()
    assert not Mute.objects.exists()


def test_blocked_server_loses_its_followers_and_keeps_whom_one_follows(alice: Account, bob: Account) -> None:
    near = Account.objects.create(username="mallory", domain="evil.test", uri="https://evil.test/m")
    other = Account.objects.create(username="mallory", domain="good.test", uri="https://good.test/m")
    for one in (near, other, bob):
        actions.follow(one.pk, alice.pk)
    FollowRequest.objects.create(follower=near, followee=alice)
    follow(alice, near)
    for _ in range(2):
        actions.block_domain(alice.pk, "EVIL.test")
    assert set(Follow.objects.values_list("follower_id", "followee_id")) == {
        (other.pk, alice.pk),
        (bob.pk, alice.pk),
        (alice.pk, near.pk),
    }
    assert not FollowRequest.objects.exists()
    alice.refresh_from_db()
    assert alice.followers_count == 2
    actions.unblock_domain(alice.pk, "evil.test")
    assert not DomainBlock.objects.exists()


@pytest.mark.parametrize("domain", ["", "a b", "http://evil.test", "localhost", "evil.test/x", "x" * 300])
def test_what_is_no_server_cannot_be_blocked(alice: Account, domain: str) -> None:
    with pytest.raises(Invalid):
        actions.block_domain(alice.pk, domain)
