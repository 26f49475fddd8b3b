"""GET /api/v1/timelines/tag/:name"""

import pytest

from openrounds.accounts.models import Block, Visibility

TAG = "/api/v1/timelines/tag/"


def ids(client, path) -> list[int]:
    answer = client.get(TAG + path)
    assert answer.status_code == 200, answer.content
    return [int(status["id"]) for status in answer.json()]


def test_case_and_accents_make_no_difference(alice, anonymous, post_as):
    post = post_as(alice, "#Hämatologie")
    for name in ("hämatologie", "HAMATOLOGIE", "h%C3%A4matologie"):
        assert ids(anonymous, name) == [post.pk]


def test_only_public_posts_replies_included(alice, bob, anonymous, post_as):
    post = post_as(alice, "#x")
    reply = post_as(bob, "#x too", in_reply_to_id=post.pk)
    for visibility in (Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.DIRECT):
        post_as(alice, "#x", visibility=visibility)
    assert ids(anonymous, "x") == [reply.pk, post.pk]


def test_several_hashtags_combine(alice, anonymous, post_as):
    a, ab, b, c = (post_as(alice, text).pk for text in ("#a", "#a #b", "#b", "#c"))
    assert ids(anonymous, "a?any[]=c") == [c, ab, a]
    assert ids(anonymous, "a?any[]=c&any[]=b") == [c, b, ab, a]
    assert ids(anonymous, "a?all[]=b") == [ab]
    assert ids(anonymous, "a?none[]=b") == [a]
    assert ids(anonymous, "a?any=c&none=b") == [c, a]


def test_viewer_is_spared_whom_he_blocks(alice, bob, client_of, post_as):
    post_as(alice, "#x")
    Block.objects.create(blocker=bob, blocked=alice)
    assert ids(client_of(bob), "x") == []


@pytest.mark.parametrize(
    "name", ["unknown", "%F0%9F%A9%B8", "a%0Ab", "%3Cb%3E", "'", "%25", "x" * 2000, "%ED%A0%80"]
)
def test_hashtag_that_nobody_uses_is_an_empty_page(alice, anonymous, post_as, name):
    post_as(alice, "#x")
    assert ids(anonymous, name) == []


def test_hashtag_with_a_nul_is_not_found(anonymous):
    assert anonymous.get(TAG + "a%00").status_code == 404
