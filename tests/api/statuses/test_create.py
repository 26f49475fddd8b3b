"""POST /api/v1/statuses"""

from datetime import timedelta

import pytest
from tests.conftest import follow

from openrounds.accounts.models import Visibility
from openrounds.core.clock import iso, now
from openrounds.jobs.models import Job
from openrounds.posts.models import Post, ScheduledPost

STATUSES = "/api/v1/statuses"


def test_person_posts_and_gets_the_status(alice, client_of):
    answer = client_of(alice).post(
        STATUSES, {"status": "Hello @nobody #MedEd https://example.org/a", "language": "en"}
    )
    status = answer.json()
    assert answer.status_code == 200
    assert status["account"]["username"] == "alice"
    assert 'class="mention hashtag"' in status["content"]
    assert status["tags"] == [{"name": "meded", "url": "http://testserver/tags/meded"}]
    assert status["url"] == f"http://testserver/@alice/{status['id']}"
    assert (status["visibility"], status["language"], status["application"]["name"]) == (
        "public",
        "en",
        "Tests",
    )


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "multipart"])
def test_every_kind_of_body_is_taken(alice, client_of, kind):
    client = client_of(alice)
    if kind == "multipart":
        answer = client.post(
            STATUSES, {"status": "x", "poll[options][]": ["a", "b"], "poll[expires_in]": "3600"}, form=True
        )
    elif kind == "application/json":
        answer = client.post(STATUSES, {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 3600}})
    else:
        body = "status=x&poll[options][]=a&poll[options][]=b&poll[expires_in]=3600"
        answer = client._client.post(STATUSES, body, content_type=kind)
    assert [option["title"] for option in answer.json()["poll"]["options"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({}, 422),
        ({"status": "   "}, 422),
        ({"status": "x" * 1001}, 422),
        ({"status": "x", "visibility": "secret"}, 422),
        ({"status": "x", "in_reply_to_id": "1"}, 404),
        ({"status": "x", "in_reply_to_id": "abc"}, 422),
        ({"status": "x", "media_ids": ["1"]}, 422),
        ({"status": "x", "poll": {"options": ["a"], "expires_in": 3600}}, 422),
        ({"status": "x", "poll": {"options": ["a", "a"], "expires_in": 3600}}, 422),
        ({"status": "x", "poll": {"options": ["a", "b"], "expires_in": 1}}, 422),
        ({"status": "x", "poll": {"options": ["a", "b"], "expires_in": 10**12}}, 422),
        ({"status": "x", "poll": "no"}, 422),
        ({"status": "nul \x00 here"}, 400),
        ({"status": " ".join(f"@p{n}" for n in range(30))}, 422),
        ({"status": "x", "scheduled_at": iso(now())}, 422),
        ({"status": "x", "scheduled_at": "soon"}, 422),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(alice, client_of, sent, code):
    answer = client_of(alice).post(STATUSES, sent)
    assert answer.status_code == code
    assert answer.json()["error"]
    assert not Post.objects.exists() and not ScheduledPost.objects.exists()


def test_body_that_is_no_json_is_refused(alice, client_of):
    client = client_of(alice)
    for body in (b"{", b"[1]", b'{"status": "\\ud800"}', b"[" * 10_000):
        answer = client._client.post(STATUSES, body, content_type="application/json")
        assert answer.status_code in (400, 422), body[:20]


def test_url_counts_23_and_remote_domains_do_not_count(alice, client_of):
    text = "x" * 976 + " https://example.org/" + "y" * 200
    assert client_of(alice).post(STATUSES, {"status": text}).status_code == 200
    assert client_of(alice).post(STATUSES, {"status": "x" + text}).status_code == 422


def test_same_key_gives_the_same_post(alice, client_of):
    client = client_of(alice)
    ids = {
        client.post(STATUSES, {"status": "once"}, headers={"Idempotency-Key": "k1"}).json()["id"]
        for _ in range(3)
    }
    assert len(ids) == 1 and Post.objects.count() == 1
    other = client.post(STATUSES, {"status": "once"}, headers={"Idempotency-Key": "k2"}).json()["id"]
    assert other not in ids


def test_same_key_gives_the_same_scheduled_post(alice, client_of):
    client, at = client_of(alice), iso(now() + timedelta(hours=1))
    sent = {"status": "later", "scheduled_at": at}
    first, second = (client.post(STATUSES, sent, headers={"Idempotency-Key": "k"}).json() for _ in range(2))
    assert first == second and first["scheduled_at"] == at and first["params"]["text"] == "later"


def test_scheduled_post_is_published_once_at_its_hour(alice, client_of, run_jobs):
    client = client_of(alice)
    at = iso(now() + timedelta(hours=1))
    client.post(STATUSES, {"status": "later", "visibility": "unlisted", "scheduled_at": at})
    run_jobs()
    assert not Post.objects.exists()
    ScheduledPost.objects.update(scheduled_at=now())
    Job.objects.update(run_at=now())
    run_jobs()
    run_jobs()
    post = Post.objects.get()
    assert (post.text, post.visibility) == ("later", Visibility.UNLISTED)
    assert client.get("/api/v1/scheduled_statuses").json() == []


def test_reply_hangs_in_the_thread_and_is_counted(alice, bob, client_of, post_as):
    root = post_as(alice, "Case 1")
    reply = client_of(bob).post(STATUSES, {"status": "@alice MDS?", "in_reply_to_id": str(root.pk)}).json()
    assert reply["in_reply_to_id"] == str(root.pk)
    assert reply["in_reply_to_account_id"] == str(alice.pk)
    assert [m["username"] for m in reply["mentions"]] == ["alice"]
    assert client_of(alice).get(f"{STATUSES}/{root.pk}").json()["replies_count"] == 1


def test_charlie_cannot_reply_to_what_he_cannot_see(alice, charlie, client_of, post_as):
    hidden = post_as(alice, "for followers", visibility=Visibility.FOLLOWERS)
    answer = client_of(charlie).post(STATUSES, {"status": "hm", "in_reply_to_id": str(hidden.pk)})
    assert answer.status_code == 404


def test_unexpected_mention_is_refused(alice, bob, client_of):
    answer = client_of(alice).post(STATUSES, {"status": "hi @bob", "allowed_mentions": []})
    assert answer.status_code == 422 and not Post.objects.exists()


def test_token_without_write_cannot_post(alice, client_of):
    assert client_of(alice, "read").post(STATUSES, {"status": "x"}).status_code == 403
    assert client_of(None).post(STATUSES, {"status": "x"}).status_code == 422


def test_stranger_cannot_post(anonymous, alice):
    assert anonymous.post(STATUSES, {"status": "x"}).status_code == 401


def test_post_stays_on_its_level_of_visibility(alice, bob, charlie, client_of, post_as):
    follow(bob, alice)
    for visibility, seen_by_bob in ((Visibility.FOLLOWERS, 200), (Visibility.DIRECT, 404)):
        post = post_as(alice, "secret", visibility=visibility)
        assert client_of(bob).get(f"{STATUSES}/{post.pk}").status_code == seen_by_bob
        assert client_of(charlie).get(f"{STATUSES}/{post.pk}").status_code == 404
