"""GET /api/v1/accounts/:id, /lookup, /search, /relationships, …: accounts as others see them."""

import msgspec
import pytest
from tests.conftest import follow

from openrounds.accounts import actions
from openrounds.accounts.models import Account as Row
from openrounds.accounts.models import User
from openrounds.api.entities.account import Account, FamiliarFollowers, Relationship
from openrounds.core.clock import now


def test_stranger_sees_a_profile(alice, anonymous):
    answer = anonymous.get(f"/api/v1/accounts/{alice.pk}")
    shown = msgspec.json.decode(answer.content, type=Account)
    assert (shown.id, shown.username, shown.acct, shown.url) == (
        str(alice.pk),
        "alice",
        "alice",
        "http://testserver/@alice",
    )
    assert shown.source is msgspec.UNSET
    assert (shown.followers_count, shown.following_count, shown.statuses_count) == (0, 0, 0)


def test_blocked_viewer_still_sees_the_profile(alice, charlie, client_of):
    actions.block(alice.pk, charlie.pk)
    assert client_of(charlie).get(f"/api/v1/accounts/{alice.pk}").status_code == 200


def test_suspended_account_is_shown_as_suspended(alice, anonymous):
    Row.objects.filter(pk=alice.pk).update(suspended_at=now())
    shown = anonymous.get(f"/api/v1/accounts/{alice.pk}").json()
    assert (shown["suspended"], shown["display_name"], shown["note"]) == (True, "", "")


