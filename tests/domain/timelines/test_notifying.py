"""Who is told of what, held in the database: once, and no longer than its cause stands."""

from datetime import timedelta

import pytest
from tests.conftest import follow, make_person

from openrounds.accounts import actions as accounts
from openrounds.accounts.facts import Followed, SignedUp
from openrounds.accounts.models import Account, DomainBlock, Follow, Rank, Visibility
from openrounds.core.clock import ago, now
from openrounds.jobs.models import Happening
from openrounds.jobs.registry import Tick
from openrounds.posts import actions as posts
from openrounds.posts.actions import Author, Draft, PollDraft
from openrounds.posts.facts import Favourited, PollEnded, PostCreated, PostEdited
from openrounds.posts.models import Ballot, Mention, Poll, Post
from openrounds.timelines import notification_jobs as jobs
from openrounds.timelines import notifying
from openrounds.timelines.models import (
    Notification,
    NotificationPermission,
    NotificationPolicy,
    NotificationRequest,
)
from openrounds.timelines.notifying import notify_of_report

DIRECT = Visibility.DIRECT


def told(account: Account) -> list[tuple[str, str]]:
    """What the account was told, oldest first: kind and by whom; what is held back has a "?"."""
    rows = Notification.objects.filter(account=account).order_by("id")
    return [(n.type + "?" * n.filtered, n.actor.username) for n in rows.select_related("actor")]


def make_remote(username: str, domain: str) -> Account:
    return Account.objects.create(username=username, domain=domain, created_at=ago(days=90))


def remote_mention(author: Account, mentioned: Account) -> Post:
    """What federation writes when a post from elsewhere comes in."""
    post = Post.objects.create(account=author, visibility=0, text=f"<p>@{mentioned.username}</p>")
    Post.objects.filter(pk=post.pk).update(thread=post.pk)
    Mention.objects.create(post=post, account=mentioned)
    return post


def test_mentioned_is_told_once_and_charlie_never(alice, bob, charlie, post_as):
    post = post_as(alice, "@bob what is this?")
    jobs.announce_post(PostCreated(post.pk, alice.pk))
    assert told(bob) == [("mention", "alice")]
    assert told(alice) == told(charlie) == []
    assert Happening.objects.filter(kind="Notified").count() == 1


def test_deleted_post_that_very_many_were_told_about_is_forgotten_chunk_by_chunk(
    alice, post_as, run_jobs, monkeypatch
):
    monkeypatch.setattr(notifying, "FORGOTTEN_AT_ONCE", 2)
    post, other = post_as(alice), post_as(alice)
    for person in [make_person(f"fan{n}") for n in range(5)]:
        posts.favourite(person.pk, post.pk)
        posts.favourite(person.pk, other.pk)
    run_jobs()
    assert Notification.objects.filter(post=post).count() == 5
    posts.delete_post(alice.pk, post.pk)
    assert Notification.objects.filter(post=post).count() == 3
    run_jobs()
    assert list(Notification.objects.values_list("post", flat=True)) == [other.pk] * 5


def test_nobody_is_told_of_mentioning_himself(alice, post_as):
    post_as(alice, "@alice a note")
    assert told(alice) == []


def test_favourite_is_told_once_however_often_it_is_taken_back(alice, bob, post_as, run_jobs):
    post = post_as(alice)
    for _ in range(2):
        posts.favourite(bob.pk, post.pk)
        run_jobs()
        jobs.announce_favourite(Favourited(bob.pk, post.pk))
        assert told(alice) == [("favourite", "bob")]
        posts.unfavourite(bob.pk, post.pk)
        assert told(alice) == []


def test_favourite_taken_back_before_the_job_ran_is_never_told(alice, bob, post_as, run_jobs):
    post = post_as(alice)
    posts.favourite(bob.pk, post.pk)
    posts.unfavourite(bob.pk, post.pk)
    run_jobs()
    assert told(alice) == []


def test_boost_is_told_to_the_author_until_it_is_taken_back(alice, bob, post_as, run_jobs):
    post = post_as(alice)
    posts.boost(Author(bob), post.pk)
    run_jobs()
    assert told(alice) == [("reblog", "bob")]
    posts.unboost(bob.pk, post.pk)
    assert told(alice) == []


def test_booster_is_told_of_each_edit_in_place_of_the_last(alice, bob, charlie, post_as, run_jobs):
    post = post_as(alice, "First")
    posts.boost(Author(bob), post.pk)
    run_jobs()
    for text in ("Second", "Third @charlie", "Fourth @charlie"):
        posts.edit_post(alice.pk, post.pk, Draft(text=text))
        run_jobs()
    jobs.announce_edit(PostEdited(post.pk, alice.pk))
    assert told(bob) == [("update", "alice")]
    assert told(charlie) == [("mention", "alice")]


