"""The caller's own lists: follow requests, blocks, mutes, servers, suggestions."""

import msgspec
import pytest
from tests.conftest import follow

from openrounds.accounts import actions
from openrounds.accounts.models import Account as Row
from openrounds.api.entities.account import Account, Suggestion
from openrounds.timelines.models import List, ListMember


def test_request_is_seen_and_granted_by_whom_it_is_for(alice, bob, charlie, client_of):
    Row.objects.filter(pk=alice.pk).update(locked=True)
    actions.follow(bob.pk, alice.pk)
    client = client_of(alice)
    assert [a["id"] for a in client.get("/api/v1/follow_requests").json()] == [str(bob.pk)]
    assert client_of(charlie).get("/api/v1/follow_requests").json() == []
    assert client_of(charlie).post(f"/api/v1/follow_requests/{bob.pk}/authorize").status_code == 404
    assert client.post(f"/api/v1/follow_requests/{bob.pk}/authorize").json()["followed_by"] is True
    assert client.get("/api/v1/follow_requests").json() == []


def test_request_is_refused(alice, bob, client_of):
    Row.objects.filter(pk=alice.pk).update(locked=True)
    actions.follow(bob.pk, alice.pk)
    state = client_of(alice).post(f"/api/v1/follow_requests/{bob.pk}/reject").json()
    assert (state["followed_by"], state["requested_by"]) == (False, False)
    assert client_of(alice).post(f"/api/v1/follow_requests/{bob.pk}/reject").status_code == 404


def test_blocks_and_mutes_are_listed_for_their_owner_alone(alice, bob, charlie, client_of):
    actions.block(alice.pk, bob.pk)
    actions.mute(alice.pk, charlie.pk, seconds=3600)
    client = client_of(alice)
    assert [a["username"] for a in client.get("/api/v1/blocks").json()] == ["bob"]
    (muted,) = msgspec.json.decode(client.get("/api/v1/mutes").content, type=list[Account])
    assert muted.username == "charlie"
    assert isinstance(muted.mute_expires_at, str)
    actions.mute(alice.pk, charlie.pk)
    assert client.get("/api/v1/mutes").json()[0]["mute_expires_at"] is None
    assert (
        client_of(charlie).get("/api/v1/blocks").json()
        == client_of(charlie).get("/api/v1/mutes").json()
        == []
    )


def test_page_of_blocks_that_is_full_says_where_the_next_is(alice, bob, charlie, client_of):
    for one in (bob, charlie):
        actions.block(alice.pk, one.pk)
    answer = client_of(alice).get("/api/v1/blocks", {"limit": 1})
    assert 'rel="next"' in answer["Link"]
    assert 'rel="next"' not in client_of(alice).get("/api/v1/blocks", {"limit": 3})["Link"]


@pytest.mark.parametrize("kind", ["json", "form", "query"])
def test_server_is_blocked_and_unblocked(alice, client_of, kind):
    client = client_of(alice)
    assert client.post("/api/v1/domain_blocks", {"domain": "Evil.test"}).json() == {}
    assert client.get("/api/v1/domain_blocks").json() == ["evil.test"]
    if kind == "json":
        answer = client.delete("/api/v1/domain_blocks", {"domain": "evil.test"})
    elif kind == "form":
        answer = client._client.delete(
            "/api/v1/domain_blocks", "domain=evil.test", content_type="application/x-www-form-urlencoded"
        )
    else:
        answer = client.delete("/api/v1/domain_blocks?domain=evil.test")
    assert answer.json() == {}
    assert client.get("/api/v1/domain_blocks").json() == []


def test_bad_or_missing_domain_is_refused(alice, client_of):
    assert client_of(alice).post("/api/v1/domain_blocks", {"domain": "no server"}).status_code == 422
    assert client_of(alice).post("/api/v1/domain_blocks").status_code == 400


def test_suggestion_says_why_and_is_dismissed(alice, bob, charlie, client_of):
    follow(alice, bob)
    follow(bob, charlie)
    client = client_of(alice)
    (one,) = msgspec.json.decode(client.get("/api/v2/suggestions").content, type=list[Suggestion])
    assert (one.account.username, one.sources) == ("charlie", ["friends_of_friends"])
    assert one.reason == "Followed by someone you follow"
    assert [a["username"] for a in client.get("/api/v1/suggestions").json()] == ["charlie"]
    assert client.delete(f"/api/v1/suggestions/{charlie.pk}").json() == {}
    assert client.get("/api/v2/suggestions").json() == []
    assert client.delete("/api/v1/suggestions/1").status_code == 404


def test_suggestions_word_each_ground(alice, bob, charlie, client_of):
    Row.objects.filter(pk__in=(alice.pk, bob.pk)).update(specialty="Haematology")
    Row.objects.filter(pk=charlie.pk).update(followers_count=5)
    reasons = [s["reason"] for s in client_of(alice).get("/api/v2/suggestions").json()]
    assert reasons == ["Works in Haematology, as you do", "Followed by many people here"]


def test_strangers_have_no_lists(anonymous):
    for path in ("follow_requests", "blocks", "mutes", "domain_blocks", "endorsements", "suggestions"):
        assert anonymous.get(f"/api/v1/{path}").status_code == 401


def test_lists_that_hold_an_account_are_told_to_their_owner_alone(alice, bob, client_of):
    chosen = List.objects.create(account=alice, title="Experts")
    List.objects.create(account=alice, title="Others")
    ListMember.objects.create(list=chosen, member=bob)
    assert [row["title"] for row in client_of(alice).get(f"/api/v1/accounts/{bob.pk}/lists").json()] == [
        "Experts"
    ]
    assert client_of(bob).get(f"/api/v1/accounts/{bob.pk}/lists").json() == []
    assert client_of(alice).get("/api/v1/accounts/1/lists").status_code == 404
