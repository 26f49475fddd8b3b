"""What posts go through: edits, files, polls, pins, schedules, keys."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.conftest import make_person

from openrounds.accounts.models import Account, Follow, Visibility
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound, TooManyRequests
from openrounds.core.limits import Counters
from openrounds.jobs import worker
from openrounds.jobs.models import Job
from openrounds.media.models import Kind, MediaFile, State
from openrounds.posts.actions import (
    Author,
    Draft,
    PollDraft,
    bookmark,
    boost,
    create_post,
    delete_post,
    edit_post,
    favourite,
    pin,
    publish_scheduled,
    schedule_post,
    unpin,
    unschedule,
    vote,
)
from openrounds.posts.actions import delete as deleting
from openrounds.posts.actions.marks import MOST_PINS
from openrounds.posts.models import (
    Attachment,
    Bookmark,
    Edit,
    Favourite,
    IdempotencyKey,
    Mention,
    Poll,
    Post,
    ScheduledPost,
)
from openrounds.posts.queries import snapshots
from openrounds.timelines.models import HomeEntry

pytestmark = pytest.mark.django_db
POLL = PollDraft(("MDS", "AML"), timedelta(hours=1))


def file_of(owner, **more) -> MediaFile:
    return MediaFile.objects.create(owner=owner, kind=Kind.IMAGE, state=State.READY, name="x.png", **more)


# -------------------------------------------------------------------------------------------------------------- edits
def test_every_wording_is_kept_with_its_time(alice, post_as):
    post = post_as(alice, "one")
    edit_post(alice.pk, post.pk, Draft("two", spoiler_text="careful"))
    edit_post(alice.pk, post.pk, Draft("three"))
    wordings = snapshots(Post.objects.get(pk=post.pk))
    assert [w["text"] for _, w in wordings] == ["one", "two", "three"]
    times = [at for at, _ in wordings]
    assert times == sorted(times) and times[0] == post.created_at


def test_edit_that_changes_nothing_is_none(alice, post_as):
    post = post_as(alice, "one", sensitive=True, language="en")
    edit_post(alice.pk, post.pk, Draft("one", sensitive=True, language="en"))
    assert not Edit.objects.exists() and Post.objects.get().edited_at is None


def test_edit_raises_the_version_that_renderings_are_kept_by(alice, post_as):
    post = post_as(alice)
    assert edit_post(alice.pk, post.pk, Draft("other")).version == post.version + 1


def test_whoever_was_named_may_still_read_after_the_name_is_gone(alice, bob, post_as):
    post = post_as(alice, "@bob hello", visibility=Visibility.DIRECT)
    edit_post(alice.pk, post.pk, Draft("hello"))
    assert Mention.objects.get().silent
    edit_post(alice.pk, post.pk, Draft("hello again @bob"))
    assert not Mention.objects.get().silent


def test_new_account_cannot_call_a_crowd_by_an_edit(alice, post_as, settings, tmp_path):
    settings.COUNTERS = Counters(tmp_path / "limits")
    people = " ".join(f"@{make_person(f'p{n}').username}" for n in range(12))
    post = post_as(alice, "quiet")
    with pytest.raises(TooManyRequests):
        edit_post(alice.pk, post.pk, Draft(f"loud {people}"))
    assert Post.objects.get().text == "quiet" and not Mention.objects.exists()


def test_edit_of_a_post_that_is_gone_or_anothers_is_not_found(alice, bob, post_as):
    post = post_as(alice)
    with pytest.raises(NotFound):
        edit_post(bob.pk, post.pk, Draft("mine"))
    delete_post(alice.pk, post.pk)
    with pytest.raises(NotFound):
        edit_post(alice.pk, post.pk, Draft("back"))


# -------------------------------------------------------------------------------------------------------------- files
def test_file_is_in_one_post_only(alice, post_as):
    media = file_of(alice)
    post_as(alice, media_ids=(media.pk,))
    with pytest.raises(Invalid):
        post_as(alice, "again", media_ids=(media.pk,))
    assert Post.objects.count() == Attachment.objects.count() == 1


def test_file_of_another_or_one_not_ready_is_refused_and_nothing_is_written(alice, bob, post_as):
    for media in (
        file_of(bob),
        MediaFile.objects.create(owner=alice, kind=Kind.IMAGE, state=State.PROCESSING),
    ):
        with pytest.raises(Invalid):
            post_as(alice, media_ids=(media.pk,))
    assert not Post.objects.exists() and not Job.objects.exists()


def test_edit_exchanges_files_and_frees_the_old_one(alice, post_as):
    old, new = file_of(alice), file_of(alice)
    post = post_as(alice, media_ids=(old.pk,))
    edit_post(alice.pk, post.pk, Draft("x", media_ids=(new.pk,)))
    assert list(Attachment.objects.values_list("media_id", "position")) == [(new.pk, 0)]
    assert MediaFile.objects.get(pk=old.pk).attached_at is None
    assert MediaFile.objects.get(pk=new.pk).attached_at is not None
    with pytest.raises(Invalid):
        edit_post(alice.pk, post_as(alice, "other").pk, Draft("other", media_ids=(new.pk,)))


def test_edit_puts_files_in_another_order(alice, post_as):
    first, second = file_of(alice), file_of(alice)
    post = post_as(alice, media_ids=(first.pk, second.pk))
    edit_post(alice.pk, post.pk, Draft("x", media_ids=(second.pk, first.pk)))
    assert list(Attachment.objects.order_by("position").values_list("media_id", flat=True)) == [
        second.pk,
        first.pk,
    ]


def test_files_of_a_deleted_post_can_be_posted_again(alice, post_as):
    media = file_of(alice)
    delete_post(alice.pk, post_as(alice, media_ids=(media.pk,)).pk)
    post_as(alice, "redrafted", media_ids=(media.pk,))


# -------------------------------------------------------------------------------------------------------------- polls
@pytest.mark.parametrize(
    ("asked", "votes"),
    [
        (POLL, 1),
        (PollDraft(("MDS", "AML"), timedelta(hours=9), hide_totals=True), 1),
        (PollDraft(("AML", "MDS"), timedelta(hours=1)), 0),
        (PollDraft(("MDS", "AML", "CML"), timedelta(hours=1)), 0),
        (PollDraft(("MDS", "AML"), timedelta(hours=1), multiple=True), 0),
    ],
)
def test_votes_stand_only_while_the_poll_asks_the_same(alice, bob, post_as, asked, votes):
    post = post_as(alice, poll=POLL)
    vote(bob.pk, Poll.objects.get().pk, [0])
    edit_post(alice.pk, post.pk, Draft("x", poll=asked))
    poll = Poll.objects.get()
    assert poll.voters_count == votes == sum(o.votes_count for o in poll.options.all())
    assert [o.title for o in poll.options.all()] == list(asked.options) and poll.multiple == asked.multiple
    assert Job.objects.filter(unique_key=f"poll:{poll.pk}", run_at=poll.expires_at).count() == 1
    assert Job.objects.filter(unique_key__startswith="poll:").count() == 1


def test_poll_that_is_taken_out_or_deleted_ends_for_nobody(alice, post_as):
    post = post_as(alice, poll=POLL)
    edit_post(alice.pk, post.pk, Draft("x"))
    assert not Poll.objects.exists() and not Job.objects.filter(unique_key__startswith="poll:").exists()
    delete_post(alice.pk, post_as(alice, poll=POLL).pk)
    assert not Poll.objects.exists() and not Job.objects.filter(unique_key__startswith="poll:").exists()


def test_refused_vote_counts_nothing(alice, bob, charlie, post_as):
    post_as(alice, poll=POLL)
    poll = Poll.objects.get()
    for voter, choices in ((bob, [0, 1]), (bob, [7]), (bob, []), (alice, [0])):
        with pytest.raises(Invalid):
            vote(voter.pk, poll.pk, choices)
    Poll.objects.update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(Invalid):
        vote(charlie.pk, poll.pk, [0])
    assert [o.votes_count for o in poll.options.all()] == [0, 0]


# --------------------------------------------------------------------------------------------------------------- pins
def test_pins_are_few_own_and_not_direct(alice, bob, post_as):
    posts = [post_as(alice, str(n)) for n in range(MOST_PINS + 1)]
    for post in posts[:MOST_PINS]:
        pin(alice.pk, post.pk)
        pin(alice.pk, post.pk)
    direct, others = post_as(alice, "@bob", visibility=Visibility.DIRECT), post_as(bob)
    for post in (posts[-1], direct, others):
        with pytest.raises(Invalid):
            pin(alice.pk, post.pk)
    unpin(alice.pk, posts[0].pk)
    pin(alice.pk, posts[-1].pk)


# ---------------------------------------------------------------------------------------------------------- deleting
def test_deleted_post_keeps_no_word_and_takes_its_boosts_with_it(alice, bob, post_as):
    post = post_as(alice, "secret #x @bob", spoiler_text="hush")
    boost(Author(bob), post.pk)
    edit_post(alice.pk, post.pk, Draft("secret too"))
    delete_post(alice.pk, post.pk)
    row = Post.objects.get(pk=post.pk)
    assert (row.text, row.spoiler_text, row.boosts_count) == ("", "", 0) and row.deleted_at
    assert not Edit.objects.exists() and not Mention.objects.exists()
    assert not Post.objects.filter(deleted_at=None).exists()
    assert set(Account.objects.values_list("posts_count", flat=True)) == {0}


def test_post_with_very_many_boosts_takes_them_along_chunk_by_chunk(alice, post_as, run_jobs, monkeypatch):
    monkeypatch.setattr(deleting, "BOOSTS_AT_ONCE", 2)
    post, other = post_as(alice), post_as(alice)
    people = [make_person(f"booster{n}") for n in range(5)]
    for person in people:
        boost(Author(person), post.pk)
        boost(Author(person), other.pk)
    delete_post(alice.pk, post.pk)
    assert Post.objects.filter(boost_of=post, deleted_at=None).count() == 3
    run_jobs()
    assert not Post.objects.filter(boost_of=post, deleted_at=None).exists()
    assert Post.objects.filter(boost_of=other, deleted_at=None).count() == 5
    assert not HomeEntry.objects.filter(post__boost_of=post).exists()
    counts = Account.objects.filter(pk__in=[p.pk for p in people]).values_list("posts_count", flat=True)
    assert set(counts) == {1}


def test_post_with_very_many_marks_takes_them_along_chunk_by_chunk(alice, post_as, run_jobs, monkeypatch):
    monkeypatch.setattr(deleting, "MARKS_AT_ONCE", 2)
    post, other = post_as(alice), post_as(alice)
    for person in [make_person(f"fan{n}") for n in range(5)]:
        for marked in (post, other):
            favourite(person.pk, marked.pk)
            bookmark(person.pk, marked.pk)
    run_jobs()
    delete_post(alice.pk, post.pk)
    assert (Favourite.objects.filter(post=post).count(), Bookmark.objects.filter(post=post).count()) == (3, 3)
    run_jobs()
    for mark in (Favourite, Bookmark):
        assert list(mark.objects.values_list("post", flat=True)) == [other.pk] * 5


# --------------------------------------------------------------------------------------------------------------- keys
def test_key_of_any_length_makes_one_post(alice):
    for key in ("k", "k" * 300, "k" * 255 + "other", "é", "\ud800"):
        first, second = (create_post(alice, Draft("x"), key=key) for _ in range(2))
        assert first.pk == second.pk
    assert Post.objects.count() == 5


def test_key_is_the_authors_own_and_forgotten_after_a_day(alice, bob):
    first = create_post(alice, Draft("x"), key="k")
    assert create_post(bob, Draft("x"), key="k").account_id == bob.pk
    IdempotencyKey.objects.update(created_at=now() - timedelta(hours=25))
    assert create_post(alice, Draft("x"), key="k").pk != first.pk


def test_refused_request_does_not_use_up_its_key(alice):
    with pytest.raises(NotFound):
        create_post(alice, Draft("x", in_reply_to_id=1), key="k")
    assert create_post(alice, Draft("x"), key="k").text == "x"


def test_late_repetition_does_not_bring_back_what_was_deleted(alice, client_of):
    client = client_of(alice)
    made = client.post("/api/v1/statuses", {"status": "x"}, headers={"Idempotency-Key": "k"}).json()
    delete_post(alice.pk, int(made["id"]))
    again = client.post("/api/v1/statuses", {"status": "x"}, headers={"Idempotency-Key": "k"})
    assert again.status_code == 404 and not Post.objects.filter(deleted_at=None).exists()


# ----------------------------------------------------------------------------------------------------------- schedule
def schedule(alice, **more) -> ScheduledPost:
    return schedule_post(Author(alice), Draft("later", **more), now() + timedelta(hours=1), key="k")


def fall_due() -> None:
    ScheduledPost.objects.update(scheduled_at=now())
    Job.objects.update(run_at=now())


def test_scheduled_post_is_made_once_with_all_its_parts(alice, run_jobs):
    media = file_of(alice)
    waiting = schedule(alice, media_ids=(media.pk,), spoiler_text="hush", visibility=Visibility.UNLISTED)
    with pytest.raises(Invalid):
        create_post(alice, Draft("thief", media_ids=(media.pk,)))
    fall_due()
    for _ in range(2):
        publish_scheduled(waiting.pk)
        run_jobs()
    post = Post.objects.get()
    assert (post.text, post.spoiler_text, post.visibility) == ("later", "hush", Visibility.UNLISTED)
    assert Attachment.objects.get().media_id == media.pk


def test_scheduled_post_does_not_go_out_before_its_hour(alice):
    publish_scheduled(schedule(alice).pk)
    assert not Post.objects.exists() and ScheduledPost.objects.exists()


def test_late_repetition_schedules_nothing_that_went_out_or_was_taken_back(alice, run_jobs):
    first = schedule(alice)
    assert schedule(alice).pk == first.pk
    fall_due()
    run_jobs()
    with pytest.raises(NotFound):
        schedule(alice)
    assert Post.objects.count() == 1 and not ScheduledPost.objects.exists()


def test_post_taken_back_frees_its_files_and_its_job(alice):
    media = file_of(alice)
    unschedule(alice.pk, schedule(alice, media_ids=(media.pk,)).pk)
    assert MediaFile.objects.get().attached_at is None and not Job.objects.exists()


def test_scheduled_answer_to_a_post_that_is_gone_waits_for_an_operator(alice, bob, post_as, run_jobs):
    post = post_as(bob)
    schedule(alice, in_reply_to_id=post.pk)
    delete_post(bob.pk, post.pk)
    for _ in range(9):
        fall_due()
        run_jobs()
    assert Post.objects.filter(account=alice).count() == 0 and ScheduledPost.objects.exists()
    assert Job.objects.get(handler="posts.jobs.publish_due").parked_at


# ------------------------------------------------------------------------------------------------- others' beginnings
def test_backdated_posts_of_one_second_get_ids_of_their_own_in_order(alice):
    at = datetime(2016, 3, 1, 20, tzinfo=UTC)
    made = [create_post(alice, Draft(str(n)), at=at).pk for n in range(5)]
    assert made == sorted(set(made)) and all(number >> 16 == int(at.timestamp() * 1000) for number in made)


def test_counts_are_public_so_direct_posts_are_not_counted(alice, bob, post_as):
    root = post_as(alice)
    post_as(bob, "@alice", visibility=Visibility.DIRECT, in_reply_to_id=root.pk)
    post_as(bob, "quiet", visibility=Visibility.FOLLOWERS, in_reply_to_id=root.pk)
    assert Post.objects.get(pk=root.pk).replies_count == 0
    assert Account.objects.get(pk=bob.pk).posts_count == 1


def test_answer_to_a_boost_answers_what_was_boosted(alice, bob, charlie, post_as):
    Follow.objects.create(follower=charlie, followee=bob)
    root = post_as(alice)
    made = boost(Author(bob), root.pk)
    assert worker.run_due() >= 0
    assert post_as(charlie, in_reply_to_id=made.pk).in_reply_to_id == root.pk
