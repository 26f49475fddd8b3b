"""Who may have which account, and what it takes until it can be used."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from openrounds.accounts.actions import approve_account, confirm_account, create_account, reject_account
from openrounds.accounts.models import Account, Invite, TeamMembership, TeamRight, User
from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.jobs.models import Happening

pytestmark = pytest.mark.django_db
GOOD = {"username": "dora", "email": "dora@example.org", "password": "anaemia of 7 causes"}


def sign_up(**changed: Any) -> Account:
    return create_account(**(GOOD | changed))


def test_person_signs_up_and_waits_for_confirmation_and_approval() -> None:
    account = sign_up(role="student", specialty="Haematology", reason="I learn", locale="de", ip="192.0.2.1")

    user = User.objects.get(account=account)
    assert (account.role, account.specialty, account.is_team) == ("student", "Haematology", False)
    assert (user.sign_up_reason, user.locale, user.may_act) == ("I learn", "de", False)
    assert user.check_password(str(GOOD["password"]))
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.primary, address.verified) == ("dora@example.org", True, False)
    assert Happening.objects.filter(kind="SignedUp").count() == 1


def test_person_made_by_the_operator_may_act_at_once() -> None:
    user = User.objects.get(account=sign_up(confirmed=True, approved=True))
    assert user.may_act
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"username": ""}, "username", "ERR_BLANK"),
        ({"username": "a b"}, "username", "ERR_INVALID"),
        ({"username": "x" * 31}, "username", "ERR_TOO_LONG"),
        ({"username": "Admin"}, "username", "ERR_RESERVED"),
        ({"email": ""}, "email", "ERR_BLANK"),
        ({"email": "dora"}, "email", "ERR_INVALID"),
        ({"email": "d" * 310 + "@example.org"}, "email", "ERR_TOO_LONG"),
        ({"password": ""}, "password", "ERR_BLANK"),
        ({"password": "k2v9"}, "password", "ERR_TOO_SHORT"),
        ({"password": "x" * 257}, "password", "ERR_TOO_LONG"),
        ({"password": "password"}, "password", "ERR_INVALID"),
        ({"password": "dora@example.org"}, "password", "ERR_INVALID"),
        ({"agreement": False}, "agreement", "ERR_ACCEPTED"),
        ({"role": "wizard"}, "role", "ERR_INCLUSION"),
        ({"specialty": "x" * 101}, "specialty", "ERR_TOO_LONG"),
        ({"display_name": "x" * 31}, "display_name", "ERR_TOO_LONG"),
        ({"reason": "x" * 2001}, "reason", "ERR_TOO_LONG"),
        ({"invite_code": "none"}, "invite_code", "ERR_INVALID"),
    ],
)
def test_sign_up_with_a_bad_field_is_refused_by_name(changed: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        sign_up(**changed)
    assert refused.value.details is not None
    assert code in [found for found, _ in refused.value.details[field]]
    assert not Account.objects.exists()


def test_name_that_differs_by_capitals_only_is_taken() -> None:
    sign_up()
    with pytest.raises(Invalid) as refused:
        sign_up(username="DORA", email="Dora@Example.org")
    assert {name: codes[0][0] for name, codes in (refused.value.details or {}).items()} == {
        "username": "ERR_TAKEN",
        "email": "ERR_TAKEN",
    }


def test_name_of_somebody_elsewhere_is_free_here() -> None:
    Account.objects.create(username="dora", domain="evil.test", uri="https://evil.test/dora")
    assert sign_up().is_local


def test_name_lost_to_somebody_quicker_is_refused_as_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def sees_nothing(*_: Any) -> None:
        """The look happens before the other's write."""

    sign_up()
    monkeypatch.setattr("openrounds.accounts.actions.sign_up._find_taken", sees_nothing)
    with pytest.raises(Invalid):
        sign_up()
    with pytest.raises(Invalid):
        create_account(username="Dora", team=True, owner=Account.objects.get())
    assert Account.objects.count() == 1


def test_team_has_an_owner_and_nobody_who_signs_in(alice: Account) -> None:
    team = create_account(username="TeamHaem", team=True, owner=alice, display_name="Team Haem")
    assert team.is_team
    assert not User.objects.filter(account=team).exists()
    assert TeamMembership.objects.get(team=team, member=alice).right == TeamRight.OWNER


def test_team_without_an_owner_is_refused() -> None:
    with pytest.raises(Invalid):
        create_account(username="TeamHaem", team=True)


def test_invite_lets_in_as_often_as_it_says(alice: Account) -> None:
    invite = Invite.objects.create(code="abc", creator=alice.user, max_uses=1)
    user = User.objects.get(account=sign_up(invite_code="abc"))
    assert user.approved_at
    assert user.invite == invite
    with pytest.raises(Invalid):
        sign_up(username="emil", email="emil@example.org", invite_code="abc")
    assert not Account.objects.filter(username="emil").exists()


def test_invite_that_has_run_out_lets_nobody_in(alice: Account) -> None:
    Invite.objects.create(code="old", creator=alice.user, expires_at=now() - timedelta(seconds=1))
    with pytest.raises(Invalid):
        sign_up(invite_code="old")


def test_confirming_and_approving_twice_changes_nothing() -> None:
    user = User.objects.get(account=sign_up())
    assert confirm_account(user)
    assert approve_account(user)
    assert user.may_act
    assert EmailAddress.objects.get(user=user).verified
    confirmed_at = user.confirmed_at
    assert not confirm_account(user)
    assert not approve_account(user)
    assert User.objects.get().confirmed_at == confirmed_at


def test_rejected_person_leaves_nothing_behind() -> None:
    reject_account(User.objects.get(account=sign_up()))
    assert not Account.objects.exists()
    assert not User.objects.exists()


def test_approved_person_cannot_be_rejected(alice: Account) -> None:
    with pytest.raises(Invalid):
        reject_account(alice.user)
    assert Account.objects.filter(pk=alice.pk).exists()
