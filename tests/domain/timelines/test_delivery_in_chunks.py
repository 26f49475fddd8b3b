"""A post for very many feeds: written in chunks, each told of once, others' posts not held up."""

import msgspec
import pytest
from django.db import transaction
from tests.conftest import follow, make_person

from openrounds.accounts.models import Follow
from openrounds.core import db
from openrounds.hashtags.models import Hashtag, HashtagFollow
from openrounds.jobs import worker
from openrounds.jobs.models import Happening, Job
from openrounds.moderation.actions import suspend_account, unsuspend_account
from openrounds.posts.actions import Author, Draft, boost, create_post, delete_post
from openrounds.posts.models import Post
from openrounds.timelines import feeds, notification_jobs
from openrounds.timelines.facts import Delivered
from openrounds.timelines.jobs import Chunk, deliver_chunk
from openrounds.timelines.models import HomeEntry, Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(alice, monkeypatch):
    """Seven people who follow Alice, which is very many; two to a chunk."""
    monkeypatch.setattr(feeds, "CHUNK", 2)
    monkeypatch.setattr(feeds, "AT_ONCE", 6)
    people = [make_person(f"follower{n}") for n in range(7)]
    for person in people:
        follow(person, alice)
    return people


def holders(post: Post) -> list[int]:
    return sorted(HomeEntry.objects.filter(post=post).values_list("account_id", flat=True))


def test_post_is_in_every_feed_once_all_chunks_are_written(alice, charlie, crowd, run_jobs):
    post = create_post(Author(alice), Draft(text="Hello"))
    worker.run_due(("default",))
    assert holders(post) == sorted([alice.pk, *(p.pk for p in crowd[:2])])
    assert Job.objects.filter(handler="timelines.jobs.deliver_chunk", queue="bulk").count() == 3
    run_jobs()
    assert holders(post) == sorted([alice.pk, *(p.pk for p in crowd)])


def test_facts_of_the_chunks_cover_every_holder_once(alice, charlie, crowd, run_jobs):
    tag = Hashtag.objects.create(name="haem", display_name="haem")
    HashtagFollow.objects.create(account=charlie, hashtag=tag)
    post = create_post(Author(alice), Draft(text="Hello #haem"))
    run_jobs()
    told = told_of()
    assert len(told) == 4
    for account in (alice, charlie, *crowd):
        assert [fact.post_id for fact in told if fact.covers(account.pk)] == [post.pk]


def told_of() -> list[Delivered]:
    told = Happening.objects.filter(kind="Delivered").values_list("payload", flat=True)
    return [msgspec.json.decode(payload, type=Delivered) for payload in told]


def test_an_ordinary_post_is_where_it_is_for_with_the_transaction_that_writes_it(alice, bob):
    follow(bob, alice)
    Job.objects.all().delete()
    post = create_post(Author(alice), Draft(text="Hello"))
    assert holders(post) == sorted([alice.pk, bob.pk])
    assert told_of() == [Delivered(post.pk)]
    assert not Job.objects.exists()


def test_a_post_that_cannot_be_delivered_is_not_there_at_all(alice, bob, monkeypatch):
    follow(bob, alice)
    monkeypatch.setattr(feeds, "_to_followers", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        create_post(Author(alice), Draft(text="Hello"))
    assert not Post.objects.exists() and not HomeEntry.objects.exists() and not told_of()


def test_post_under_a_hashtag_that_very_many_follow_is_not_waited_for(alice, bob, crowd, run_jobs):
    tag = Hashtag.objects.create(name="haem", display_name="haem")
    HashtagFollow.objects.bulk_create([HashtagFollow(account=person, hashtag=tag) for person in crowd])
    post = create_post(Author(bob), Draft(text="Hello #haem"))
    assert holders(post) == [bob.pk]
    run_jobs()
    assert holders(post) == sorted([bob.pk, *(p.pk for p in crowd)])


def test_chunk_of_a_post_that_was_deleted_meanwhile_reaches_nobody(alice, crowd, run_jobs):
    post = create_post(Author(alice), Draft(text="Hello"))
    worker.run_due(("default",))
    delete_post(alice.pk, post.pk)
    run_jobs()
    assert holders(post) == []


def test_account_is_out_of_all_feeds_chunk_by_chunk_and_back_again(alice, bob, charlie, crowd, run_jobs):
    follow(charlie, bob)
    others = create_post(Author(bob), Draft(text="Stays"))
    posts = [create_post(Author(alice), Draft(text=str(n))) for n in range(3)]
    passed_on = boost(Author(bob), posts[0].pk)
    run_jobs()
    assert holders(passed_on) == sorted([bob.pk, charlie.pk])
    suspend_account(None, alice, "Spam")
    run_jobs()
    assert all(not holders(post) for post in (*posts, passed_on))
    assert holders(others) == sorted([bob.pk, charlie.pk])
    unsuspend_account(None, alice, "A mistake")
    run_jobs()
    assert all(holders(post) == sorted(p.pk for p in crowd) for post in posts)


def test_very_many_who_asked_to_hear_of_posts_are_all_told_once(alice, crowd, run_jobs, monkeypatch):
    monkeypatch.setattr(notification_jobs, "AT_ONCE", 3)
    Follow.objects.update(notify=True)
    create_post(Author(alice), Draft(text="Hello"))
    worker.run_due(("default",))
    assert Notification.objects.count() == 3
    run_jobs()
    told = Notification.objects.filter(type="status").values_list("account_id", flat=True)
    assert sorted(told) == sorted(p.pk for p in crowd)


def test_nobody_is_told_of_a_post_that_was_deleted_meanwhile(alice, crowd, run_jobs, monkeypatch):
    monkeypatch.setattr(notification_jobs, "AT_ONCE", 3)
    Follow.objects.update(notify=True)
    post = create_post(Author(alice), Draft(text="Hello"))
    worker.run_due(("default",))
    delete_post(alice.pk, post.pk)
    run_jobs()
    assert not Notification.objects.exists()


def test_post_reaches_those_who_follow_its_hashtag_in_the_chunk_that_tells_of_them(alice, charlie, crowd):
    tag = Hashtag.objects.create(name="haem", display_name="haem")
    for account in (charlie, *crowd[::2]):
        HashtagFollow.objects.create(account=account, hashtag=tag)
    post = create_post(Author(alice), Draft(text="Hello #haem"))
    for above, upto in feeds.chunks_of(alice.pk):
        feeds.deliver(post.pk, above=above, upto=upto)
        reached = [*(p.pk for p in crowd), charlie.pk]
        wanted = {alice.pk, *(pk for pk in reached if upto is None or pk <= upto)}
        assert set(holders(post)) == wanted


def test_follower_who_has_the_post_already_does_not_keep_it_from_the_others_of_his_chunk(
    alice, crowd, run_jobs
):
    post = create_post(Author(alice), Draft(text="Hello"))
    for early in crowd[3:5]:  # in the middle of two chunks
        feeds.add(early.pk, post.pk)
    run_jobs()
    assert holders(post) == sorted([alice.pk, *(p.pk for p in crowd)])
    assert not Job.objects.exists()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_only_a_chunk_is_committed_without_waiting_for_the_disk(alice):
    db.execute("SET synchronous_commit = on")
    post = create_post(Author(alice), Draft(text="Hello"))
    with transaction.atomic():
        deliver_chunk(Chunk(post.pk, 1, None))
        assert db.row("SHOW synchronous_commit") == ("off",)
    assert db.row("SHOW synchronous_commit") == ("on",)
