"""What moderators do to accounts, and what everybody else then sees."""

import pytest
from tests.conftest import ApiClient, follow, make_token

from openrounds.accounts.models import Account, TeamMembership
from openrounds.moderation import actions
from openrounds.moderation.models import AuditEntry


@pytest.fixture
def home_of_bob(client_of, alice, bob, post_as, run_jobs):
    """Bob follows Alice, who has posted; what he has in his home."""
    follow(bob, alice)
    post_as(alice, "From Alice")
    reader = client_of(bob)
    return lambda: [run_jobs(), *(each["content"] for each in reader.get("/api/v1/timelines/home").json())][
        1:
    ]


def test_suspended_account_is_out_of_sight_and_signed_out(
    client_of, alice, bob, home_of_bob, anonymous
) -> None:
    own, moderator = client_of(alice), bob.user
    assert home_of_bob() == ["<p>From Alice</p>"]
    assert actions.suspend_account(moderator, alice, "Spam")
    assert own.get("/api/v1/timelines/home").status_code == 401
    assert client_of(alice).get("/api/v1/timelines/home").status_code == 403
    assert home_of_bob() == []
    shown = anonymous.get(f"/api/v1/accounts/{alice.pk}").json()
    assert (shown["suspended"], shown["display_name"]) == (True, "")
    (entry,) = AuditEntry.objects.all()
    assert (entry.actor, entry.action, entry.target, entry.reason) == (
        moderator,
        "suspend account",
        "@alice",
        "Spam",
    )


def test_suspension_is_lifted(client_of, alice, home_of_bob) -> None:
    actions.suspend_account(None, alice, "Spam")
    assert home_of_bob() == []
    assert actions.unsuspend_account(None, alice, "A mistake")
    assert home_of_bob() == ["<p>From Alice</p>"]
    assert client_of(alice).get("/api/v1/timelines/home").status_code == 200


def test_boosts_of_a_suspended_account_are_out_of_sight_too(
    client_of, alice, bob, charlie, post_as, run_jobs
) -> None:
    follow(bob, charlie)
    client_of(charlie).post(f"/api/v1/statuses/{post_as(alice).pk}/reblog")
    run_jobs()
    reader = client_of(bob)
    assert len(reader.get("/api/v1/timelines/home").json()) == 1
    actions.suspend_account(None, alice, "Spam")
    run_jobs()
    assert reader.get("/api/v1/timelines/home").json() == []


def test_limited_account_is_left_out_of_public_but_not_of_home(alice, home_of_bob, anonymous) -> None:
    assert len(anonymous.get("/api/v1/timelines/public").json()) == 1
    assert actions.limit_account(None, alice, "Too loud")
    assert anonymous.get("/api/v1/timelines/public").json() == []
    assert home_of_bob() == ["<p>From Alice</p>"]
    assert anonymous.get(f"/api/v1/accounts/{alice.pk}").json()["limited"] is True
    assert actions.unlimit_account(None, alice, "Better")
    assert len(anonymous.get("/api/v1/timelines/public").json()) == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("suspend_account", "suspend_account"),
        ("limit_account", "limit_account"),
        (None, "unsuspend_account"),
        (None, "unlimit_account"),
    ],
)
def test_what_is_so_already_is_not_noted_again(alice, first, again) -> None:
    if first:
        assert getattr(actions, first)(None, alice, "once")
    noted = AuditEntry.objects.count()
    assert not getattr(actions, again)(None, alice, "twice")
    assert AuditEntry.objects.count() == noted


def test_nobody_acts_as_a_suspended_team(alice) -> None:
    team = Account.objects.create(username="journalclub", is_team=True)
    TeamMembership.objects.create(team=team, member=alice)
    acting, own = ApiClient(make_token(team, person=alice.user)), ApiClient(make_token(alice))
    assert actions.suspend_account(None, team, "Spam")
    assert acting.get("/api/v1/timelines/home").status_code == 401
    assert own.get("/api/v1/timelines/home").status_code == 200
