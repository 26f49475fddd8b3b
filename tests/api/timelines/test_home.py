"""GET /api/v1/timelines/home"""

import msgspec
import pytest
from tests.conftest import follow

from openrounds.api.entities.status import Status

HOME = "/api/v1/timelines/home"


def test_follower_sees_post_at_home(alice, bob, client_of, post_as):
    follow(bob, alice)
    post = post_as(alice, "Hello #TeamHaem, what do you see on this film?")
    answer = client_of(bob).get(HOME)
    assert answer.status_code == 200
    (status,) = msgspec.json.decode(answer.content, type=list[Status])
    assert status.id == str(post.pk)
    assert status.account.username == "alice"
    assert status.tags[0].name == "teamhaem"


def test_stranger_sees_nothing_at_home(alice, charlie, client_of, post_as):
    post_as(alice)
    assert client_of(charlie).get(HOME).json() == []


@pytest.mark.parametrize("posts", [1, 25])
def test_home_is_read_in_a_fixed_number_of_queries(
    alice, bob, client_of, post_as, posts, django_assert_num_queries
):
    follow(bob, alice)
    for n in range(posts):
        post_as(alice, f"Post {n} #haematology")
    client = client_of(bob)
    client.get(HOME)
    with django_assert_num_queries(3):  # the token, ids and stamps, flags
        client.get(HOME)


def test_everything_that_changes_in_a_post_shown_before_is_seen_at_once(
    alice, bob, charlie, client_of, post_as
):
    follow(bob, alice)
    post = post_as(alice, "first words")
    api, author, other = client_of(bob), client_of(alice), client_of(charlie)

    def seen():
        (status,) = api.get(HOME).json()
        return status

    before = seen()
    other.post(f"/api/v1/statuses/{post.pk}/favourite")
    assert seen()["favourites_count"] == before["favourites_count"] + 1 and not seen()["favourited"]
    api.post(f"/api/v1/statuses/{post.pk}/favourite")
    assert seen()["favourites_count"] == before["favourites_count"] + 2 and seen()["favourited"]
    other.post(f"/api/v1/accounts/{alice.pk}/follow")
    assert seen()["account"]["followers_count"] == before["account"]["followers_count"] + 1
    author.put(f"/api/v1/statuses/{post.pk}", {"status": "second words"})
    author.patch("/api/v1/accounts/update_credentials", {"display_name": "Alice A."})
    assert "second words" in seen()["content"] and seen()["account"]["display_name"] == "Alice A."
    assert {**before["account"], **seen()["account"]}.keys() == before["account"].keys()
