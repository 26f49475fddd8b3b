"""Teams and who may act as them."""

import pytest
from tests.conftest import make_token

from openrounds.accounts import actions, queries
from openrounds.accounts.access import access_owned_team, access_team
from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.core.errors import Invalid, NotFound, NotPermitted
from openrounds.oauth.models import AccessToken

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(alice: Account) -> Account:
    return actions.create_account(username="TeamHaem", team=True, owner=alice)


def rights(team: Account) -> dict[str, str]:
    return dict(TeamMembership.objects.filter(team=team).values_list("member__username", "right"))


def test_team_with_one_owner_is_warned(team: Account, bob: Account) -> None:
    assert queries.team_warnings(queries.members([team.pk])[team.pk])
    actions.set_member(team.pk, bob, TeamRight.OWNER)
    assert queries.team_warnings(queries.members([team.pk])[team.pk]) == []


def test_member_is_taken_in_once_and_his_right_changed(team: Account, bob: Account) -> None:
    actions.set_member(team.pk, bob, "poster")
    actions.set_member(team.pk, bob, "owner")
    assert rights(team) == {"alice": "owner", "bob": "owner"}


def test_last_owner_neither_leaves_nor_steps_down(team: Account, alice: Account, bob: Account) -> None:
    actions.set_member(team.pk, bob, "poster")
    with pytest.raises(Invalid):
        actions.remove_member(team.pk, alice.pk)
    with pytest.raises(Invalid):
        actions.set_member(team.pk, alice, "poster")
    actions.set_member(team.pk, bob, "owner")
    actions.remove_member(team.pk, alice.pk)
    assert rights(team) == {"bob": "owner"}


def test_member_who_leaves_loses_his_tokens_for_the_team_alone(
    team: Account, alice: Account, bob: Account
) -> None:
    actions.set_member(team.pk, bob, "poster")
    make_token(team, person=bob.user)
    make_token(team, person=alice.user)
    make_token(bob)
    actions.remove_member(team.pk, bob.pk)
    left = set(AccessToken.objects.values_list("account_id", "person_id"))
    assert left == {(team.pk, alice.user.pk), (bob.pk, bob.user.pk)}


def test_only_people_of_this_server_are_members(team: Account, alice: Account, bob: Account) -> None:
    other = actions.create_account(username="Other", team=True, owner=alice)
    far = Account.objects.create(username="m", domain="evil.test", uri="https://evil.test/m")
    for nobody in (other, far):
        with pytest.raises(NotPermitted):
            actions.set_member(team.pk, nobody, "poster")
    with pytest.raises(Invalid):
        actions.set_member(team.pk, bob, "king")
    with pytest.raises(NotFound):
        actions.set_member(alice.pk, bob, "poster")
    with pytest.raises(NotFound):
        actions.remove_member(team.pk, bob.pk)


def test_inside_of_a_team_is_for_members_and_its_rights_for_owners(
    team: Account, alice: Account, bob: Account, charlie: Account
) -> None:
    actions.set_member(team.pk, bob, "poster")
    assert access_owned_team(alice.pk, team.pk) == team
    assert access_team(bob.pk, team.pk).right == "poster"
    with pytest.raises(NotPermitted):
        access_owned_team(bob.pk, team.pk)
    for door in (access_team, access_owned_team):
        with pytest.raises(NotFound):
            door(charlie.pk, team.pk)
    assert queries.owns(alice.user.pk, team.pk)
    assert not queries.owns(bob.user.pk, team.pk)
