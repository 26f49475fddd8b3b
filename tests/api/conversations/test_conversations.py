"""GET /api/v1/conversations and what is done with them"""

import msgspec
import pytest
from tests.conftest import follow, make_person

from openrounds.accounts.models import Visibility
from openrounds.api.entities.conversation import Conversation

LIST = "/api/v1/conversations"


@pytest.fixture
def letters(alice, bob, post_as):
    """Alice, whom Bob follows, writes to him twice, in two threads."""
    follow(bob, alice)
    return [post_as(alice, f"@bob letter {n}", visibility=Visibility.DIRECT) for n in range(2)]


def test_both_read_the_conversation_and_charlie_does_not(alice, bob, charlie, letters, client_of):
    newest, _ = msgspec.json.decode(client_of(bob).get(LIST).content, type=list[Conversation])
    assert newest.unread
    assert [a.username for a in newest.accounts] == ["alice"]
    assert newest.last_status.id == str(letters[1].pk)
    own = client_of(alice).get(LIST).json()[0]
    assert not own["unread"]
    assert [a["username"] for a in own["accounts"]] == ["bob"]
    answer = client_of(charlie).get(LIST)
    assert answer.json() == []
    assert "Link" not in answer.headers


def test_pages_go_by_last_post(bob, letters, client_of):
    client = client_of(bob)
    first = client.get(LIST, {"limit": 1})
    assert f"max_id={letters[1].pk}" in first.headers["Link"]
    second = client.get(LIST, {"max_id": letters[1].pk})
    assert [c["last_status"]["id"] for c in second.json()] == [str(letters[0].pk)]
    above = client.get(LIST, {"min_id": letters[0].pk})
    assert [c["last_status"]["id"] for c in above.json()] == [str(letters[1].pk)]


def test_note_to_oneself_shows_oneself(alice, post_as, client_of):
    post_as(alice, "Remember the smear", visibility=Visibility.DIRECT)
    (note,) = client_of(alice).get(LIST).json()
    assert [a["username"] for a in note["accounts"]] == ["alice"]


def test_conversation_is_read_and_unread_by_its_owner_alone(bob, charlie, letters, client_of):
    client = client_of(bob)
    wanted = client.get(LIST).json()[0]["id"]
    assert client.post(f"/api/v1/conversations/{wanted}/read").json()["unread"] is False
    assert client.get(LIST).json()[0]["unread"] is False
    assert client.post(f"/api/v1/conversations/{wanted}/unread").json()["unread"] is True
    assert client_of(charlie).post(f"/api/v1/conversations/{wanted}/read").status_code == 404
    assert client_of(bob, "read").post(f"/api/v1/conversations/{wanted}/read").status_code == 403


def test_deleting_takes_it_off_ones_own_list(alice, bob, charlie, letters, client_of):
    client = client_of(bob)
    wanted = client.get(LIST).json()[0]["id"]
    assert client_of(charlie).delete(f"/api/v1/conversations/{wanted}").status_code == 404
    assert client.delete(f"/api/v1/conversations/{wanted}").json() == {}
    assert len(client.get(LIST).json()) == 1
    assert len(client_of(alice).get(LIST).json()) == 2


def test_list_is_read_in_a_fixed_number_of_queries(alice, post_as, client_of, django_assert_num_queries):
    for n in range(8):
        make_person(f"reader{n}")
        post_as(alice, f"@reader{n} hello", visibility=Visibility.DIRECT)
    client = client_of(alice)
    assert len(client.get(LIST).json()) == 8
    with django_assert_num_queries(5):  # the token, conversations, posts, flags, accounts
        client.get(LIST)
