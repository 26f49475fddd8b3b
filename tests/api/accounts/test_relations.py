"""POST /api/v1/accounts/:id/{follow, unfollow, block, unblock, mute, unmute, note, endorse, …}: the new state each time."""

from typing import Any

import msgspec
import pytest

from openrounds.accounts.models import Account, User
from openrounds.api.entities.account import Relationship
from openrounds.core.clock import now


def act(client: Any, verb: str, account: Account, **data: Any) -> Relationship:
    answer = client.post(f"/api/v1/accounts/{account.pk}/{verb}", data)
    assert answer.status_code == 200, answer.content
    return msgspec.json.decode(answer.content, type=Relationship, strict=True)


def test_follower_follows_and_unfollows(alice, bob, client_of):
    client = client_of(bob)
    state = act(client, "follow", alice, reblogs=False, notify="true", languages=["en"])
    assert (state.following, state.showing_reblogs, state.notifying, state.languages) == (
        True,
        False,
        True,
        ["en"],
    )
    assert act(client, "follow", alice).showing_reblogs is False
    assert act(client_of(alice), "unfollow", bob).followed_by
    assert act(client, "unfollow", alice) == Relationship(id=str(alice.pk))


def test_every_key_of_a_relationship_is_answered(alice, bob, client_of):
    answer = client_of(bob).post(f"/api/v1/accounts/{alice.pk}/follow").json()
    assert set(answer) == set(Relationship.__struct_fields__)


def test_locked_account_is_asked_first(alice, bob, client_of):
    Account.objects.filter(pk=alice.pk).update(locked=True)
    state = act(client_of(bob), "follow", alice)
    assert (state.requested, state.following) == (True, False)
    assert act(client_of(bob), "unfollow", alice).requested is False


def test_blocked_person_cannot_follow(alice, charlie, client_of):
    state = act(client_of(alice), "block", charlie)
    assert (state.blocking, state.followed_by) == (True, False)
    answer = client_of(charlie).post(f"/api/v1/accounts/{alice.pk}/follow")
    assert (answer.status_code, answer.json()) == (403, {"error": "This action is not allowed"})
    assert act(client_of(alice), "unblock", charlie).blocking is False


def test_block_ends_a_follow(alice, bob, client_of):
    act(client_of(bob), "follow", alice)
    state = act(client_of(alice), "block", bob)
    assert (state.blocking, state.followed_by) == (True, False)
    assert client_of(bob).get("/api/v1/accounts/relationships", {"id": alice.pk}).json()[0]["blocked_by"]


def test_mute_says_until_when_and_unmute_ends_it(alice, bob, client_of):
    client = client_of(alice)
    state = act(client, "mute", bob, notifications=False, duration=3600)
    assert (state.muting, state.muting_notifications) == (True, False)
    assert state.muting_expires_at is not None
    assert state.muting_expires_at > f"{now():%Y-%m-%dT%H:%M}"
    assert act(client, "mute", bob).muting_expires_at is None
    assert act(client, "unmute", bob).muting is False


@pytest.mark.parametrize("duration", [-1, "soon", 10**12])
def test_mute_for_no_length_of_time_is_refused(alice, bob, client_of, duration):
    answer = client_of(alice).post(f"/api/v1/accounts/{bob.pk}/mute", {"duration": duration})
    assert answer.status_code == 422


def test_note_is_kept_for_its_author_alone(alice, bob, client_of):
    assert act(client_of(alice), "note", bob, comment="met in Leeds").note == "met in Leeds"
    assert act(client_of(bob), "unfollow", alice).note == ""
    assert act(client_of(alice), "note", bob, comment="").note == ""
    too_long = client_of(alice).post(f"/api/v1/accounts/{bob.pk}/note", {"comment": "x" * 2001})
    assert too_long.status_code == 422


def test_follower_is_removed(alice, bob, client_of):
    act(client_of(bob), "follow", alice)
    assert act(client_of(alice), "remove_from_followers", bob).followed_by is False


@pytest.mark.parametrize(("on", "off"), [("endorse", "unendorse"), ("pin", "unpin")])
def test_endorsement_needs_a_follow(alice, bob, client_of, anonymous, on, off):
    client = client_of(bob)
    assert client.post(f"/api/v1/accounts/{alice.pk}/{on}").status_code == 422
    act(client, "follow", alice)
    assert act(client, on, alice).endorsed
    assert [a["id"] for a in client.get("/api/v1/endorsements").json()] == [str(alice.pk)]
    shown = anonymous.get(f"/api/v1/accounts/{bob.pk}/endorsements").json()
    assert [a["username"] for a in shown] == ["alice"]
    assert act(client, off, alice).endorsed is False


VERBS = """
/api/v1/accounts/{}/follow /api/v1/accounts/{}/unfollow /api/v1/accounts/{}/remove_from_followers
/api/v1/accounts/{}/block /api/v1/accounts/{}/unblock /api/v1/accounts/{}/mute /api/v1/accounts/{}/unmute
/api/v1/accounts/{}/note /api/v1/accounts/{}/endorse /api/v1/accounts/{}/unendorse
/api/v1/accounts/{}/pin /api/v1/accounts/{}/unpin
""".split()


@pytest.mark.parametrize("path", VERBS)
def test_absent_or_waiting_account_is_not_found(alice, bob, client_of, path):
    User.objects.filter(account=bob).update(approved_at=None)
    for account_id in (1, bob.pk):
        answer = client_of(alice).post(path.format(account_id))
        assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})


@pytest.mark.parametrize("path", VERBS)
def test_token_without_the_scope_or_without_a_person_changes_nothing(alice, bob, client_of, anonymous, path):
    path = path.format(bob.pk)
    assert client_of(alice, "read").post(path).status_code == 403
    assert client_of(None).post(path).status_code == 422
    assert anonymous.post(path).status_code == 401


@pytest.mark.parametrize(
    "body", ["languages[]=en&languages[]=de&reblogs=0", "languages[0]=en&languages[1]=de&reblogs=off"]
)
def test_wishes_may_come_as_a_form(alice, bob, client_of, body):
    path = f"/api/v1/accounts/{alice.pk}/follow"
    client = client_of(bob)
    answer = client._client.post(path, body, content_type="application/x-www-form-urlencoded")
    assert answer.json()["languages"] == ["en", "de"]
    assert answer.json()["showing_reblogs"] is False
