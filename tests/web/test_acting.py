"""Buttons on posts and accounts: each a form, with protection against forgery, and back to where one was."""

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import (
    Account,
    Block,
    Follow,
    FollowRequest,
    Mute,
    TeamMembership,
    TeamRight,
    Visibility,
)
from openrounds.api.rates import SPECIAL
from openrounds.core.limits import Limit
from openrounds.moderation.models import Report
from openrounds.posts.actions import PollDraft
from openrounds.posts.models import Bookmark, Favourite, Pin, Post, ThreadMute, Vote

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


def press(browser: Client, path: str, **fields: object) -> HttpResponse:
    """Sends a form with the token that every page of the site hands out."""
    token = str(browser.get("/about").context["csrf_token"])
    headers = fields.pop("headers", {})
    return browser.post(path, {"csrfmiddlewaretoken": token, **fields}, headers=headers)


def test_buttons_do_and_undo(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    post = post_as(alice)
    browser = browser_of("ben")
    for do, rows in (("favourite", Favourite), ("bookmark", Bookmark), ("mute", ThreadMute)):
        answer = press(browser, f"/posts/{post.pk}/act", do=do, next="/tags/x")
        assert answer["Location"] == f"/tags/x#post-{post.pk}"
        assert rows.objects.filter(account=bob).count() == 1
        press(browser, f"/posts/{post.pk}/act", do=f"un{do}")
        assert not rows.objects.filter(account=bob).exists()
    press(browser, f"/posts/{post.pk}/act", do="boost")
    assert Post.objects.filter(account=bob, boost_of=post, deleted_at=None).count() == 1
    press(browser, f"/posts/{post.pk}/act", do="unboost")
    assert not Post.objects.filter(account=bob, boost_of=post, deleted_at=None).exists()


def test_author_pins_his_post(post_as: PostAs) -> None:
    post = post_as(make_member("ann"), "Read me first")
    browser = browser_of("ann")
    press(browser, f"/posts/{post.pk}/act", do="pin")
    assert Pin.objects.filter(post=post).exists()
    assert "Pinned" in browser.get("/@ann").content.decode()
    press(browser, f"/posts/{post.pk}/act", do="unpin")
    assert "Pinned" not in browser.get("/@ann").content.decode()


def test_htmx_gets_the_buttons_as_they_are_now(post_as: PostAs) -> None:
    post = post_as(make_member("ann"), "The words")
    make_member("ben")
    answer = press(browser_of("ben"), f"/posts/{post.pk}/act", do="favourite", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'value="unfavourite"' in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_form_without_a_token_does_nothing(post_as: PostAs) -> None:
    post = post_as(make_member("ann"))
    make_member("ben")
    browser = browser_of("ben")
    assert browser.post(f"/posts/{post.pk}/act", {"do": "favourite"}).status_code == 403
    assert not Favourite.objects.exists()


def test_link_does_nothing(post_as: PostAs) -> None:
    post = post_as(make_member("ann"))
    assert browser_of("ann").get(f"/posts/{post.pk}/act", {"do": "favourite"}).status_code == 405


def test_stranger_cannot_do_anything_to_what_he_cannot_see(post_as: PostAs) -> None:
    post = post_as(make_member("ann"), visibility=Visibility.FOLLOWERS)
    make_member("cal")
    browser = browser_of("cal")
    for do in ("favourite", "boost", "bookmark"):
        assert press(browser, f"/posts/{post.pk}/act", do=do).status_code == 404
    assert press(browser, f"/posts/{2**70}/act", do="favourite").status_code == 404
    assert press(browser, f"/posts/{post.pk}/act", do="explode").status_code == 400


def test_vote_is_counted_once(post_as: PostAs) -> None:
    alice = make_member("ann")
    make_member("ben")
    post = post_as(alice, "Which?", poll=PollDraft(("Iron", "Folate"), timedelta(hours=1)))
    browser = browser_of("ben")
    assert 'type="radio"' in browser.get(f"/@ann/{post.pk}").content.decode()
    assert press(browser, f"/posts/{post.pk}/vote", choice="1", next="/home").status_code == 302
    assert press(browser, f"/posts/{post.pk}/vote", choice="0").status_code == 422
    assert list(Vote.objects.values_list("position", flat=True)) == [1]
    page = browser.get(f"/@ann/{post.pk}").content.decode()
    assert "your vote" in page
    assert "100 %" in page


def test_vote_needs_a_choice_and_a_poll(post_as: PostAs) -> None:
    post = post_as(make_member("ann"))
    make_member("ben")
    assert press(browser_of("ben"), f"/posts/{post.pk}/vote", choice="0").status_code == 400


def test_follow_mute_and_block_from_the_profile() -> None:
    alice, bob = make_member("ann"), make_member("ben")
    browser = browser_of("ben")
    for do, rows in (("follow", Follow), ("mute", Mute), ("block", Block)):
        press(browser, f"/accounts/{alice.pk}/act", do=do)
        assert rows.objects.count() == 1
        press(browser, f"/accounts/{alice.pk}/act", do=f"un{do}")
        assert rows.objects.count() == 0
    assert press(browser, f"/accounts/{bob.pk}/act", do="follow").status_code == 403


def test_htmx_follow_answers_with_the_button() -> None:
    alice = make_member("ann")
    make_member("ben")
    answer = press(
        browser_of("ben"), f"/accounts/{alice.pk}/act", do="follow", headers={"HX-Request": "true"}
    )
    assert "Unfollow" in answer.content.decode()


def test_locked_account_decides_under_news(run_jobs: Callable[[], int]) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    type(alice).objects.filter(pk=alice.pk).update(locked=True)
    press(browser_of("ben"), f"/accounts/{alice.pk}/act", do="follow")
    run_jobs()
    browser = browser_of("ann")
    assert "asks to follow you" in browser.get("/notifications").content.decode()
    press(browser, f"/accounts/{bob.pk}/act", do="authorize", next="/notifications")
    assert Follow.objects.filter(follower=bob, followee=alice).exists()
    assert not FollowRequest.objects.exists()


def test_report_reaches_the_moderators(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    post = post_as(alice, "Bad words")
    path = f"/accounts/{alice.pk}/report"
    browser = browser_of("ben")
    assert f'value="{post.pk}"' in browser.get(path, {"post": post.pk}).content.decode()
    answer = press(browser, path, category="spam", comment="Look", post=str(post.pk))
    assert answer.status_code == 200
    report = Report.objects.get()
    assert (report.reporter, report.target, report.category) == (bob, alice, "spam")
    assert list(report.posts.all()) == [post]


def test_report_that_does_not_fit_keeps_what_was_typed() -> None:
    alice = make_member("ann")
    make_member("ben")
    answer = press(browser_of("ben"), f"/accounts/{alice.pk}/report", category="other", comment="x" * 1001)
    assert answer.status_code == 422
    assert "x" * 1001 in answer.content.decode()
    assert not Report.objects.exists()


def test_delete_asks_first(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    follow(bob, alice)
    post = post_as(alice, "Rash words")
    browser = browser_of("ann")
    page = browser.get(f"/posts/{post.pk}/delete").content.decode()
    assert "Delete this post?" in page and "Rash words" in page
    assert Post.objects.get(pk=post.pk).deleted_at is None
    assert press(browser, f"/posts/{post.pk}/delete")["Location"] == "/@ann"
    assert Post.objects.get(pk=post.pk).deleted_at is not None


def test_nobody_deletes_or_edits_what_another_wrote(post_as: PostAs) -> None:
    post = post_as(make_member("ann"))
    make_member("ben")
    browser = browser_of("ben")
    assert press(browser, f"/posts/{post.pk}/delete").status_code == 400
    assert press(browser, f"/posts/{post.pk}/edit", text="Mine").status_code == 404
    assert Post.objects.get(pk=post.pk).text == "Hello"


def test_buttons_are_counted_with_what_apps_send(
    post_as: PostAs, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [post_as(make_member("ann"), "One"), post_as(make_member("ben"), "Other")]
    browser = browser_of("ann")
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, rate_limits=True)
    monkeypatch.setitem(SPECIAL, "api", Limit("few", 1, 300))
    answers = [press(browser, f"/posts/{post.pk}/act", do="favourite").status_code for post in posts]
    assert answers == [302, 429]
    assert Favourite.objects.count() == 1


def test_post_of_a_team_is_pinned_to_its_profile_by_whoever_may_post_as_it(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    team = Account.objects.create(username="ward7", is_team=True)
    TeamMembership.objects.create(team=team, member=ann, right=TeamRight.POSTER)
    post = post_as(team, "Our rules of the house")
    where, pins = f"/@ward7/{post.pk}", Pin.objects.values_list("account_id", "post_id")
    assert b"Pin to the team's profile" in browser_of("ann").get(where).content
    assert b"to the team" not in browser_of("ben").get(where).content
    assert press(browser_of("ben"), f"/posts/{post.pk}/act", do="pin").status_code == 422
    assert press(browser_of("ann"), f"/posts/{post.pk}/act", do="pin").status_code == 302
    assert list(pins.all()) == [(team.pk, post.pk)]
    assert [shown.id for shown in Client().get("/@ward7").context["pinned"]] == [str(post.pk)]
    assert b"Unpin from the team" in browser_of("ann").get(where).content
    assert press(browser_of("ann"), f"/posts/{post.pk}/act", do="unpin").status_code == 302
    assert (list(pins.all()), ben.pins.count()) == ([], 0)


def test_htmx_gets_all_that_one_can_do_to_somebody_where_all_was_offered() -> None:
    ann, _ = make_member("ann"), make_member("ben")
    browser, headers = browser_of("ben"), {"HX-Request": "true"}
    assert b'name="full"' in browser.get("/@ann").content
    whole = press(browser, f"/accounts/{ann.pk}/act", do="follow", full="on", headers=headers).content
    short = press(browser, f"/accounts/{ann.pk}/act", do="unfollow", headers=headers).content
    assert (b'value="unfollow"' in whole, b'value="block"' in whole, b'name="full"' in whole) == (True,) * 3
    assert (b'value="follow"' in short, b'value="block"' in short) == (True, False)
