"""Following, and the counters that go with it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openrounds.accounts import actions
from openrounds.accounts.models import Account, Endorsement, Follow, FollowRequest
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound, NotPermitted
from openrounds.jobs.models import Happening

pytestmark = pytest.mark.django_db


def counts(account: Account) -> tuple[int, int]:
    account.refresh_from_db()
    return account.followers_count, account.following_count


def facts() -> list[str]:
    return list(Happening.objects.order_by("pk").values_list("kind", flat=True))


def remote(name: str = "mallory", **more: object) -> Account:
    return Account.objects.create(username=name, domain="evil.test", uri=f"https://evil.test/{name}", **more)


def test_follower_is_counted_once_however_often_he_follows(alice: Account, bob: Account) -> None:
    for _ in range(3):
        actions.follow(bob.pk, alice.pk)
    assert Follow.objects.count() == 1
    assert counts(alice) == (1, 0)
    assert counts(bob) == (0, 1)
    assert facts() == ["Followed"]


def test_follower_who_follows_again_changes_only_what_he_names(alice: Account, bob: Account) -> None:
    actions.follow(bob.pk, alice.pk, show_boosts=False, languages=["en", "de", "en"])
    actions.follow(bob.pk, alice.pk, notify=True)
    row = Follow.objects.get()
    assert (row.show_boosts, row.notify, row.languages) == (False, True, ["en", "de"])
    actions.follow(bob.pk, alice.pk, languages=[])
    assert Follow.objects.get().languages is None


def test_follow_with_what_is_no_language_is_refused(alice: Account, bob: Account) -> None:
    with pytest.raises(Invalid):
        actions.follow(bob.pk, alice.pk, languages=["<script>"])
    assert not Follow.objects.exists()


def test_unfollowing_is_counted_once(alice: Account, bob: Account) -> None:
    actions.follow(bob.pk, alice.pk)
    for _ in range(2):
        actions.unfollow(bob.pk, alice.pk)
    assert counts(alice) == counts(bob) == (0, 0)
    assert facts() == ["Followed", "Unfollowed"]


@pytest.mark.parametrize("why", ["locked", "remote", "limited"])
def test_follow_that_needs_consent_becomes_a_request(alice: Account, bob: Account, why: str) -> None:
    followee = remote() if why == "remote" else alice
    Account.objects.filter(pk=alice.pk).update(locked=why == "locked")
    Account.objects.filter(pk=bob.pk).update(limited_at=now() if why == "limited" else None)
    actions.follow(bob.pk, followee.pk, notify=True)
    actions.follow(bob.pk, followee.pk, show_boosts=False)
    request = FollowRequest.objects.get()
    assert (request.notify, request.show_boosts) == (True, False)
    assert not Follow.objects.exists()
    assert facts() == ["FollowRequested"]


def test_granted_request_becomes_a_follow_with_its_wishes(alice: Account, bob: Account) -> None:
    Account.objects.filter(pk=alice.pk).update(locked=True)
    actions.follow(bob.pk, alice.pk, notify=True, languages=["en"])
    actions.authorize_request(alice.pk, bob.pk)
    row = Follow.objects.get()
    assert (row.notify, row.languages) == (True, ["en"])
    assert counts(alice) == (1, 0)
    assert not FollowRequest.objects.exists()
    with pytest.raises(NotFound):
        actions.authorize_request(alice.pk, bob.pk)
    assert facts() == ["FollowRequested", "FollowRequestEnded", "Followed"]


def test_refused_request_leaves_nothing(alice: Account, bob: Account) -> None:
    Account.objects.filter(pk=alice.pk).update(locked=True)
    actions.follow(bob.pk, alice.pk)
    actions.reject_request(alice.pk, bob.pk)
    assert not FollowRequest.objects.exists()
    with pytest.raises(NotFound):
        actions.reject_request(alice.pk, bob.pk)


def test_request_is_taken_back_by_unfollowing(alice: Account, bob: Account) -> None:
    Account.objects.filter(pk=alice.pk).update(locked=True)
    actions.follow(bob.pk, alice.pk)
    actions.unfollow(bob.pk, alice.pk)
    assert not FollowRequest.objects.exists()
    assert facts() == ["FollowRequested", "FollowRequestEnded"]


def test_account_that_is_no_longer_locked_lets_in_who_waited(
    alice: Account, bob: Account, charlie: Account
) -> None:
    Account.objects.filter(pk=alice.pk).update(locked=True)
    for one in (bob, charlie):
        actions.follow(one.pk, alice.pk)
    actions.edit_profile(alice.pk, {"locked": False})
    assert counts(alice) == (2, 0)


@pytest.mark.parametrize("blocker", ["follower", "followee"])
def test_nobody_follows_across_a_block(alice: Account, bob: Account, blocker: str) -> None:
    pair = (bob.pk, alice.pk) if blocker == "follower" else (alice.pk, bob.pk)
    actions.block(*pair)
    with pytest.raises(NotPermitted):
        actions.follow(bob.pk, alice.pk)
    assert not Follow.objects.exists()


def test_nobody_follows_himself_or_who_moved_away(alice: Account, bob: Account, charlie: Account) -> None:
    Account.objects.filter(pk=alice.pk).update(moved_to=charlie)
    for followee in (bob, alice):
        with pytest.raises(NotPermitted):
            actions.follow(bob.pk, followee.pk)


def test_suspended_or_absent_account_is_not_found(alice: Account, bob: Account) -> None:
    Account.objects.filter(pk=alice.pk).update(suspended_at=now())
    for followee_id in (alice.pk, 1):
        with pytest.raises(NotFound):
            actions.follow(bob.pk, followee_id)


def test_nobody_follows_into_a_server_he_blocks(bob: Account) -> None:
    mallory = remote()
    actions.block_domain(bob.pk, "evil.test")
    with pytest.raises(NotPermitted):
        actions.follow(bob.pk, mallory.pk)


def test_follower_is_removed_by_whom_he_follows(alice: Account, bob: Account) -> None:
    actions.follow(bob.pk, alice.pk)
    actions.remove_from_followers(alice.pk, bob.pk)
    assert counts(alice) == counts(bob) == (0, 0)


def test_endorsement_needs_a_follow_and_ends_with_it(alice: Account, bob: Account) -> None:
    with pytest.raises(Invalid):
        actions.endorse(bob.pk, alice.pk)
    actions.follow(bob.pk, alice.pk)
    for _ in range(2):
        actions.endorse(bob.pk, alice.pk)
    assert Endorsement.objects.count() == 1
    actions.unfollow(bob.pk, alice.pk)
    assert not Endorsement.objects.exists()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["follow", "unfollow", "block", "unblock", "authorize", "reject", "lock", "unlock", "remove"]
        ),
        st.permutations([0, 1, 2]),
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_counters_equal_the_follows_whatever_people_do(
    alice: Account, bob: Account, charlie: Account, steps: list[tuple[str, list[int]]]
) -> None:
    people = [alice, bob, charlie]
    for step, (one, other, _) in steps:
        take(step, people[one].pk, people[other].pk)
    for account in people:
        rows = (
            Follow.objects.filter(followee=account).count(),
            Follow.objects.filter(follower=account).count(),
        )
        assert counts(account) == rows
    both = Follow.objects.values_list("follower", "followee").intersection(
        FollowRequest.objects.values_list("follower", "followee")
    )
    assert not both


def take(step: str, one: int, other: int) -> None:
    doing = {
        "follow": actions.follow,
        "unfollow": actions.unfollow,
        "block": actions.block,
        "unblock": actions.unblock,
        "authorize": actions.authorize_request,
        "reject": actions.reject_request,
        "remove": actions.remove_from_followers,
        "lock": lambda one, _: actions.edit_profile(one, {"locked": True}),
        "unlock": lambda one, _: actions.edit_profile(one, {"locked": False}),
    }
    try:
        doing[step](one, other)
    except (NotPermitted, NotFound):
        return
