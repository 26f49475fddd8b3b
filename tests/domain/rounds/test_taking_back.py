"""What is taken back is out of sight everywhere; what stays keeps its pictures."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import step
from tests.factories.uploads import part, photo

from openrounds.core.clock import now
from openrounds.media import actions as media
from openrounds.media.models import HeldFile, MediaFile
from openrounds.posts.actions import delete_post
from openrounds.posts.models import Post
from openrounds.rounds import actions
from openrounds.rounds.drafts import PictureDraft, RoundDraft, StepDraft
from openrounds.rounds.models import Contribution, Round


@pytest.fixture
def show(alice) -> Callable[[Round, int], list[MediaFile]]:
    """`show(round, 6)`: the second step gets that many pictures."""

    def make(round: Round, count: int) -> list[MediaFile]:
        files = [
            media.upload(alice.pk, part(photo((40 + n, 40))), description="A film", now=True)
            for n in range(count)
        ]
        pictures = [PictureDraft(media=file.pk) for file in files]
        actions.edit_step(step(round, 2), StepDraft(pictures=pictures), None, editor_id=alice.pk)
        return files

    return make


@pytest.fixture
def noticed(make_case, run_jobs) -> Round:
    """A case in the calendar whose notice is out."""
    round = make_case()
    start = now() + timedelta(minutes=20)
    actions.edit_round(round, RoundDraft(opens_at=start, notice_minutes=30), None)
    actions.schedule_round(round, None)
    run_jobs()
    round.refresh_from_db()
    assert round.notice_post is not None
    return round


def _sweep(days: int = 2) -> None:
    media.sweep()
    MediaFile.objects.exclude(loose_since=None).update(loose_since=now() - timedelta(days=days))
    media.sweep()


def test_pictures_of_a_withdrawn_round_are_served_no_more(running, alice, show, anonymous):
    files = show(running, 6)  # more than a post can show
    actions.release_step(step(running, 2), alice)
    names = [name for file in files for name in (file.name, file.preview) if name]
    assert {b"".join(anonymous.get(f"/media/{name}")) != b"" for name in names} == {True}
    actions.withdraw_round(running, alice, "The patient has changed his mind")
    assert {anonymous.get(f"/media/{name}").status_code for name in names} == {404}


def test_notice_goes_with_the_round_that_is_withdrawn(noticed, alice):
    actions.withdraw_round(noticed, alice, "The patient has changed his mind")
    assert not Post.objects.filter(deleted_at=None).exists()


def test_notice_goes_when_a_round_is_taken_back_among_the_drafts_and_comes_anew(noticed, run_jobs):
    actions.unschedule_round(noticed)
    assert not Post.objects.filter(deleted_at=None).exists()
    noticed.refresh_from_db()
    actions.schedule_round(noticed, None)
    run_jobs()
    assert Post.objects.filter(deleted_at=None).count() == 1


def test_debate_follows_the_first_step_when_the_notice_was_deleted(noticed, alice, bob, post_as):
    delete_post(noticed.host_id, noticed.notice_post_id)
    released = actions.release_step(step(noticed, 1), alice)
    said = post_as(bob, "Without the hashtag", in_reply_to_id=released.post_id)
    assert Contribution.objects.filter(post=said, round=noticed).exists()


def test_step_keeps_its_pictures_when_its_post_is_deleted(running, alice, show):
    show(running, 1)
    released = actions.release_step(step(running, 2), alice)
    delete_post(running.host_id, released.post_id)
    _sweep()
    assert step(running, 2).pictures.count() == 1


def test_pictures_of_a_deleted_draft_are_swept_up(make_case, show):
    round = make_case()
    show(round, 1)
    actions.delete_draft(round)
    _sweep()
    assert not MediaFile.objects.exists()
    assert not HeldFile.objects.exists()


def test_picture_taken_out_of_a_step_can_be_posted(running, alice, show, post_as, anonymous):
    [file] = show(running, 1)
    actions.edit_step(step(running, 2), StepDraft(pictures=[]), None, editor_id=alice.pk)
    post_as(running.host, "It fits elsewhere", media_ids=(file.pk,))
    answer = anonymous.get(f"/media/{file.name}")
    assert answer.status_code == 200
    answer.close()
