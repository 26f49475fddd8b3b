"""Quotes: who may quote whom, what others see of it, taking the consent back."""

from datetime import timedelta

import pytest
from tests.conftest import follow

from openrounds.accounts import actions as people
from openrounds.accounts.models import Account, QuotePolicy, Visibility
from openrounds.core.clock import iso, now
from openrounds.jobs.models import Job
from openrounds.posts.models import Post, QuoteState, ScheduledPost

STATUSES = "/api/v1/statuses"
FOLLOWERS = Visibility.FOLLOWERS


@pytest.fixture
def quote_as(client_of, run_jobs):
    """`quote_as(bob, post, **more)`: the new Status as its author gets it."""

    def make(account, quoted, **more):
        sent = {"status": "See this", "quoted_status_id": str(quoted.pk), **more}
        answer = client_of(account).post(STATUSES, sent)
        assert answer.status_code == 200, answer.content
        run_jobs()
        return answer.json()

    return make


def seen(client, status):
    """The quote within the status, as that client gets it."""
    answer = client.get(f"{STATUSES}/{status['id']}")
    assert answer.status_code == 200, answer.content
    return answer.json()["quote"]


def test_quote_shows_the_quoted_post_and_is_counted(
    alice, bob, charlie, client_of, anonymous, post_as, quote_as
):
    post = post_as(alice, "Case 1")
    made = quote_as(bob, post)
    assert made["quote"]["state"] == "accepted"
    assert made["quote"]["quoted_status"]["content"] == "<p>Case 1</p>"
    assert made["quote"]["quoted_status"]["quotes_count"] == 1
    for client in (client_of(charlie), anonymous):
        assert seen(client, made)["quoted_status"]["id"] == str(post.pk)
    assert client_of(charlie).get(f"/api/v1/statuses/{post.pk}").json()["quote"] is None


def test_quote_alone_needs_no_words(alice, bob, client_of, post_as):
    post = post_as(alice)
    made = client_of(bob).post(STATUSES, {"quoted_status_id": str(post.pk)})
    assert made.status_code == 200 and made.json()["content"] == ""
    edited = client_of(bob).put(f"{STATUSES}/{made.json()['id']}", {"status": "Now with words"})
    assert edited.json()["quote"]["quoted_status"]["id"] == str(post.pk)


def test_boost_of_a_post_is_quoted_as_the_post(alice, bob, charlie, client_of, post_as):
    post = post_as(alice)
    boost = client_of(bob).post(f"/api/v1/statuses/{post.pk}/reblog").json()
    made = client_of(charlie).post(STATUSES, {"status": "x", "quoted_status_id": boost["id"]}).json()
    assert made["quote"]["quoted_status"]["id"] == str(post.pk)


def test_second_quote_is_given_by_its_id(alice, bob, charlie, client_of, anonymous, post_as, quote_as):
    first = post_as(alice, "first")
    second = quote_as(bob, first)
    third = quote_as(charlie, Post.objects.get(pk=second["id"]))
    for client in (client_of(charlie), anonymous):
        inner = seen(client, third)["quoted_status"]
        assert inner["id"] == second["id"]
        assert inner["quote"] == {"state": "accepted", "quoted_status_id": str(first.pk)}
    people.block(alice.pk, charlie.pk)
    inner = seen(client_of(charlie), third)["quoted_status"]
    assert inner["quote"] == {"state": "unauthorized", "quoted_status_id": None}


@pytest.mark.parametrize(
    ("policy", "follower", "stranger"), [("public", 200, 200), ("followers", 200, 403), ("nobody", 403, 403)]
)
def test_author_says_who_may_quote(alice, bob, charlie, client_of, policy, follower, stranger):
    follow(bob, alice)
    sent = {"status": "mine", "quote_approval_policy": policy}
    own = client_of(alice).post(STATUSES, sent).json()
    assert own["quote_approval"] == {
        "automatic": [] if policy == "nobody" else [policy],
        "manual": [],
        "current_user": "automatic",
    }
    for account, expected in ((bob, follower), (charlie, stranger), (alice, 200)):
        client = client_of(account)
        told = client.get(f"{STATUSES}/{own['id']}").json()["quote_approval"]["current_user"]
        assert told == ("automatic" if expected == 200 else "denied")
        answer = client.post(STATUSES, {"status": "q", "quoted_status_id": own["id"]})
        assert answer.status_code == expected
    quotes = [s for s, code in ((bob, follower), (charlie, stranger), (alice, 200)) if code == 200]
    assert Post.objects.exclude(quote_of=None).count() == len(quotes)


