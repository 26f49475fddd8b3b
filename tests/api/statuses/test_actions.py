"""What people do with a post: favourite, boost, bookmark, pin, mute, edit, delete, vote."""

from datetime import timedelta

import pytest
from tests.conftest import follow

from openrounds.accounts.models import Visibility
from openrounds.core.clock import now
from openrounds.posts.actions import PollDraft
from openrounds.posts.models import Poll, Post


def test_favourite_can_be_set_and_taken_back_any_number_of_times(alice, bob, client_of, post_as):
    post, client = post_as(alice), client_of(bob)
    for _ in range(2):
        assert client.post(f"/api/v1/statuses/{post.pk}/favourite").json()["favourited"] is True
    assert client.get(f"/api/v1/statuses/{post.pk}").json()["favourites_count"] == 1
    assert [a["username"] for a in client.get(f"/api/v1/statuses/{post.pk}/favourited_by").json()] == ["bob"]
    assert [s["id"] for s in client.get("/api/v1/favourites").json()] == [str(post.pk)]
    for _ in range(2):
        assert client.post(f"/api/v1/statuses/{post.pk}/unfavourite").json()["favourited"] is False
    assert client.get(f"/api/v1/statuses/{post.pk}").json()["favourites_count"] == 0
    assert client.get("/api/v1/favourites").json() == []


def test_bookmark_is_kept_for_oneself(alice, bob, client_of, post_as):
    post, client = post_as(alice), client_of(bob)
    for _ in range(2):
        assert client.post(f"/api/v1/statuses/{post.pk}/bookmark").json()["bookmarked"] is True
    assert [s["id"] for s in client.get("/api/v1/bookmarks").json()] == [str(post.pk)]
    assert client_of(alice).get("/api/v1/bookmarks").json() == []
    assert client.post(f"/api/v1/statuses/{post.pk}/unbookmark").json()["bookmarked"] is False
    assert client.get("/api/v1/bookmarks").json() == []


def test_thread_can_be_muted_and_unmuted(alice, bob, client_of, post_as):
    post, client = post_as(alice), client_of(bob)
    assert client.post(f"/api/v1/statuses/{post.pk}/mute").json()["muted"] is True
    assert client.post(f"/api/v1/statuses/{post.pk}/unmute").json()["muted"] is False


def test_marks_page_by_the_mark(alice, bob, client_of, post_as):
    posts, client = [post_as(alice, f"{n}") for n in range(3)], client_of(bob)
    for post in (posts[1], posts[2], posts[0]):
        client.post(f"/api/v1/statuses/{post.pk}/bookmark")
    first = client.get("/api/v1/bookmarks?limit=2")
    assert [s["id"] for s in first.json()] == [str(posts[0].pk), str(posts[2].pk)]
    following = first["Link"].split(";")[0].strip("<>").removeprefix("http://testserver")
    assert [s["id"] for s in client.get(following).json()] == [str(posts[1].pk)]


def test_boost_wraps_the_post_and_happens_once(alice, bob, charlie, client_of, post_as, run_jobs):
    post, client = post_as(alice), client_of(bob)
    follow(charlie, bob)
    first, second = (client.post(f"/api/v1/statuses/{post.pk}/reblog").json() for _ in range(2))
    assert first["id"] == second["id"] != str(post.pk)
    assert first["reblog"]["id"] == str(post.pk) and first["reblog"]["reblogged"] is True
    assert first["reblog"]["reblogs_count"] == 1
    run_jobs()
    assert [s["reblog"]["id"] for s in client_of(charlie).get("/api/v1/timelines/home").json()] == [
        str(post.pk)
    ]
    assert [a["username"] for a in client.get(f"/api/v1/statuses/{post.pk}/reblogged_by").json()] == ["bob"]
    undone = client.post(f"/api/v1/statuses/{post.pk}/unreblog").json()
    assert undone["id"] == str(post.pk) and undone["reblogged"] is False and undone["reblogs_count"] == 0
    assert client_of(charlie).get("/api/v1/timelines/home").json() == []


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_private_post_cannot_be_boosted_by_its_reader(alice, bob, client_of, post_as, visibility):
    follow(bob, alice)
    post = post_as(alice, "@bob only for you", visibility=visibility)
    assert client_of(bob).post(f"/api/v1/statuses/{post.pk}/reblog").status_code == 403


