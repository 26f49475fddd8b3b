"""Commands about accounts, teams, invites and tokens."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from tests.conftest import ApiClient

from openrounds.accounts.actions import create_account
from openrounds.accounts.models import Account, Invite, Rank, TeamMembership, User
from openrounds.moderation.models import AuditEntry
from openrounds.oauth.models import AccessToken

Openrounds = Callable[..., Result]


def test_operator_creates_an_account_that_may_act_at_once(openrounds: Openrounds) -> None:
    done = openrounds(
        "account",
        "create",
        "dora",
        "--email",
        "d@example.org",
        "--password",
        "long enough 7",
        "--role",
        "nurse",
    )
    assert done.exit_code == 0, done.output
    user = User.objects.get(username="dora")
    assert user.may_act
    assert user.check_password("long enough 7")
    assert user.account.role == "nurse"


@pytest.mark.parametrize("name", ["alice", "ALICE", "admin", "no spaces"])
def test_operator_cannot_take_a_bad_name(openrounds: Openrounds, alice: Account, name: str) -> None:
    done = openrounds("account", "create", name, "--email", "d@example.org", "--password", "long enough 7")
    assert done.exit_code == 1
    assert "Username" in done.stderr
    assert User.objects.count() == 1


def test_operator_prints_a_token_alone(openrounds: Openrounds, alice: Account) -> None:
    done = openrounds("token", "create", "alice", "--scopes", "read")
    assert done.stdout.count("\n") == 1
    client = ApiClient(done.stdout.strip())
    assert client.get("/api/v1/accounts/verify_credentials").json()["acct"] == "alice"
    assert client.post("/api/v1/statuses", {"status": "no"}).status_code == 403


def test_operator_asks_for_a_scope_that_does_not_exist(openrounds: Openrounds, alice: Account) -> None:
    done = openrounds("token", "create", "alice", "--scopes", "reed")
    assert (done.exit_code, AccessToken.objects.count()) == (1, 0)
    assert "reed" in done.stderr


def test_team_token_needs_a_person_and_records_him(
    openrounds: Openrounds, alice: Account, bob: Account
) -> None:
    made = openrounds("account", "create", "Rounds", "--team", "--owner", "alice", "--owner", "bob")
    assert made.exit_code == 0, made.output
    refused = openrounds("token", "create", "Rounds")
    assert refused.exit_code == 1
    assert "--as NAME" in refused.stderr
    assert openrounds("token", "create", "Rounds", "--as", "bob").exit_code == 0
    token = AccessToken.objects.get()
    assert (token.account.username, token.person) == ("Rounds", bob.user)


def test_team_without_an_owner_gets_its_first_with_the_first_token(
    openrounds: Openrounds, alice: Account
) -> None:
    made = openrounds("account", "create", "Rounds", "--email", "r@example.org", "--password", "x", "--team")
    assert made.exit_code == 0, made.output
    assert openrounds("token", "create", "Rounds", "--as", "alice").exit_code == 0
    assert TeamMembership.objects.get().right == "owner"


def test_last_owner_of_a_team_stays(openrounds: Openrounds, alice: Account, bob: Account) -> None:
    openrounds("account", "create", "Rounds", "--team", "--owner", "alice")
    assert openrounds("team", "remove", "Rounds", "alice").exit_code == 1
    openrounds("team", "add", "Rounds", "bob", "--owner")
    assert openrounds("team", "remove", "Rounds", "alice").exit_code == 0
    assert openrounds("team", "list", "Rounds").stdout == "owner\t@bob\n"


def test_disabled_account_loses_its_tokens_and_can_be_enabled(openrounds: Openrounds, alice: Account) -> None:
    token = openrounds("token", "create", "alice").stdout.strip()
    assert openrounds("account", "disable", "alice", "--reason", "spam").exit_code == 0
    assert ApiClient(token).get("/api/v1/accounts/verify_credentials").status_code == 401
    assert not User.objects.get().is_active
    assert AuditEntry.objects.get().reason == "spam"
    assert openrounds("account", "enable", "alice").exit_code == 0
    assert User.objects.get().is_active


def test_operator_sees_who_waits_and_lets_him_in(openrounds: Openrounds) -> None:
    create_account(
        username="erin", email="e@example.org", password="long enough 7", reason="I teach", confirmed=True
    )
    assert "@erin <e@example.org>" in openrounds("account", "pending").stdout
    assert openrounds("account", "approve", "erin").exit_code == 0
    assert openrounds("account", "pending").stdout == ""
    assert User.objects.get().may_act


def test_operator_sets_rank_and_password(openrounds: Openrounds, alice: Account) -> None:
    assert openrounds("account", "set-rank", "alice", "moderator").exit_code == 0
    assert openrounds("account", "reset-password", "alice", "--password", "another long 1").exit_code == 0
    user = User.objects.get()
    assert user.rank == Rank.MODERATOR
    assert user.check_password("another long 1")


def test_operator_invites_for_somebody(openrounds: Openrounds, alice: Account) -> None:
    code = openrounds("invite", "create", "--as", "alice", "--uses", "3").stdout.strip()
    assert (Invite.objects.get().code, Invite.objects.get().max_uses) == (code, 3)


def test_developer_makes_people_whose_tokens_work_twice(openrounds: Openrounds, tmp_path: Path) -> None:
    for _ in range(2):
        done = openrounds("dev", "people", "--count", "3", "--tokens", str(tmp_path / "tokens.json"))
        assert done.exit_code == 0, done.output
        people = json.loads((tmp_path / "tokens.json").read_text())
        assert [person["acct"] for person in people] == ["team", "person0001", "person0002"]
        for person in people:
            me = ApiClient(person["token"]).get("/api/v1/accounts/verify_credentials").json()
            assert me["acct"] == person["acct"]
    assert (tmp_path / "tokens.json").stat().st_mode & 0o077 == 0
    assert User.objects.count() == 3
