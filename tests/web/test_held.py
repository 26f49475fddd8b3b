"""A post written in the browser is held for some seconds; until then it can be taken back with all that was in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from tests.factories.signing_in import browser_of, make_member
from tests.web.test_posting import picture, send

from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.core.clock import now
from openrounds.jobs.models import Job
from openrounds.media.models import MediaFile
from openrounds.posts.models import Post, ScheduledPost

pytestmark = pytest.mark.django_db
RunJobs = Callable[[], int]


@pytest.fixture(autouse=True)
def _ten_seconds(settings: Settings, _no_limits: None) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, undo_seconds=10)


def pass_time(run_jobs: RunJobs) -> None:
    """As if the seconds were over."""
    ScheduledPost.objects.update(scheduled_at=now() - timedelta(seconds=1))
    Job.objects.update(run_at=now() - timedelta(seconds=1))
    run_jobs()


def undo(browser: Client, held_id: int) -> HttpResponse:
    return send(browser, f"/compose/held/{held_id}/undo")


def test_post_waits_and_then_appears_once(run_jobs: RunJobs) -> None:
    make_member("ann")
    browser = browser_of("ann")
    answer = send(browser, text="Ferritin of 8", key="k1")
    held = ScheduledPost.objects.get()
    assert answer["Location"] == f"/compose/held/{held.pk}"
    run_jobs()
    assert not Post.objects.exists()
    pass_time(run_jobs)
    run_jobs()
    post = Post.objects.get()
    assert (post.text, post.posted_by) == ("Ferritin of 8", held.posted_by)
    assert not ScheduledPost.objects.exists()
    assert browser.get(f"/compose/held/{held.pk}")["Location"] == f"/@ann/{post.pk}"


def test_every_page_shows_what_waits_until_it_is_out(run_jobs: RunJobs) -> None:
    make_member("ann"), make_member("ben")
    browser = browser_of("ann")
    send(browser, text="Ferritin of 8", next="/local")
    page = browser.get("/explore").content.decode()
    assert "Ferritin of 8" in page and "goes out as @ann" in page and "/undo" in page
    assert "Ferritin of 8" not in browser_of("ben").get("/explore").content.decode()
    pass_time(run_jobs)
    assert "/undo" not in browser.get("/explore").content.decode()


def test_undo_brings_text_and_pictures_back_and_nobody_saw_it(run_jobs: RunJobs) -> None:
    make_member("ann")
    browser = browser_of("ann")
    send(browser, text="x", files=[picture()], attach="1")
    media = MediaFile.objects.get()
    fields = {"media": [media.pk], f"alt_{media.pk}": "A film", "spoiler_text": "Blood", "visibility": "2"}
    send(browser, text="Whose cells?", **fields)
    assert MediaFile.objects.get().attached_at  # no other post takes it meanwhile
    page = undo(browser, ScheduledPost.objects.get().pk).content.decode()
    for kept in ("Whose cells?", "Blood", f'name="alt_{media.pk}"', "A film</textarea>"):
        assert kept in page
    assert '<option value="2" selected>' in page
    pass_time(run_jobs)
    assert not Post.objects.exists() and not ScheduledPost.objects.exists() and not Job.objects.exists()
    send(browser, text="Whose cells, then?", **fields)
    pass_time(run_jobs)
    assert Post.objects.get().media.get() == media


def test_undo_brings_a_poll_back() -> None:
    make_member("ann")
    browser = browser_of("ann")
    send(browser, text="Which?", answer_1="Iron", answer_2="Folate", lasts="3600", multiple="on")
    page = undo(browser, ScheduledPost.objects.get().pk).content.decode()
    for kept in ('value="Iron"', 'value="Folate"', '<option value="3600" selected>'):
        assert kept in page


def test_undo_that_comes_too_late_leads_to_the_post(run_jobs: RunJobs) -> None:
    make_member("ann")
    browser = browser_of("ann")
    send(browser, text="Out")
    held = ScheduledPost.objects.get()
    pass_time(run_jobs)
    answer = undo(browser, held.pk)
    assert answer["Location"] == f"/@ann/{Post.objects.get().pk}"
    assert "It was out already" in browser.get(answer["Location"]).content.decode()


def test_form_sent_twice_is_held_and_posted_once(run_jobs: RunJobs) -> None:
    make_member("ann")
    browser = browser_of("ann")
    for _ in range(2):
        assert send(browser, text="Once", key="same").status_code == 302
    assert ScheduledPost.objects.count() == 1
    pass_time(run_jobs)
    post = Post.objects.get()
    assert send(browser, text="Once", key="same")["Location"].startswith(f"/@ann/{post.pk}")
    assert Post.objects.count() == 1


def test_nobody_else_sees_or_takes_back_what_is_held() -> None:
    ann, ben = make_member("ann"), make_member("ben")
    team = Account.objects.create(username="ward7", is_team=True)
    for member in (ann, ben):
        TeamMembership.objects.create(team=team, member=member, right=TeamRight.OWNER)
    send(browser_of("ann"), text="From the team", author="ward7")
    held = ScheduledPost.objects.get()
    assert held.account == team
    for answer in (browser_of("ben").get(f"/compose/held/{held.pk}"), undo(browser_of("ben"), held.pk)):
        assert answer.status_code == 404
    assert 'value="ward7"\n' in undo(browser_of("ann"), held.pk).content.decode()


def test_what_hangs_says_so_and_can_be_taken_back(post_as: Callable[..., Post], run_jobs: RunJobs) -> None:
    ann = make_member("ann")
    parent = post_as(ann, "To be deleted")
    browser = browser_of("ann")
    send(browser, text="An answer", in_reply_to=parent.pk)
    Post.objects.filter(pk=parent.pk).update(deleted_at=now())
    ScheduledPost.objects.update(scheduled_at=now() - timedelta(minutes=1))
    assert "could not go out" in browser.get("/explore").content.decode()
    assert "An answer" in undo(browser, ScheduledPost.objects.get().pk).content.decode()


def test_what_cannot_be_posted_is_refused_at_once() -> None:
    make_member("ann")
    browser = browser_of("ann")
    refused: list[dict[str, Any]] = [{"text": " "}, {"text": "x" * 5000}, {"text": "x", "in_reply_to": "12"}]
    for fields in refused:
        assert send(browser, **fields).status_code == 422
    assert not ScheduledPost.objects.exists()


def test_apps_are_not_held_back_and_do_not_see_what_is_held(
    client_of: Callable[..., Any], run_jobs: RunJobs
) -> None:
    ann = make_member("ann")
    send(browser_of("ann"), text="Held")
    held, app = ScheduledPost.objects.get(), client_of(ann)
    assert app.get("/api/v1/scheduled_statuses").json() == []
    assert app.get(f"/api/v1/scheduled_statuses/{held.pk}").status_code == 404
    assert app.post("/api/v1/statuses", {"status": "At once"}).status_code == 200
    assert [post.text for post in Post.objects.all()] == ["At once"]