def test_account_has_a_default_policy(alice, bob, client_of, anonymous):
    Account.objects.filter(pk=alice.pk).update(default_quote_policy=QuotePolicy.NOBODY)
    own = client_of(alice).post(STATUSES, {"status": "mine"}).json()
    assert own["quote_approval"]["automatic"] == []
    other = client_of(bob).post(STATUSES, {"status": "theirs"}).json()
    assert other["quote_approval"]["automatic"] == ["public"]
    assert anonymous.get(f"{STATUSES}/{other['id']}").json()["quote_approval"]["current_user"] == "denied"


def test_policy_can_be_changed_and_quotes_stay(alice, bob, client_of, post_as, quote_as):
    post = post_as(alice)
    made = quote_as(bob, post)
    path = f"/api/v1/statuses/{post.pk}/interaction_policy"
    changed = client_of(alice).put(path, {"quote_approval_policy": "nobody"}).json()
    assert changed["quote_approval"] == {"automatic": [], "manual": [], "current_user": "automatic"}
    assert seen(client_of(bob), made)["state"] == "accepted"
    assert client_of(bob).post(STATUSES, {"status": "q", "quoted_status_id": str(post.pk)}).status_code == 403
    assert client_of(bob).put(path, {"quote_approval_policy": "public"}).status_code == 404
    assert client_of(alice).put(path, {"quote_approval_policy": "friends"}).status_code in (400, 422)
    edited = client_of(alice).put(
        f"/api/v1/statuses/{post.pk}", {"status": "x", "quote_approval_policy": "public"}
    )
    assert edited.json()["quote_approval"]["automatic"] == ["public"]


def test_charlie_cannot_quote_what_he_cannot_see(alice, bob, charlie, client_of, post_as):
    follow(bob, alice)
    hidden = post_as(alice, "for followers", visibility=FOLLOWERS)
    for account, expected in ((charlie, 404), (bob, 403)):
        answer = client_of(account).post(STATUSES, {"status": "q", "quoted_status_id": str(hidden.pk)})
        assert answer.status_code == expected and answer.json()["error"]
    assert not Post.objects.exclude(quote_of=None).exists()
    assert client_of(charlie).post(STATUSES, {"status": "q", "quoted_status_id": "1"}).status_code == 404


def test_own_followers_post_is_quoted_for_followers_alone(alice, bob, charlie, client_of, post_as, quote_as):
    follow(bob, alice)
    hidden = post_as(alice, "for followers", visibility=FOLLOWERS)
    made = quote_as(alice, hidden, visibility="public")
    assert made["visibility"] == "private"
    assert seen(client_of(bob), made)["state"] == "accepted"
    assert client_of(charlie).get(f"{STATUSES}/{made['id']}").status_code == 404
    assert client_of(alice).get(f"/api/v1/statuses/{hidden.pk}").json()["quotes_count"] == 0


def test_direct_posts_are_not_quoted_and_nobody_is_quoted_behind_his_back(alice, bob, client_of, post_as):
    secret = post_as(alice, "@bob hm", visibility=Visibility.DIRECT)
    for account in (alice, bob):
        answer = client_of(account).post(STATUSES, {"status": "q", "quoted_status_id": str(secret.pk)})
        assert answer.status_code == 403
    told = client_of(alice).get(f"{STATUSES}/{secret.pk}").json()["quote_approval"]
    assert told == {"automatic": [], "manual": [], "current_user": "denied"}
    sent = {"quoted_status_id": str(post_as(alice).pk), "visibility": "direct"}
    assert client_of(bob).post(STATUSES, {"status": "look", **sent}).status_code == 422
    assert client_of(bob).post(STATUSES, {"status": "@alice look", **sent}).status_code == 200


