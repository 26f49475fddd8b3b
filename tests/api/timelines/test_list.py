"""GET /api/v1/timelines/list/:list_id"""

import pytest
from tests.conftest import follow

from openrounds.accounts.models import Block, Mute, Visibility
from openrounds.posts.actions import Author, boost
from openrounds.timelines.models import List, ListMember


@pytest.fixture
def bobs_list(alice, bob):
    follow(bob, alice)
    made = List.objects.create(account=bob, title="List")
    ListMember.objects.create(list=made, member=alice)
    return made


def ids(client, chosen) -> list[int]:
    return [int(status["id"]) for status in client.get(f"/api/v1/timelines/list/{chosen.pk}").json()]


def test_owner_reads_what_members_post(alice, bob, charlie, client_of, post_as, bobs_list):
    post = post_as(alice, visibility=Visibility.FOLLOWERS)
    post_as(charlie)
    assert ids(client_of(bob), bobs_list) == [post.pk]


def test_list_of_another_is_not_there(charlie, anonymous, client_of, bobs_list):
    assert client_of(charlie).get(f"/api/v1/timelines/list/{bobs_list.pk}").status_code == 404
    assert anonymous.get(f"/api/v1/timelines/list/{bobs_list.pk}").status_code == 401


@pytest.mark.parametrize(
    ("policy", "shown"),
    [("none", {"own"}), ("list", {"own", "owner"}), ("followed", {"own", "owner", "followed"})],
)
def test_replies_are_shown_as_the_list_says(
    alice, bob, charlie, client_of, post_as, bobs_list, policy, shown
):
    follow(bob, charlie)
    List.objects.update(replies_policy=policy)
    root = post_as(alice)
    replies = {
        "own": post_as(alice, in_reply_to_id=root.pk).pk,
        "owner": post_as(alice, in_reply_to_id=post_as(bob).pk).pk,
        "followed": post_as(alice, in_reply_to_id=post_as(charlie).pk).pk,
    }
    found = set(ids(client_of(bob), bobs_list))
    assert found == {root.pk} | {replies[name] for name in shown}


@pytest.mark.parametrize("keep_away", ["mute", "block", "blocked"])
def test_boosts_of_whom_the_owner_keeps_away_stay_out(
    alice, bob, charlie, client_of, post_as, run_jobs, bobs_list, keep_away
):
    made = boost(Author(alice), post_as(charlie).pk)
    run_jobs()
    assert ids(client_of(bob), bobs_list) == [made.pk]
    if keep_away == "mute":
        Mute.objects.create(muter=bob, muted=charlie)
    else:
        blocker, blocked = (bob, charlie) if keep_away == "block" else (charlie, bob)
        Block.objects.create(blocker=blocker, blocked=blocked)
    assert ids(client_of(bob), bobs_list) == []
