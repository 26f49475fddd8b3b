"""A post for very many feeds: written in chunks, each told of once, others' posts not held up."""

import msgspec
import pytest
from tests.conftest import follow, make_person

from openrounds.hashtags.models import Hashtag, HashtagFollow
from openrounds.jobs import worker
from openrounds.jobs.models import Happening, Job
from openrounds.posts.actions import Author, Draft, create_post, delete_post
from openrounds.posts.models import Post
from openrounds.timelines import feeds
from openrounds.timelines.facts import Delivered
from openrounds.timelines.models import HomeEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(alice, monkeypatch):
    """Seven people who follow Alice, two to a chunk."""
    monkeypatch.setattr(feeds, "CHUNK", 2)
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
    told = [
        msgspec.json.decode(payload, type=Delivered)
        for payload in Happening.objects.filter(kind="Delivered").values_list("payload", flat=True)
    ]
    assert len(told) == 4
    for account in (alice, charlie, *crowd):
        assert [fact.post_id for fact in told if fact.covers(account.pk)] == [post.pk]


def test_an_ordinary_post_needs_no_second_job(alice, bob, run_jobs):
    follow(bob, alice)
    post = create_post(Author(alice), Draft(text="Hello"))
    worker.run_due(("default",))
    assert holders(post) == sorted([alice.pk, bob.pk])
    assert not Job.objects.filter(queue="bulk").exists()


def test_chunk_of_a_post_that_was_deleted_meanwhile_reaches_nobody(alice, crowd, run_jobs):
    post = create_post(Author(alice), Draft(text="Hello"))
    worker.run_due(("default",))
    delete_post(alice.pk, post.pk)
    run_jobs()
    assert holders(post) == []
