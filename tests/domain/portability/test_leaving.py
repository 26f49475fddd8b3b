"""Who leaves is hidden at once, may think again for some days, and is then erased: once, however often the job runs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from pytest_django import Settings
from tests.conftest import ApiClient, follow
from tests.factories.uploads import part, photo

from openrounds.accounts.actions import create_account, set_member
from openrounds.accounts.actions import follow as begin_to_follow
from openrounds.accounts.models import Account, Departure, Follow, Tie, User
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound, NotPermitted
from openrounds.jobs.models import Job
from openrounds.jobs.registry import Tick
from openrounds.media import store
from openrounds.media.models import MediaFile
from openrounds.moderation.actions import suspend_account, unsuspend_account
from openrounds.oauth.models import AccessToken
from openrounds.portability import erasing
from openrounds.portability.actions import ask_for_archive
from openrounds.portability.facts import LeavingDue
from openrounds.portability.files import directory
from openrounds.portability.jobs import begin_erasing, erase_account
from openrounds.portability.leaving_actions import ask_to_leave, stay
from openrounds.posts.actions import boost, favourite
from openrounds.posts.authors import Author
from openrounds.posts.models import Favourite, Post
from openrounds.rounds import actions as rounds
from openrounds.rounds.drafts import RoundDraft
from openrounds.rounds.models import Round

RunJobs = Callable[[], int]


def is_over(account: Account) -> None:
    """The days in which one may think again have passed."""
    Departure.objects.filter(pk=account.pk).update(erase_at=now() - timedelta(seconds=1))


def erase(account: Account, run_jobs: RunJobs) -> None:
    is_over(account)
    begin_erasing(Tick())
    run_jobs()


def test_nobody_sees_the_account_from_the_moment_it_is_asked_for(
    alice: Account,
    bob: Account,
    post_as: Callable[..., Post],
    client_of: Callable[..., ApiClient],
    anonymous: ApiClient,
    run_jobs: RunJobs,
) -> None:
    follow(bob, alice)
    post = post_as(alice, "Soon to be gone")
    phone, reader = client_of(alice), client_of(bob)
    assert str(post.pk) in reader.get("/api/v1/timelines/home").content.decode()
    ask_to_leave(alice.user)
    run_jobs()
    assert anonymous.get(f"/api/v1/statuses/{post.pk}").status_code == 404
    assert str(post.pk) not in reader.get("/api/v1/timelines/home").content.decode()
    assert phone.get("/api/v1/accounts/verify_credentials").status_code == 401
    assert not AccessToken.objects.filter(person=alice.user).exists()
    assert "@alice" in mail.outbox[-1].body


def test_who_thinks_again_finds_all_as_it_was(
    alice: Account, bob: Account, post_as: Callable[..., Post], anonymous: ApiClient, run_jobs: RunJobs
) -> None:
    follow(bob, alice)
    post = post_as(alice, "Still here")
    ask_to_leave(alice.user)
    run_jobs()
    stay(alice.user)
    erase(alice, run_jobs)
    assert anonymous.get(f"/api/v1/statuses/{post.pk}").json()["content"] == "<p>Still here</p>"
    assert Follow.objects.filter(follower=bob, followee=alice).exists()
    with pytest.raises(NotFound):
        stay(alice.user)


def test_asking_twice_changes_nothing(alice: Account) -> None:
    first = ask_to_leave(alice.user)
    assert ask_to_leave(alice.user).erase_at == first.erase_at


@pytest.mark.parametrize("days", [0, 3])
def test_operator_says_how_long_one_may_think_again(alice: Account, settings: Settings, days: int) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, leaving_days=days)
    departure = ask_to_leave(alice.user)
    assert departure.erase_at - departure.asked_at < timedelta(days=days, minutes=1)
    assert departure.erase_at - departure.asked_at > timedelta(days=days, minutes=-1)


def test_everything_is_erased_but_the_name(
    alice: Account,
    bob: Account,
    post_as: Callable[..., Post],
    client_of: Callable[..., ApiClient],
    run_jobs: RunJobs,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    alice.note, alice.specialty = "I look at films.", "Haematology"
    alice.save()
    EmailAddress.objects.create(user=alice.user, email=alice.user.email, primary=True)
    sent = client_of(alice).post("/api/v2/media", {"file": part(photo())}, form=True)
    image = MediaFile.objects.get(pk=sent.json()["id"])
    own = post_as(alice, "Mine", media_ids=[image.pk])
    others = post_as(bob, "His")
    answer = post_as(bob, "An answer", in_reply_to_id=own.pk)
    favourite(alice.pk, others.pk)
    boost(Author(alice, alice.user), others.pk)
    begin_to_follow(alice.pk, bob.pk)
    begin_to_follow(bob.pk, alice.pk)
    archive = ask_for_archive(alice, "https://rounds.example")
    run_jobs()
    archive.refresh_from_db()
    packed = directory() / archive.name
    assert packed.exists()
    ask_to_leave(alice.user)
    with django_capture_on_commit_callbacks(execute=True):
        erase(alice, run_jobs)

    left = Account.objects.get(pk=alice.pk)
    assert (left.username, left.display_name, left.note, left.specialty) == ("alice", "", "", "")
    assert left.suspended_at is not None
    assert (left.posts_count, left.followers_count, left.following_count) == (0, 0, 0)
    assert not User.objects.filter(username="alice").exists()
    assert not EmailAddress.objects.filter(email="alice@example.org").exists()
    assert not Post.objects.filter(account=alice, deleted_at=None).exists()
    assert not Post.objects.filter(account=alice).exclude(text="").exists()
    assert not MediaFile.objects.filter(owner=alice).exists()
    assert store.path_of(image.name) is None or not store.path_of(image.name).exists()
    assert not packed.exists()
    others.refresh_from_db()
    bob.refresh_from_db()
    assert (others.favourites_count, others.boosts_count) == (0, 0)
    assert (bob.followers_count, bob.following_count) == (0, 0)
    assert client_of(bob).get(f"/api/v1/statuses/{answer.pk}").status_code == 200


def test_no_table_keeps_a_row_about_who_has_left(alice: Account, bob: Account, run_jobs: RunJobs) -> None:
    """Every table is asked, so that one that comes later is not forgotten."""
    for model, values in _rows(alice, bob):
        model.objects.create(**values)
    ask_to_leave(alice.user)
    erase(alice, run_jobs)
    for model, name in erasing._columns_about_accounts():
        assert not model._default_manager.filter(**{name: alice.pk}).exists(), (model, name)


def _rows(alice: Account, bob: Account) -> list[tuple[type[Tie], dict[str, Any]]]:
    """A tie of every kind that has nothing but its two ends."""
    found = []
    for model in Tie.__subclasses__():
        ends = [field.name for field in model._meta.fields if field.related_model is Account]
        if len(ends) == 2:
            found += [(model, dict(zip(ends, pair, strict=True))) for pair in ((alice, bob), (bob, alice))]
    return found


def test_name_of_who_has_left_cannot_be_taken(
    alice: Account, run_jobs: RunJobs, anonymous: ApiClient
) -> None:
    ask_to_leave(alice.user)
    erase(alice, run_jobs)
    with pytest.raises(Invalid):
        create_account(username="Alice", email="other@example.org", password="three quiet herons")
    assert not unsuspend_account(None, Account.objects.get(pk=alice.pk), "by mistake")


def test_job_runs_twice_late_or_too_early_without_harm(
    alice: Account, bob: Account, post_as: Callable[..., Post], run_jobs: RunJobs
) -> None:
    post = post_as(alice, "Once")
    due = LeavingDue(alice.pk)
    erase_account(due)  # nobody has asked
    ask_to_leave(alice.user)
    erase_account(due)  # too early
    post.refresh_from_db()
    assert post.deleted_at is None
    is_over(alice)
    begin_erasing(Tick())
    begin_erasing(Tick())
    assert Job.objects.filter(unique_key=f"leaving:{alice.pk}").count() == 1
    run_jobs()
    version = Account.objects.get(pk=alice.pk).version
    erase_account(due)
    erase_account(LeavingDue(1))
    assert Account.objects.get(pk=alice.pk).version == version


def test_erasing_that_was_cut_off_goes_on_and_cannot_be_called_back(
    alice: Account, post_as: Callable[..., Post], run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_as(alice, "One")
    ask_to_leave(alice.user)
    is_over(alice)

    def cut_off(account_id: int) -> None:
        raise OSError(account_id)

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_end_ties", cut_off)
        with pytest.raises(OSError, match=str(alice.pk)):
            erase_account(LeavingDue(alice.pk))
    with pytest.raises(NotFound):
        stay(alice.user)
    erase_account(LeavingDue(alice.pk))
    assert not User.objects.filter(username="alice").exists()


def test_only_owner_of_a_team_hands_it_over_first(
    alice: Account, bob: Account, client_of: Callable[..., ApiClient]
) -> None:
    made = client_of(alice).post("/api/openrounds/v1/teams", {"username": "films", "display_name": "Films"})
    team = Account.objects.get(username="films")
    assert made.status_code == 200
    with pytest.raises(Invalid, match="@films"):
        ask_to_leave(alice.user)
    alice.refresh_from_db()
    assert alice.suspended_at is None
    set_member(team.pk, bob, "owner")
    ask_to_leave(alice.user)
    assert list(team.memberships.values_list("member_id", flat=True)) == [bob.pk]


def test_leaving_and_coming_back_is_no_way_around_a_suspension(alice: Account, run_jobs: RunJobs) -> None:
    ask_to_leave(alice.user)
    assert suspend_account(None, alice, "spam")
    assert not suspend_account(None, alice, "again")
    with pytest.raises(NotPermitted):
        stay(alice.user)
    assert unsuspend_account(None, alice, "an error")
    alice.refresh_from_db()
    assert alice.suspended_at is not None  # she still wishes to go
    stay(alice.user)
    alice.refresh_from_db()
    assert alice.suspended_at is None


def test_favourites_of_posts_that_one_may_no_longer_read_are_taken_back(
    alice: Account, bob: Account, post_as: Callable[..., Post], run_jobs: RunJobs
) -> None:
    post = post_as(bob, "Liked")
    favourite(alice.pk, post.pk)
    suspend_account(None, bob, "test")
    ask_to_leave(alice.user)
    erase(alice, run_jobs)
    post.refresh_from_db()
    assert post.favourites_count == 0
    assert not Favourite.objects.filter(account=alice).exists()


def test_drafts_of_rounds_go_and_what_others_debated_stays(bob: Account, run_jobs: RunJobs) -> None:
    drafts = [
        rounds.create_round(
            bob, bob, "chat", RoundDraft(title=title, hashtag="#Haem"), base_url="http://testserver"
        )
        for title in ("A", "B")
    ]
    rounds.open_round(rounds.edit_round(drafts[1], RoundDraft(closes_at=now() + timedelta(hours=1)), None))
    ask_to_leave(bob.user)
    erase(bob, run_jobs)
    assert list(Round.objects.values_list("title", flat=True)) == ["B"]
