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
    with django_assert_num_queries(4):  # the token, lines, flags, authors
        client.get(HOME)