def test_consent_can_be_taken_back_by_the_author_alone(alice, bob, charlie, client_of, post_as, quote_as):
    post = post_as(alice)
    made = quote_as(bob, post)
    path = f"/api/v1/statuses/{post.pk}/quotes/{made['id']}/revoke"
    for account in (bob, charlie):
        assert client_of(account).post(path).status_code == 403
    for _ in range(2):
        answer = client_of(alice).post(path)
        assert answer.json()["quote"] == {"state": "revoked", "quoted_status": None}
    for account in (bob, charlie):
        assert seen(client_of(account), made) == {"state": "revoked", "quoted_status": None}
    assert client_of(alice).get(f"/api/v1/statuses/{post.pk}").json()["quotes_count"] == 0
    assert client_of(alice).get(f"/api/v1/statuses/{post.pk}/quotes").json() == []
    other = post_as(bob)
    assert client_of(alice).post(f"/api/v1/statuses/{post.pk}/quotes/{other.pk}/revoke").status_code == 404


def test_quoter_cannot_keep_a_quote_by_blocking_its_author(
    alice, bob, client_of, anonymous, post_as, quote_as
):
    post = post_as(alice)
    made = quote_as(bob, post)
    people.block(bob.pk, alice.pk)
    answer = client_of(alice).post(f"/api/v1/statuses/{post.pk}/quotes/{made['id']}/revoke")
    assert answer.status_code == 200 and answer.json()["id"] == str(post.pk)
    assert seen(anonymous, made) == {"state": "revoked", "quoted_status": None}


def test_deleted_post_leaves_a_gap_in_its_quotes(alice, bob, client_of, post_as, quote_as):
    post = post_as(alice)
    made = quote_as(bob, post)
    client_of(alice).delete(f"/api/v1/statuses/{post.pk}")
    assert seen(client_of(bob), made) == {"state": "deleted", "quoted_status": None}
    Post.objects.filter(pk=post.pk).delete()
    assert seen(client_of(bob), made) == {"state": "deleted", "quoted_status": None}


def test_deleted_quote_is_no_longer_counted(alice, bob, client_of, post_as, quote_as):
    post = post_as(alice)
    made = quote_as(bob, post)
    client_of(bob).delete(f"{STATUSES}/{made['id']}")
    assert client_of(alice).get(f"/api/v1/statuses/{post.pk}").json()["quotes_count"] == 0
    assert client_of(alice).get(f"/api/v1/statuses/{post.pk}/quotes").json() == []


@pytest.mark.parametrize(
    ("keep_away", "state"), [(people.block, "blocked_account"), (people.mute, "muted_account")]
)
def test_viewer_is_spared_the_quoted_author(
    alice, bob, charlie, client_of, anonymous, post_as, quote_as, keep_away, state
):
    made = quote_as(bob, post_as(alice))
    keep_away(charlie.pk, alice.pk)
    assert seen(client_of(charlie), made) == {"state": state, "quoted_status": None}
    assert seen(anonymous, made)["state"] == "accepted"


def test_server_blocked_by_the_viewer_is_not_quoted_to_him(bob, charlie, client_of, post_as, quote_as):
    remote = Account.objects.create(username="ruth", domain="other.test")
    post = Post.objects.create(account=remote, visibility=0, text="<p>hm</p>", uri="https://other.test/1")
    sent = {"status": "q", "quoted_status_id": str(post.pk)}
    assert client_of(bob).post(STATUSES, sent).status_code == 403  # her server cannot be asked
    quoting = post_as(bob)
    Post.objects.filter(pk=quoting.pk).update(quote_of=post, quote_state=QuoteState.ACCEPTED)
    people.block_domain(charlie.pk, "other.test")
    state = {"state": "blocked_domain", "quoted_status": None}
    assert seen(client_of(charlie), {"id": quoting.pk}) == state
    Post.objects.filter(pk=quoting.pk).update(quote_state=QuoteState.PENDING)
    assert seen(client_of(bob), {"id": quoting.pk}) == {"state": "pending", "quoted_status": None}


