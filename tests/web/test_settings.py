"""What a signed-in person sees to."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from tests.factories.signing_in import bearer, browser_of, full_token, make_member, submit

from openrounds.accounts.models import Account
from openrounds.oauth.models import AccessToken, Application

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana() -> Account:
    return make_member()


def works(token: str) -> bool:
    return bearer(token).get("/api/v1/apps/verify_credentials").status_code == 200


def test_person_sees_her_apps_and_shuts_one_out(dana: Account) -> None:
    _, token = full_token()
    browser = browser_of()
    assert "An app" in browser.get("/settings/applications").content.decode()
    application = Application.objects.get()
    submit(browser, "/settings/applications", application=str(application.pk))
    assert not works(token)
    assert "No app acts for you" in browser.get("/settings/applications").content.decode()


@pytest.mark.parametrize("chosen", ["", "x", "-1", "9" * 30, "99999"])
def test_app_that_is_not_there_is_passed_over(dana: Account, chosen: str) -> None:
    _, token = full_token()
    assert submit(browser_of(), "/settings/applications", application=chosen).status_code == 302
    assert works(token)


def test_stranger_cannot_shut_out_somebody_elses_app(dana: Account) -> None:
    _, token = full_token()
    make_member("charlie")
    browser = browser_of("charlie")
    assert "An app" not in browser.get("/settings/applications").content.decode()
    submit(browser, "/settings/applications", application=str(AccessToken.objects.get().application_id))
    assert works(token)


def test_person_sees_her_browsers_and_signs_the_others_out(dana: Account) -> None:
    here, elsewhere = browser_of(), browser_of()
    page = here.get("/auth/sessions/").content.decode()
    assert page.count("since") == 2
    submit(here, "/auth/sessions/")
    assert here.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code == 302


def test_person_signs_out_everywhere(dana: Account) -> None:
    here, elsewhere = browser_of(), browser_of()
    _, token = full_token()
    sent = {"csrfmiddlewaretoken": str(here.get("/settings").context["csrf_token"])}
    assert here.post("/settings/log_out_everywhere", sent).status_code == 302
    assert here.get("/settings").status_code == 302
    assert elsewhere.get("/settings").status_code == 302
    assert not works(token)


def test_nobody_signs_out_everywhere_by_a_link(dana: Account) -> None:
    assert browser_of().get("/settings/log_out_everywhere").status_code == 405


def test_newcomer_waits_and_can_have_the_mail_again(run_jobs: Callable[[], int]) -> None:
    make_member("erin", confirmed=False)
    browser = browser_of("erin")
    assert browser.get("/settings")["Location"] == "/auth/waiting"
    assert "erin@example.org" in browser.get("/auth/waiting").content.decode()
    submit(browser, "/auth/waiting")
    run_jobs()
    assert mail.outbox[-1].to == ["erin@example.org"]


def test_person_who_waits_for_a_moderator_is_told_so() -> None:
    make_member("erin", approved=False)
    browser = browser_of("erin")
    assert "A moderator reads" in browser.get("/auth/waiting").content.decode()
    assert not mail.outbox


def test_member_has_nothing_to_wait_for(dana: Account) -> None:
    assert browser_of().get("/auth/waiting")["Location"] == "/settings"


def test_stranger_is_asked_to_sign_in() -> None:
    assert Client().get("/auth/waiting")["Location"].startswith("/auth/sign_in")