def test_dismissed_mention_does_not_come_back_with_an_edit(alice, bob, post_as, run_jobs):
    post = post_as(alice, "@bob First")
    Notification.objects.all().delete()
    posts.edit_post(alice.pk, post.pk, Draft(text="@bob Second"))
    run_jobs()
    assert told(bob) == []


def test_followers_who_asked_are_told_of_new_posts(alice, bob, charlie, post_as):
    for follower, languages in ((bob, None), (charlie, ["de"])):
        Follow.objects.create(follower=follower, followee=alice, notify=True, languages=languages)
    first = post_as(alice, "Round one", language="en")
    assert told(bob) == [("status", "alice")]
    assert told(charlie) == []
    post_as(alice, "And more", in_reply_to_id=first.pk)
    post_as(charlie, "An answer", in_reply_to_id=first.pk)
    post_as(alice, "To Charlie", in_reply_to_id=Post.objects.get(text="An answer").pk)
    post_as(alice, "@bob directly", visibility=DIRECT)
    Follow.objects.filter(follower=bob).update(notify=False)
    post_as(alice, "Nobody waits")
    assert told(bob) == [("status", "alice"), ("status", "alice"), ("mention", "alice")]


def test_many_followers_are_told_in_a_fixed_number_of_statements(
    alice, post_as, django_assert_max_num_queries
):
    for n in range(30):
        Follow.objects.create(follower=make_person(f"follower{n}"), followee=alice, notify=True)
    post = post_as(alice)
    Notification.objects.all().delete()
    with django_assert_max_num_queries(8):
        jobs.announce_post(PostCreated(post.pk, alice.pk))
    assert Notification.objects.filter(type="status").count() == 30


def test_follow_is_told_once_and_not_after_its_end(alice, bob, run_jobs):
    accounts.follow(bob.pk, alice.pk)
    run_jobs()
    jobs.announce_follow(Followed(Follow.objects.get().pk, bob.pk, alice.pk))
    assert told(alice) == [("follow", "bob")]
    accounts.unfollow(bob.pk, alice.pk)
    assert told(alice) == []
    jobs.announce_follow(Followed(1, bob.pk, alice.pk))
    assert told(alice) == []


def test_request_makes_way_for_the_follow_it_becomes(alice, bob, run_jobs):
    Account.objects.filter(pk=alice.pk).update(locked=True)
    accounts.follow(bob.pk, alice.pk)
    run_jobs()
    assert told(alice) == [("follow_request", "bob")]
    accounts.authorize_request(alice.pk, bob.pk)
    run_jobs()
    assert told(alice) == [("follow", "bob")]


def test_end_of_a_poll_is_told_to_author_and_voters(alice, bob, charlie, post_as, run_jobs):
    post = post_as(alice, "Which?", poll=PollDraft(("a", "b"), lasts=timedelta(hours=1)))
    poll = Poll.objects.get()
    posts.vote(bob.pk, poll.pk, [0])
    Ballot.objects.create(poll=poll, account=make_remote("rita", "evil.test"))
    for _ in range(2):
        jobs.announce_result(PollEnded(poll.pk, post.pk))
    assert told(alice) == told(bob) == [("poll", "alice")]
    assert told(charlie) == []
    assert Notification.objects.count() == 2


def test_moderators_are_told_of_newcomers_and_reports(alice, bob, charlie):
    type(bob.user).objects.filter(account=bob).update(rank=Rank.MODERATOR)
    for _ in range(2):
        jobs.announce_newcomer(SignedUp(alice.pk))
        notify_of_report(77, alice.pk)
    assert told(bob) == [("admin.sign_up", "alice"), ("admin.report", "alice")]
    assert told(charlie) == []


@pytest.mark.parametrize("who", ["author blocks", "receiver blocks", "receiver mutes"])
def test_blocked_or_muted_cannot_ping(who, alice, bob, post_as):
    if who == "receiver mutes":
        accounts.mute(bob.pk, alice.pk)
    else:
        accounts.block(*((alice.pk, bob.pk) if who == "author blocks" else (bob.pk, alice.pk)))
    post_as(alice, "@bob hello")
    post_as(alice, "@bob hello", visibility=DIRECT)
    assert told(bob) == []


@pytest.mark.parametrize(
    "mute", [{"notifications": False}, {"notifications": True, "seconds": 1}], ids=["shown", "over"]
)
def test_mute_that_leaves_notifications_or_is_over_lets_a_mention_through(mute, alice, bob, post_as):
    accounts.mute(bob.pk, alice.pk, **mute)
    if "seconds" in mute:
        bob.muting.update(expires_at=ago(seconds=1))
    post_as(alice, "@bob hello")
    assert told(bob) == [("mention", "alice")]