def test_author_who_blocks_the_viewer_is_not_quoted_to_him(alice, bob, charlie, client_of, post_as, quote_as):
    made = quote_as(bob, post_as(alice))
    people.block(alice.pk, charlie.pk)
    assert seen(client_of(charlie), made) == {"state": "unauthorized", "quoted_status": None}


def test_quotes_of_a_post_are_listed_as_far_as_one_may_see_them(
    alice, bob, charlie, client_of, anonymous, post_as, quote_as
):
    post = post_as(alice)
    first, second = quote_as(bob, post), quote_as(charlie, post)
    quote_as(charlie, post, visibility="private")
    path = f"/api/v1/statuses/{post.pk}/quotes"
    for client in (client_of(alice), anonymous):
        assert [s["id"] for s in client.get(path).json()] == [second["id"], first["id"]]
    page = client_of(alice).get(f"{path}?limit=1")
    following = page["Link"].split(";")[0].strip("<>").removeprefix("http://testserver")
    assert [s["id"] for s in client_of(alice).get(following).json()] == [first["id"]]
    people.mute(alice.pk, charlie.pk)
    assert [s["id"] for s in client_of(alice).get(path).json()] == [first["id"]]
    hidden = post_as(alice, visibility=FOLLOWERS)
    assert client_of(charlie).get(f"/api/v1/statuses/{hidden.pk}/quotes").status_code == 404


def test_quoted_author_is_told_and_so_are_quoters_of_an_edit(
    alice, bob, charlie, client_of, post_as, quote_as, run_jobs
):
    post = post_as(alice)
    made = quote_as(bob, post)
    quote_as(charlie, post, visibility="private")  # which Alice cannot see
    (told,) = client_of(alice).get("/api/v1/notifications").json()
    assert (told["type"], told["account"]["username"], told["status"]["id"]) == ("quote", "bob", made["id"])
    client_of(alice).put(f"/api/v1/statuses/{post.pk}", {"status": "better"})
    run_jobs()
    (told,) = client_of(bob).get("/api/v1/notifications?types[]=quoted_update").json()
    assert (told["account"]["username"], told["status"]["id"]) == ("alice", made["id"])
    assert told["status"]["quote"]["quoted_status"]["content"] == "<p>better</p>"
    quote_as(alice, post)
    assert len(client_of(alice).get("/api/v1/notifications").json()) == 1


def test_scheduled_quote_is_made_at_its_hour(alice, bob, client_of, post_as, run_jobs):
    post = post_as(alice)
    sent = {"status": "later", "quoted_status_id": str(post.pk), "quote_approval_policy": "nobody"}
    at = iso(now() + timedelta(hours=1))
    waiting = client_of(bob).post(STATUSES, {**sent, "scheduled_at": at}).json()
    assert waiting["params"]["quoted_status_id"] == str(post.pk)
    assert waiting["params"]["quote_approval_policy"] == "nobody"
    ScheduledPost.objects.update(scheduled_at=now())
    Job.objects.update(run_at=now())
    run_jobs()
    made = Post.objects.get(account=bob)
    assert (made.quote_of_id, made.quote_policy) == (post.pk, QuotePolicy.NOBODY)


def test_page_costs_two_queries_more_when_something_is_quoted(
    alice, bob, client_of, post_as, quote_as, django_assert_num_queries
):
    posts, path = [post_as(alice, str(n)) for n in range(4)], f"/api/v1/accounts/{bob.pk}/statuses"
    post_as(bob, "plain")
    client = client_of(alice)
    client.get(path)
    with django_assert_num_queries(4):  # the token, the account, lines with their authors, flags
        assert len(client.get(path).json()) == 1
    for n in range(1, 5):
        quote_as(bob, posts[n - 1])
        client.get(path)
        with django_assert_num_queries(6):  # and the quoted lines, and whether they are for the viewer
            assert len(client.get(path).json()) == n + 1
