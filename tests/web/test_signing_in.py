"""Signing in and out, second step, passwords: without JavaScript."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from tests.factories.signing_in import PASSWORD, bearer, browser_of, full_token, make_member, submit

from openrounds.accounts.models import Account, User
from openrounds.core.clock import ago

pytestmark = pytest.mark.django_db
NEW = "another fine passphrase"


@pytest.fixture
def dana() -> Account:
    return make_member()


def signed_in(browser: Client) -> bool:
    return browser.get("/settings").status_code == 200


@pytest.mark.parametrize("login", ["dana", "DANA", "dana@example.org", "Dana@Example.org"])
def test_person_signs_in_by_name_or_address(dana: Account, login: str) -> None:
    assert signed_in(browser_of(login))


@pytest.mark.parametrize(("login", "password"), [("dana", "wrong"), ("nobody", PASSWORD), ("dana", "")])
def test_wrong_name_or_password_signs_nobody_in(dana: Account, login: str, password: str) -> None:
    browser = Client()
    assert submit(browser, "/auth/sign_in", login=login, password=password).status_code == 200
    assert not signed_in(browser)


def test_person_signs_out_by_a_form_only(dana: Account) -> None:
    browser = browser_of()
    browser.get("/auth/sign_out")
    assert signed_in(browser)
    submit(browser, "/auth/sign_out")
    assert not signed_in(browser)


def test_sign_in_leads_to_no_other_site(dana: Account) -> None:
    for target in ("https://evil.test/", "//evil.test/", "https:evil.test", "/\\evil.test"):
        response = submit(Client(), "/auth/sign_in", login="dana", password=PASSWORD, next=target)
        assert response["Location"] == "/welcome"  # she is new here


def test_disabled_person_is_signed_out_at_once(dana: Account) -> None:
    browser = browser_of()
    User.objects.update(is_active=False)
    assert not signed_in(browser)


def switch_on_second_step(browser: Client) -> None:
    submit(browser, "/auth/reauthenticate", password=PASSWORD)
    page = browser.get("/auth/2fa/totp/activate/")
    a_step_ahead = max(yield_hotp_counters_from_time())  # as a phone whose clock is a little fast
    code = format_hotp_value(hotp_value(page.context["form"].secret, a_step_ahead))
    token = str(page.context["csrf_token"])
    response = browser.post("/auth/2fa/totp/activate/", {"code": code, "csrfmiddlewaretoken": token})
    assert response.status_code == 302, response.content


def test_session_that_is_over_signs_nobody_in_and_another_is_begun(dana: Account) -> None:
    browser = browser_of("dana")
    former = browser.cookies["session"].value
    assert browser.get("/home").status_code == 200
    Session.objects.filter(session_key=former).update(expire_date=ago(seconds=1))
    assert browser.get("/home")["Location"].startswith("/auth/sign_in")
    submit(browser, "/auth/sign_in", login="dana", password=PASSWORD)
    assert browser.get("/home").status_code == 200
    assert browser.cookies["session"].value != former


def test_second_step_is_asked_for_and_a_recovery_code_helps(dana: Account) -> None:
    browser = browser_of()
    switch_on_second_step(browser)
    page = browser.get("/auth/2fa/recovery-codes/")
    codes = page.context["unused_codes"]
    other = Client()
    response = submit(other, "/auth/sign_in", login="dana", password=PASSWORD)
    assert response["Location"].startswith("/auth/2fa/authenticate/")
    assert not signed_in(other)
    assert submit(other, "/auth/2fa/authenticate/", code="000000").status_code == 200
    assert not signed_in(other)
    submit(other, "/auth/2fa/authenticate/", code=codes[0])
    assert signed_in(other)
    third = Client()
    submit(third, "/auth/sign_in", login="dana", password=PASSWORD)
    submit(third, "/auth/2fa/authenticate/", code=codes[0])
    assert not signed_in(third), "a recovery code is good once"


@pytest.mark.parametrize("path", ["/auth/2fa/totp/activate/", "/auth/2fa/webauthn/add/"])
def test_second_step_is_changed_with_the_password_only(dana: Account, path: str) -> None:
    assert browser_of().get(path)["Location"].startswith("/auth/reauthenticate")


def link_in_mail(pattern: str) -> str:
    found = re.search(rf"http://testserver({pattern}\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


def test_person_who_forgot_the_password_sets_another(dana: Account, run_jobs: Callable[[], int]) -> None:
    elsewhere = browser_of()
    _, token = full_token()
    browser = Client()
    assert submit(browser, "/auth/password/new", email="dana@example.org").status_code == 302
    run_jobs()
    form = browser.get(link_in_mail("/auth/password/reset/"), follow=True)
    path = form.redirect_chain[-1][0]
    assert submit(browser, path, password1=NEW, password2=NEW).status_code == 302
    assert signed_in(browser_of("dana", NEW))
    assert not signed_in(elsewhere)
    assert bearer(token).get("/api/v1/apps/verify_credentials").status_code == 401
    assert browser.get(link_in_mail_of_reset()).status_code == 200
    assert not signed_in(browser), "a reset does not sign in"


def link_in_mail_of_reset() -> str:
    bodies = "\n".join(message.body for message in mail.outbox)
    found = re.search(r"http://testserver(/auth/password/reset/\S+)", bodies)
    assert found
    return found[1]


@pytest.mark.parametrize("password", ["short", "password123", "dana@example.org", ""])
def test_weak_password_is_refused(dana: Account, password: str) -> None:
    browser = browser_of()
    sent = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert submit(browser, "/auth/password/change", **sent).status_code == 200
    assert signed_in(browser_of())


def test_person_changes_the_password_and_stays_signed_in_here_alone(dana: Account) -> None:
    here, elsewhere = browser_of(), browser_of()
    _, token = full_token()
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert submit(here, "/auth/password/change", **sent).status_code == 302
    assert signed_in(here)
    assert not signed_in(elsewhere)
    assert bearer(token).get("/api/v1/apps/verify_credentials").status_code == 401


def test_person_cannot_change_the_password_without_the_old_one(dana: Account) -> None:
    sent = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    submit(browser_of(), "/auth/password/change", **sent)
    assert signed_in(browser_of("dana", PASSWORD))


def test_new_address_counts_once_it_is_confirmed(dana: Account, run_jobs: Callable[[], int]) -> None:
    browser = browser_of()
    submit(browser, "/auth/reauthenticate", password=PASSWORD)
    page = browser.get("/auth/email")
    sent = {
        "email": "dana@new.example",
        "action_add": "",
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
    }
    browser.post("/auth/email", sent)
    dana.user.refresh_from_db()
    assert dana.user.email == "dana@example.org"
    run_jobs()
    submit(browser, link_in_mail("/auth/confirm-email/"))
    dana.user.refresh_from_db()
    assert dana.user.email == "dana@new.example"
    assert EmailAddress.objects.get(user=dana.user).verified


def test_signed_out_person_sees_no_settings() -> None:
    for path in (
        "/settings",
        "/settings/applications",
        "/auth/sessions/",
        "/auth/2fa/",
        "/auth/email",
        "/auth/password/change",
    ):
        assert Client().get(path)["Location"].startswith("/auth/sign_in")
