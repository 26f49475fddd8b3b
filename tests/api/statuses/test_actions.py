"""What people do with a post: favourite, boost, bookmark, pin, mute, edit, delete, vote."""

from datetime import timedelta

import pytest
from tests.conftest import follow

from openrounds.accounts.models import Visibility
from openrounds.core.clock import now
from openrounds.posts.actions import PollDraft
from openrounds.posts.models import Poll, Post


def path(post, action=""):
    return f"/api/v1/statuses/{post.pk}" + (f"/{action}" if action else "")


@pytest.mark.parametrize(
    ("do", "undo", "flag", "count"),
    [
        ("favourite", "unfavourite", "favourited", "favourites_count"),
        ("bookmark", "unbookmark", "bookmarked", None),
        ("mute", "unmute", "muted", None),
    ],
)
def test_mark_can_be_set_and_taken_back_any_number_of_times(
    alice, bob, client_of, post_as, do, undo, flag, count
):
    post, client = post_as(alice), client_of(bob)
    for _ in range(2):
        status = client.post(path(post, do)).json()
        assert status[flag] is True
        if count:
            assert client.get(path(post)).json()[count] == 1
    for _ in range(2):
        assert client.post(path(post, undo)).json()[flag] is False
    if count:
        assert client.get(path(post)).json()[count] == 0


def test_boost_wraps_the_post_and_happens_once(alice, bob, charlie, client_of, post_as, run_jobs):
    post, client = post_as(alice), client_of(bob)
    follow(charlie, bob)
    first, second = (client.post(path(post, "reblog")).json() for _ in range(2))
    assert first["id"] == second["id"] != str(post.pk)
    assert first["reblog"]["id"] == str(post.pk) and first["reblog"]["reblogged"] is True
    assert first["reblog"]["reblogs_count"] == 1
    run_jobs()
    assert [s["reblog"]["id"] for s in client_of(charlie).get("/api/v1/timelines/home").json()] == [
        str(post.pk)
    ]
    assert [a["username"] for a in client.get(path(post, "reblogged_by")).json()] == ["bob"]
    undone = client.post(path(post, "unreblog")).json()
    assert undone["id"] == str(post.pk) and undone["reblogged"] is False and undone["reblogs_count"] == 0
    assert client_of(charlie).get("/api/v1/timelines/home").json() == []


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_private_post_cannot_be_boosted_by_its_reader(alice, bob, client_of, post_as, visibility):
    follow(bob, alice)
    post = post_as(alice, "@bob only for you", visibility=visibility)
    assert client_of(bob).post(path(post, "reblog")).status_code == 403


def test_charlie_can_do_nothing_with_a_hidden_post(alice, charlie, client_of, post_as):
    post, client = post_as(alice, visibility=Visibility.FOLLOWERS), client_of(charlie)
    for action in ("favourite", "unfavourite", "reblog", "unreblog", "bookmark", "mute", "unmute", "pin"):
        assert client.post(path(post, action)).status_code == 404
    for action in ("context", "history", "reblogged_by", "favourited_by", "source"):
        assert client.get(path(post, action)).status_code == 404


def test_only_own_posts_are_pinned_and_shown_first(alice, bob, client_of, post_as):
    post, client = post_as(alice), client_of(alice)
    assert client.post(path(post, "pin")).json()["pinned"] is True
    assert [s["id"] for s in client.get(f"/api/v1/accounts/{alice.pk}/statuses?pinned=true").json()] == [
        str(post.pk)
    ]
    assert client_of(bob).post(path(post, "pin")).status_code == 422
    assert client.post(path(post, "unpin")).json()["pinned"] is False


def test_edit_keeps_what_was_said_before(alice, bob, client_of, post_as):
    post, client = post_as(alice, "Haemoglobin 84 #one"), client_of(alice)
    edited = client.put(path(post), {"status": "Haemoglobin 48 #two", "spoiler_text": "numbers"}).json()
    assert edited["edited_at"] and "48" in edited["content"] and edited["sensitive"] is True
    assert [t["name"] for t in edited["tags"]] == ["two"]
    history = client_of(bob).get(path(post, "history")).json()
    assert ["84" in h["content"] for h in history] == [True, False]
    assert client.get(path(post, "source")).json()["text"] == "Haemoglobin 48 #two"
    assert client_of(bob).put(path(post), {"status": "mine"}).status_code == 404


def test_deleted_post_is_gone_everywhere_and_can_be_redrafted(alice, bob, client_of, post_as, run_jobs):
    follow(bob, alice)
    post, client = post_as(alice, "Oops #x"), client_of(alice)
    client_of(bob).post(path(post, "reblog"))
    deleted = client.delete(path(post)).json()
    assert deleted["text"] == "Oops #x"
    run_jobs()
    assert client.get(path(post)).status_code == 404
    assert client.delete(path(post)).status_code == 404
    for timeline in ("home", "tag/x", "public"):
        assert client_of(bob).get(f"/api/v1/timelines/{timeline}").json() == []
    alice.refresh_from_db()
    assert alice.posts_count == 0
    assert not Post.objects.filter(deleted_at=None).exists()


def test_poll_counts_each_voter_once(alice, bob, charlie, client_of, post_as):
    poll = PollDraft(("MDS", "AML"), timedelta(hours=1), hide_totals=True)
    post = post_as(alice, "What is it?", poll=poll)
    votes = f"/api/v1/polls/{Poll.objects.get(post=post).pk}/votes"
    answer = client_of(bob).post(votes, {"choices": ["1"]}).json()
    assert answer["voted"] is True and answer["own_votes"] == [1]
    assert [o["votes_count"] for o in answer["options"]] == [None, None]
    for client, choices in (
        (client_of(bob), [0]),
        (client_of(charlie), [2]),
        (client_of(charlie), [0, 1]),
        (client_of(alice), [0]),
    ):
        assert client.post(votes, {"choices": choices}).status_code == 422
    seen_by_author = client_of(alice).get(f"/api/v1/statuses/{post.pk}").json()["poll"]
    assert [o["votes_count"] for o in seen_by_author["options"]] == [None, None]
    Poll.objects.update(expires_at=now())
    ended = client_of(charlie).get(f"/api/v1/statuses/{post.pk}").json()["poll"]
    assert ended["expired"] is True
    assert [o["votes_count"] for o in ended["options"]] == [0, 1]


def test_thread_reads_back_in_order(alice, bob, charlie, client_of, post_as):
    root = post_as(alice, "1")
    first = post_as(bob, "1.1", in_reply_to_id=root.pk)
    second = post_as(charlie, "1.2", in_reply_to_id=root.pk)
    below = post_as(alice, "1.1.1", in_reply_to_id=first.pk)
    context = client_of(bob).get(path(root, "context")).json()
    assert [s["id"] for s in context["descendants"]] == [str(p.pk) for p in (first, below, second)]
    context = client_of(bob).get(path(below, "context")).json()
    assert [s["id"] for s in context["ancestors"]] == [str(root.pk), str(first.pk)]
