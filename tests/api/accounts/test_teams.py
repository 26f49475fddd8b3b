"""/api/openrounds/v1/teams and who wrote a team's post."""

import msgspec
import pytest
from tests.conftest import ApiClient, make_token

from openrounds.accounts import actions
from openrounds.accounts.models import Account as Row
from openrounds.accounts.models import Rank, User
from openrounds.api.entities.team import Team
from openrounds.posts.models import Post

TEAMS = "/api/openrounds/v1/teams"


@pytest.fixture
def team(alice, bob) -> Row:
    made = actions.create_account(username="teamhaem", team=True, owner=alice, display_name="Team Haem")
    actions.set_member(made.pk, bob, "poster")
    return made


def test_person_makes_a_team_and_is_warned_of_being_alone(alice, client_of):
    client = client_of(alice)
    answer = client.post(TEAMS, {"username": "teamhaem", "display_name": "Team Haem"})
    made = msgspec.json.decode(answer.content, type=Team)
    assert (made.account.username, made.account.group, made.right) == ("teamhaem", True, "owner")
    assert [(m.account.username, m.right) for m in made.members] == [("alice", "owner")]
    assert "one owner" in made.warnings[0]
    assert (
        client.post(TEAMS, {"username": "TeamHaem"}).json()["details"]["username"][0]["error"] == "ERR_TAKEN"
    )
    assert [t["account"]["username"] for t in client.get(TEAMS).json()] == ["teamhaem"]


def test_owner_chooses_the_members(alice, bob, charlie, team, client_of):
    client = client_of(alice)
    added = client.post(
        f"/api/openrounds/v1/teams/{team.pk}/members", {"account_id": str(charlie.pk), "right": "owner"}
    ).json()
    assert added["warnings"] == []
    changed = client.patch(f"/api/openrounds/v1/teams/{team.pk}/members/{bob.pk}", {"right": "owner"}).json()
    assert [m["right"] for m in changed["members"]] == ["owner", "owner", "owner"]
    assert client.delete(f"/api/openrounds/v1/teams/{team.pk}/members/{charlie.pk}").json() == {}
    assert client_of(charlie).get(TEAMS).json() == []


def test_poster_sees_the_team_and_leaves_but_rules_nothing(alice, bob, charlie, team, client_of):
    client = client_of(bob)
    assert client.get(f"/api/openrounds/v1/teams/{team.pk}").json()["right"] == "poster"
    assert (
        client.post(f"/api/openrounds/v1/teams/{team.pk}/members", {"account_id": charlie.pk}).status_code
        == 403
    )
    assert (
        client.patch(f"/api/openrounds/v1/teams/{team.pk}/members/{bob.pk}", {"right": "owner"}).status_code
        == 403
    )
    assert client.delete(f"/api/openrounds/v1/teams/{team.pk}/members/{alice.pk}").status_code == 403
    assert client.delete(f"/api/openrounds/v1/teams/{team.pk}/members/{bob.pk}").json() == {}
    assert client.get(f"/api/openrounds/v1/teams/{team.pk}").status_code == 404


def test_stranger_finds_no_inside_of_a_team(bob, charlie, team, client_of, anonymous):
    client = client_of(charlie)
    assert client.get(f"/api/openrounds/v1/teams/{team.pk}").status_code == 404
    assert (
        client.post(f"/api/openrounds/v1/teams/{team.pk}/members", {"account_id": charlie.pk}).status_code
        == 404
    )
    assert (
        client.patch(f"/api/openrounds/v1/teams/{team.pk}/members/{bob.pk}", {"right": "owner"}).status_code
        == 404
    )
    assert client.delete(f"/api/openrounds/v1/teams/{team.pk}/members/{bob.pk}").status_code == 404
    assert anonymous.get(TEAMS).status_code == 401


def test_last_owner_stays(alice, team, client_of):
    client = client_of(alice)
    assert client.delete(f"/api/openrounds/v1/teams/{team.pk}/members/{alice.pk}").status_code == 422
    assert (
        client.patch(
            f"/api/openrounds/v1/teams/{team.pk}/members/{alice.pk}", {"right": "poster"}
        ).status_code
        == 422
    )
    assert (
        client.patch(f"/api/openrounds/v1/teams/{team.pk}/members/{alice.pk}", {"right": "king"}).status_code
        == 422
    )


def test_token_for_a_team_dies_with_the_membership(alice, bob, team, client_of):
    as_team = ApiClient(make_token(team, person=bob.user))
    assert as_team.get("/api/v1/accounts/verify_credentials").json()["username"] == "teamhaem"
    client_of(alice).delete(f"/api/openrounds/v1/teams/{team.pk}/members/{bob.pk}")
    assert as_team.get("/api/v1/accounts/verify_credentials").status_code == 401


def test_who_wrote_a_teams_post_is_told_to_owners_and_moderators(
    alice, bob, charlie, team, client_of, anonymous
):
    post = Post.objects.create(account=team, posted_by=bob.user, visibility=0, text="Case 1")
    path = f"/api/openrounds/v1/posts/{post.pk}/author"
    assert client_of(alice).get(path).json()["account"]["username"] == "bob"
    assert ApiClient(make_token(team, person=alice.user)).get(path).json()["account"]["username"] == "bob"
    for client in (client_of(bob), client_of(charlie)):
        assert client.get(path).status_code == 404
    assert anonymous.get(path).status_code == 401
    User.objects.filter(account=charlie).update(rank=Rank.MODERATOR)
    assert client_of(charlie).get(path).json()["account"]["username"] == "bob"
    Post.objects.update(posted_by=None)
    assert client_of(alice).get(path).json() == {"account": None}


def test_persons_own_post_has_no_hidden_author(alice, client_of):
    post = Post.objects.create(account=alice, posted_by=alice.user, visibility=0)
    assert client_of(alice).get(f"/api/openrounds/v1/posts/{post.pk}/author").status_code == 404