def test_muted_thread_is_silent(alice, bob, charlie, post_as, run_jobs):
    post = post_as(alice, "@bob a thread")
    posts.mute_thread(alice.pk, post.pk)
    post_as(bob, "@alice an answer", in_reply_to_id=post.pk)
    posts.favourite(charlie.pk, post.pk)
    run_jobs()
    assert told(alice) == []


def test_blocked_server_cannot_ping_unless_followed(alice, bob):
    mallory = make_remote("mallory", "evil.test")
    DomainBlock.objects.create(account=bob, domain="evil.test")
    jobs.announce_post(PostCreated(remote_mention(mallory, bob).pk, mallory.pk))
    assert told(bob) == []
    follow(bob, mallory)
    jobs.announce_post(PostCreated(remote_mention(mallory, bob).pk, mallory.pk))
    assert told(bob) == [("mention", "mallory")]


def test_suspended_cannot_ping(alice, bob, post_as):
    Account.objects.filter(pk=alice.pk).update(suspended_at=now())
    post_as(Account.objects.get(pk=alice.pk), "@bob hello")
    assert told(bob) == []


def test_nobody_elsewhere_is_told(alice):
    rita = make_remote("rita", "elsewhere.test")
    jobs.announce_post(PostCreated(remote_mention(alice, rita).pk, alice.pk))
    assert Notification.objects.count() == 0


def test_blocking_takes_away_what_either_was_told(alice, bob, charlie, post_as):
    post_as(alice, "@bob hello")
    post_as(bob, "@alice hello")
    post_as(charlie, "@alice hello")
    accounts.block(alice.pk, bob.pk)
    assert told(bob) == []
    assert told(alice) == [("mention", "charlie")]


def test_blocking_a_server_takes_away_what_came_from_it(alice):
    mallory = make_remote("mallory", "evil.test")
    jobs.announce_post(PostCreated(remote_mention(mallory, alice).pk, mallory.pk))
    assert told(alice) == [("mention", "mallory")]
    accounts.block_domain(alice.pk, "evil.test")
    assert told(alice) == []


def test_deleting_a_post_takes_away_all_that_was_told_of_it(alice, bob, post_as, run_jobs):
    post = post_as(alice, "@bob hello")
    posts.favourite(bob.pk, post.pk)
    run_jobs()
    posts.delete_post(alice.pk, post.pk)
    assert told(alice) == told(bob) == []


def test_direct_post_of_a_stranger_is_held_back(alice, bob, post_as):
    post = post_as(alice, "@bob hello", visibility=DIRECT)
    assert told(bob) == [("mention?", "alice")]
    request = NotificationRequest.objects.get()
    assert (request.account, request.sender, request.last_post) == (bob, alice, post)
    assert not Happening.objects.filter(kind="Notified").exists()


def test_direct_post_of_someone_followed_comes_through(alice, bob, post_as):
    follow(bob, alice)
    post_as(alice, "@bob hello", visibility=DIRECT)
    assert told(bob) == [("mention", "alice")]


def test_answer_to_ones_own_direct_post_comes_through(alice, bob, post_as):
    asked = post_as(bob, "@alice a question", visibility=DIRECT)
    post_as(alice, "@bob the answer", visibility=DIRECT, in_reply_to_id=asked.pk)
    assert told(bob) == [("mention", "alice")]


def test_limited_account_is_held_back_from_strangers(alice, bob, charlie, post_as):
    Account.objects.filter(pk=alice.pk).update(limited_at=now())
    follow(charlie, alice)
    post_as(alice, "@bob and @charlie")
    assert told(bob) == [("mention?", "alice")]
    assert told(charlie) == [("mention", "alice")]


def test_policy_drops_and_permission_lets_through(alice, bob, charlie, post_as):
    NotificationPolicy.objects.create(account=bob, for_not_following="drop")
    NotificationPermission.objects.create(account=bob, sender=charlie)
    for author in (alice, charlie):
        post_as(author, "@bob hello")
    assert told(bob) == [("mention", "charlie")]


def test_new_follower_is_a_stranger_to_the_policy_for_three_days(alice, bob, post_as):
    NotificationPolicy.objects.create(account=bob, for_not_followers="drop")
    row = follow(alice, bob)
    post_as(alice, "@bob one")
    Follow.objects.filter(pk=row.pk).update(created_at=ago(days=4))
    post_as(alice, "@bob two")
    assert told(bob) == [("mention", "alice")]


def test_request_of_somebody_silent_for_a_year_is_forgotten(
    alice: Account, bob: Account, charlie: Account
) -> None:
    long_ago = now() - jobs.NOTIFICATIONS_KEPT - timedelta(minutes=1)
    NotificationRequest.objects.create(account=alice, sender=bob, created_at=long_ago, updated_at=long_ago)
    NotificationRequest.objects.create(account=alice, sender=charlie, created_at=long_ago)
    jobs.trim_notifications(Tick())
    assert [request.sender for request in NotificationRequest.objects.all()] == [charlie]
