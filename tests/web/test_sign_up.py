"""/auth/sign_up"""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from tests.factories.signing_in import PASSWORD, browser_of, make_member, submit

from openrounds.accounts.models import Account, Invite, User

pytestmark = pytest.mark.django_db
FORM = {
    "username": "erin",
    "email": "erin@example.org",
    "password": PASSWORD,
    "role": "nurse",
    "specialty": "Intensive care",
    "reason": "I teach",
    "agreement": "on",
}


@pytest.fixture
def choose(settings: Settings) -> Callable[..., None]:
    def choose(**changed: Any) -> None:
        settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, **changed)

    return choose


def join(**more: str) -> HttpResponse:
    return submit(Client(enforce_csrf_checks=True), "/auth/sign_up", **(FORM | more))


def test_person_applies_and_waits_for_mail_and_moderator(run_jobs: Callable[[], int]) -> None:
    assert "Almost done" in join().content.decode()
    account = Account.objects.get()
    assert (account.role, account.specialty) == ("nurse", "Intensive care")
    assert (account.user.confirmed_at, account.user.approved_at) == (None, None)
    run_jobs()
    assert [message.to for message in mail.outbox] == [["erin@example.org"]]


def test_person_joins_an_open_server_without_giving_reasons(choose: Callable[..., None]) -> None:
    choose(registrations="open", confirm_email=False)
    assert b'name="reason"' not in Client().get("/auth/sign_up").content
    join(reason="")
    assert browser_of("erin").get("/settings").status_code == 200


def test_invitation_in_the_link_is_filled_in_and_counts(choose: Callable[..., None]) -> None:
    choose(registrations="invite", confirm_email=False)
    Invite.objects.create(code="come-in", creator=make_member("alice").user)
    assert b'value="come-in"' in Client().get("/auth/sign_up?invite=come-in").content
    assert join().status_code == 422
    assert join(invite_code="wrong").status_code == 422
    assert join(invite_code="come-in").status_code == 200
    assert browser_of("erin").get("/settings").status_code == 200


def test_closed_server_says_so(choose: Callable[..., None]) -> None:
    choose(registrations="closed")
    assert Client().get("/auth/sign_up").status_code == 403
    assert Client().post("/auth/sign_up", FORM).status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"username": "e r"},
        {"username": "admin"},
        {"email": "nonsense"},
        {"password": "short"},
        {"agreement": ""},
        {"reason": ""},
        {"role": "wizard"},
        {"specialty": "x" * 101},
    ],
)
def test_form_that_does_not_fit_is_shown_again_with_what_is_wrong(wrong: dict[str, str]) -> None:
    response = join(**wrong)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert PASSWORD not in response.content.decode()
    assert not User.objects.exists()


def test_everything_that_is_wrong_with_a_form_is_said_at_once() -> None:
    page = join(username="mü ller", reason="", agreement="").content.decode()
    assert "only letters, numbers and underscores" in page
    assert page.count("This field is required.") == 2
    assert 'value="mü ller"' in page


def test_taken_name_is_told() -> None:
    make_member("erin", email="other@example.org")
    assert "already been taken" in join().content.decode()


def test_sign_up_needs_the_forms_own_token() -> None:
    assert Client(enforce_csrf_checks=True).post("/auth/sign_up", FORM).status_code == 403


def test_member_is_not_asked_to_sign_up() -> None:
    make_member()
    assert browser_of().get("/auth/sign_up")["Location"] == "/settings"