def test_charlie_can_do_nothing_with_a_hidden_post(alice, charlie, client_of, post_as):
    post, client = post_as(alice, visibility=Visibility.FOLLOWERS), client_of(charlie)
    for action in ("favourite", "unfavourite", "reblog", "unreblog", "bookmark", "mute", "unmute", "pin"):
        assert client.post(f"/api/v1/statuses/{post.pk}/{action}").status_code == 404
    for action in ("context", "history", "reblogged_by", "favourited_by", "source"):
        assert client.get(f"/api/v1/statuses/{post.pk}/{action}").status_code == 404


def test_only_own_posts_are_pinned_and_shown_first(alice, bob, client_of, post_as):
    post, client = post_as(alice), client_of(alice)
    assert client.post(f"/api/v1/statuses/{post.pk}/pin").json()["pinned"] is True
    assert [s["id"] for s in client.get(f"/api/v1/accounts/{alice.pk}/statuses?pinned=true").json()] == [
        str(post.pk)
    ]
    assert client_of(bob).post(f"/api/v1/statuses/{post.pk}/pin").status_code == 422
    assert client.post(f"/api/v1/statuses/{post.pk}/unpin").json()["pinned"] is False


def test_edit_keeps_what_was_said_before(alice, bob, client_of, post_as):
    post, client = post_as(alice, "Haemoglobin 84 #one"), client_of(alice)
    edited = client.put(
        f"/api/v1/statuses/{post.pk}", {"status": "Haemoglobin 48 #two", "spoiler_text": "numbers"}
    ).json()
    assert edited["edited_at"] and "48" in edited["content"] and edited["sensitive"] is True
    assert [t["name"] for t in edited["tags"]] == ["two"]
    history = client_of(bob).get(f"/api/v1/statuses/{post.pk}/history").json()
    assert ["84" in h["content"] for h in history] == [True, False]
    assert client.get(f"/api/v1/statuses/{post.pk}/source").json()["text"] == "Haemoglobin 48 #two"
    assert client_of(bob).put(f"/api/v1/statuses/{post.pk}", {"status": "mine"}).status_code == 404


def test_deleted_post_is_gone_everywhere_and_can_be_redrafted(alice, bob, client_of, post_as, run_jobs):
    follow(bob, alice)
    post, client = post_as(alice, "Oops #x"), client_of(alice)
    client_of(bob).post(f"/api/v1/statuses/{post.pk}/reblog")
    deleted = client.delete(f"/api/v1/statuses/{post.pk}").json()
    assert deleted["text"] == "Oops #x"
    run_jobs()
    assert client.get(f"/api/v1/statuses/{post.pk}").status_code == 404
    assert client.delete(f"/api/v1/statuses/{post.pk}").status_code == 404
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
    context = client_of(bob).get(f"/api/v1/statuses/{root.pk}/context").json()
    assert [s["id"] for s in context["descendants"]] == [str(p.pk) for p in (first, below, second)]
    context = client_of(bob).get(f"/api/v1/statuses/{below.pk}/context").json()
    assert [s["id"] for s in context["ancestors"]] == [str(root.pk), str(first.pk)]


def test_poll_is_read_by_its_id(alice, bob, charlie, client_of, post_as):
    post = post_as(
        alice, "@bob ?", visibility=Visibility.DIRECT, poll=PollDraft(("yes", "no"), timedelta(hours=1))
    )
    poll = Poll.objects.get(post=post)
    assert client_of(bob).get(f"/api/v1/polls/{poll.pk}").json()["voted"] is False
    assert client_of(charlie).get(f"/api/v1/polls/{poll.pk}").status_code == 404
