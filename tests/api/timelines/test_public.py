"""GET /api/v1/timelines/public"""

import pytest
from tests.conftest import make_person

from openrounds.accounts.models import Account, Block, Mute, Visibility
from openrounds.core.clock import now
from openrounds.posts.actions import Author, boost
from openrounds.posts.models import Post

PUBLIC = "/api/v1/timelines/public"


def ids(client, query="") -> list[int]:
    return [int(status["id"]) for status in client.get(f"{PUBLIC}?{query}").json()]


def test_anybody_reads_public_posts_and_no_others(alice, bob, anonymous, client_of, post_as, run_jobs):
    post = post_as(alice)
    for visibility in (Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.DIRECT):
        post_as(alice, visibility=visibility)
    boost(Author(bob), post.pk)
    run_jobs()
    for client in (anonymous, client_of(bob), client_of(None)):
        assert ids(client) == [post.pk]


def test_replies_to_others_stay_out_and_to_oneself_come_in(alice, bob, anonymous, post_as):
    post = post_as(alice)
    own = post_as(alice, in_reply_to_id=post.pk)
    post_as(bob, in_reply_to_id=post.pk)
    assert ids(anonymous) == [own.pk, post.pk]


@pytest.mark.parametrize("state", ["suspended_at", "limited_at"])
def test_limited_and_suspended_people_are_not_shown(alice, anonymous, post_as, state):
    post_as(alice)
    Account.objects.update(**{state: now()})
    assert ids(anonymous) == []


def test_viewer_is_spared_whom_he_keeps_away(alice, bob, charlie, client_of, post_as):
    dora = make_person("dora")
    for author in (alice, charlie, dora):
        post_as(author)
    Block.objects.create(blocker=bob, blocked=alice)
    Block.objects.create(blocker=charlie, blocked=bob)
    Mute.objects.create(muter=bob, muted=dora)
    assert ids(client_of(bob)) == []
    assert len(ids(client_of(alice))) == 3


def test_parts_can_be_chosen(alice, bob, anonymous, post_as):
    here, there = post_as(alice), post_as(bob)
    Account.objects.filter(pk=bob.pk).update(
        domain="far.test", uri="https://far.test/bob", url="https://far.test/@bob"
    )
    Post.objects.filter(pk=there.pk).update(
        has_media=True, url="https://far.test/1", uri="https://far.test/1"
    )
    assert ids(anonymous, "local=true") == [here.pk]
    assert ids(anonymous, "remote=1") == [there.pk] == ids(anonymous, "only_media=on")
    assert ids(anonymous, "local=true&only_media=true") == []
