"""A person deletes her account in the browser: asked twice who she is, told what goes, and free to think again."""

import pytest
from django.test import Client
from tests.factories.signing_in import PASSWORD, bearer, browser_of, full_token, make_member, submit

from openrounds.accounts.actions import create_account
from openrounds.accounts.models import Account, Departure
from openrounds.moderation.actions import suspend_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana() -> Account:
    return make_member()


def known(browser: Client) -> Client:
    """Has given her password just now."""
    assert submit(browser, "/auth/reauthenticate", password=PASSWORD).status_code == 302
    return browser


def leave(browser: Client) -> None:
    assert submit(browser, "/settings/leave", name="dana").status_code == 302


def test_password_is_asked_for_first(dana: Account) -> None:
    browser = browser_of()
    token = str(browser.get("/settings").context["csrf_token"])
    sent = {"csrfmiddlewaretoken": token, "name": "dana"}
    for response in (browser.get("/settings/leave"), browser.post("/settings/leave", sent)):
        assert response.status_code == 302
        assert response["Location"].startswith("/auth/reauthenticate")
    assert not Departure.objects.exists()


def test_stranger_is_sent_to_sign_in() -> None:
    assert Client().get("/settings/leave")["Location"].startswith("/auth/sign_in")
    assert Client().post("/settings/stay").status_code == 302


def test_page_says_what_goes_what_stays_and_how_long_one_may_think(dana: Account) -> None:
    text = known(browser_of()).get("/settings/leave").content.decode()
    for said in ("For 14 days you may think again", "What stays: your user name", "/settings/export"):
        assert said in text


@pytest.mark.parametrize("name", ["", "dan", "somebody"])
def test_another_name_deletes_nothing(dana: Account, name: str) -> None:
    response = submit(known(browser_of()), "/settings/leave", name=name)
    assert response.status_code == 422
    assert not Departure.objects.exists()


def test_everything_ends_at_once(dana: Account) -> None:
    _app, token = full_token()
    other, browser = browser_of(), known(browser_of())
    leave(browser)
    for each in (browser, other):
        assert each.get("/settings").status_code == 302
    assert bearer(token).get("/api/v1/accounts/verify_credentials").status_code == 401
    assert Client().get("/@dana").status_code == 404


def test_who_signs_in_again_may_stay(dana: Account) -> None:
    leave(known(browser_of()))
    browser = browser_of()
    page = browser.get("/home", follow=True)
    assert "I stay after all" in page.content.decode()
    assert "Successfully signed in" not in page.content.decode()
    assert submit(browser, "/auth/waiting").status_code == 200
    assert Departure.objects.exists()  # only the button says so
    token = str(browser.get("/auth/waiting").context["csrf_token"])
    assert browser.post("/settings/stay", {"csrfmiddlewaretoken": token})["Location"] == "/home"
    assert Client().get("/@dana").status_code == 200


def test_who_does_not_leave_has_nothing_to_take_back(dana: Account) -> None:
    browser = browser_of()
    token = str(browser.get("/settings").context["csrf_token"])
    assert browser.post("/settings/stay", {"csrfmiddlewaretoken": token}).status_code == 404


def test_only_owner_of_a_team_is_told_which(dana: Account) -> None:
    create_account(username="films", team=True, owner=dana)
    response = submit(known(browser_of()), "/settings/leave", name="@Dana")
    assert response.status_code == 422
    assert "You are the only owner of @films" in response.content.decode()


def test_suspended_person_is_not_offered_to_stay(dana: Account) -> None:
    leave(known(browser_of()))
    suspend_account(None, dana, "spam")
    text = browser_of().get("/auth/waiting").content.decode()
    assert "ended by a moderator" in text
    assert "I stay after all" not in text