@pytest.mark.parametrize("account_id", ["1", "9" * 30, "alice", "-1", "1.0"])
def test_absent_account_is_not_found(alice, anonymous, account_id):
    answer = anonymous.get(f"/api/v1/accounts/{account_id}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


def test_person_who_waits_for_approval_is_not_found(alice, charlie, client_of):
    User.objects.filter(account=alice).update(confirmed_at=None)
    assert client_of(charlie).get(f"/api/v1/accounts/{alice.pk}").status_code == 404


def test_several_accounts_come_in_the_order_asked_for(alice, bob, anonymous):
    answer = anonymous.get("/api/v1/accounts", {"id[]": [bob.pk, 1, alice.pk]})
    assert [a["username"] for a in answer.json()] == ["bob", "alice"]
    assert anonymous.get("/api/v1/accounts").json() == []
    assert anonymous.get("/api/v1/accounts", {"id[]": ["x", "9" * 25]}).json() == []


@pytest.mark.parametrize("acct", ["alice", "@ALICE", "alice@testserver"])
def test_profile_is_found_by_its_name(alice, anonymous, acct):
    assert anonymous.get("/api/v1/accounts/lookup", {"acct": acct}).json()["id"] == str(alice.pk)


def test_name_that_nobody_has_is_not_found(alice, anonymous):
    assert anonymous.get("/api/v1/accounts/lookup", {"acct": "nobody@evil.test"}).status_code == 404
    assert anonymous.get("/api/v1/accounts/lookup", {"acct": "; DROP"}).status_code == 404
    assert anonymous.get("/api/v1/accounts/lookup").status_code == 400


def test_composer_finds_whom_to_mention(alice, bob, charlie, client_of):
    client = client_of(alice)
    assert [a["username"] for a in client.get("/api/v1/accounts/search", {"q": "@BO"}).json()] == ["bob"]
    assert client.get("/api/v1/accounts/search", {"q": "bo", "following": "true"}).json() == []
    follow(alice, bob)
    found = client.get(
        "/api/v1/accounts/search", {"q": "bo", "following": "true", "limit": 1, "resolve": "true"}
    )
    assert [a["username"] for a in found.json()] == ["bob"]
    assert client.get("/api/v1/accounts/search").status_code == 400
    assert client.get("/api/v1/accounts/search", {"q": "bo", "offset": -1}).status_code == 422


def test_searching_needs_a_person(alice, anonymous, client_of):
    assert anonymous.get("/api/v1/accounts/search", {"q": "a"}).status_code == 401
    assert client_of(None).get("/api/v1/accounts/search", {"q": "a"}).status_code == 422


@pytest.mark.parametrize("name", ["id", "id[]", "id[0]"])
def test_relationships_take_ids_in_every_form(alice, bob, client_of, name):
    follow(alice, bob)
    answer = client_of(alice).get("/api/v1/accounts/relationships", {name: bob.pk})
    (state,) = msgspec.json.decode(answer.content, type=list[Relationship])
    assert (state.id, state.following) == (str(bob.pk), True)


def test_relationships_leave_out_whom_nobody_knows(alice, client_of):
    client = client_of(alice)
    assert client.get("/api/v1/accounts/relationships", {"id[]": [1, 2]}).json() == []
    assert client.get("/api/v1/accounts/relationships").json() == []
    assert client_of(alice, "write").get("/api/v1/accounts/relationships").status_code == 403


def test_familiar_followers_are_told_for_each(alice, bob, charlie, client_of):
    follow(alice, bob)
    follow(bob, charlie)
    answer = client_of(alice).get("/api/v1/accounts/familiar_followers", {"id[]": [charlie.pk, bob.pk, 1]})
    to_charlie, to_bob = msgspec.json.decode(answer.content, type=list[FamiliarFollowers])
    assert (to_charlie.id, [a.username for a in to_charlie.accounts]) == (str(charlie.pk), ["bob"])
    assert (to_bob.id, to_bob.accounts) == (str(bob.pk), [])


def test_followers_page_by_link_alone(alice, bob, charlie, anonymous):
    for one in (bob, charlie):
        follow(one, alice)
    first = anonymous.get(f"/api/v1/accounts/{alice.pk}/followers", {"limit": 1})
    assert [a["username"] for a in first.json()] == ["charlie"]
    links = dict(reversed(part.split("; ")) for part in first["Link"].split(", "))
    second = anonymous.get(links['rel="next"'].strip("<>"))
    assert [a["username"] for a in second.json()] == ["bob"]
    back = anonymous.get(
        dict(reversed(p.split("; ")) for p in second["Link"].split(", "))['rel="prev"'].strip("<>")
    )
    assert [a["username"] for a in back.json()] == ["charlie"]
    assert "Link" not in anonymous.get(links['rel="prev"'].strip("<>"))
    assert [a["username"] for a in anonymous.get(f"/api/v1/accounts/{bob.pk}/following").json()] == ["alice"]


def test_hidden_collections_are_empty_for_others(alice, bob, charlie, client_of, anonymous):
    follow(bob, alice)
    Row.objects.filter(pk=alice.pk).update(hide_collections=True)
    for client in (anonymous, client_of(charlie)):
        answer = client.get(f"/api/v1/accounts/{alice.pk}/followers")
        assert (answer.json(), "Link" in answer) == ([], False)
    assert len(client_of(alice).get(f"/api/v1/accounts/{alice.pk}/followers").json()) == 1


def test_blocked_person_sees_neither_followers_nor_following(alice, bob, charlie, client_of):
    follow(bob, alice)
    follow(alice, bob)
    actions.block(alice.pk, charlie.pk)
    for side in ("followers", "following"):
        assert client_of(charlie).get(f"/api/v1/accounts/{alice.pk}/{side}").json() == []


def test_followers_are_read_in_a_fixed_number_of_queries(
    alice, bob, charlie, anonymous, django_assert_num_queries
):
    path = f"/api/v1/accounts/{alice.pk}/followers"
    for one in (bob, charlie):
        follow(one, alice)
        anonymous.get(path)
        with django_assert_num_queries(3):  # the account, the ties, the accounts' counters
            anonymous.get(path)


def test_identity_proofs_are_no_more(alice, client_of):
    assert client_of(alice).get(f"/api/v1/accounts/{alice.pk}/identity_proofs").json() == []


def test_directory_lists_who_wants_to_be_found(alice, bob, anonymous):
    Row.objects.filter(pk=bob.pk).update(discoverable=False)
    answer = anonymous.get("/api/v1/directory", {"order": "new", "local": "true", "limit": 1})
    assert [a["username"] for a in answer.json()] == ["alice"]
    assert "offset=1" in answer["Link"]


def test_ids_may_come_as_json_with_a_get(alice, bob, client_of):
    follow(alice, bob)
    body = f'{{"id": ["{bob.pk}"]}}'
    for path in ("familiar_followers", "relationships"):
        answer = client_of(alice)._client.generic(
            "GET", f"/api/v1/accounts/{path}", body, content_type="application/json"
        )
        assert [one["id"] for one in answer.json()] == [str(bob.pk)]
