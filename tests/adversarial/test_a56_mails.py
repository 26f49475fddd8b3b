"""A56: a mail goes to one mailbox, and not too often."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from tests.factories.signing_in import PASSWORD, browser_of, make_member

from openrounds.accounts.models import User
from openrounds.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]
WRONG = [
    "victim%example.org@relay.example",
    "a,b@example.org",
    "a@example.org,b@example.org",
    '"a b"@example.org',
    "'a\" <b@example.org>",
    "a@b@example.org",
    "a@example.org\nBcc: b@example.org",
    "a@example.org\r\nBcc: b@example.org",
    "a@[127.0.0.1]",
    "a!b@example.org",
    "@example.org",
    "a@",
    "x" * 310 + "@example.org",
]


def join(email: str, ip: str = "198.51.100.1", number: int = 0) -> int:
    sent = {
        "username": f"erin{number}",
        "email": email,
        "password": PASSWORD,
        "reason": "x",
        "agreement": "on",
    }
    return Client().post("/auth/sign_up", sent, REMOTE_ADDR=ip).status_code


@pytest.mark.parametrize("email", WRONG)
def test_a56_address_that_could_mean_another_is_refused(choose: Callable[..., None], email: str) -> None:
    choose(rate_limits=False)
    assert join(email) == 422
    assert not User.objects.exists()
    assert not Job.objects.filter(queue="mail").exists()


def test_a56_address_as_it_should_be_is_taken() -> None:
    assert join("erin+rounds@example.org") == 200


def mails_to(address: str, run_jobs: Callable[[], int]) -> int:
    run_jobs()
    return [message.to for message in mail.outbox].count([address])


def test_a56_confirmations_to_one_mailbox_are_limited_whoever_asks(run_jobs: Callable[[], int]) -> None:
    make_member("erin", confirmed=False)
    browser = browser_of("erin")
    for number in range(20):
        browser.post(
            "/auth/waiting", {}, REMOTE_ADDR=f"203.0.{number}.1", headers={"X-CSRFToken": csrf(browser)}
        )
    assert 1 <= mails_to("erin@example.org", run_jobs) <= 5


def csrf(browser: Client) -> str:
    return str(browser.get("/auth/waiting").context["csrf_token"])


def test_a56_resets_to_one_mailbox_are_limited_whoever_asks(run_jobs: Callable[[], int]) -> None:
    make_member("erin")
    for number in range(20):
        Client().post("/auth/password/new", {"email": "erin@example.org"}, REMOTE_ADDR=f"203.0.{number}.1")
    assert 1 <= mails_to("erin@example.org", run_jobs) <= 5


def test_a56_sign_ups_with_somebody_elses_address_are_limited(run_jobs: Callable[[], int]) -> None:
    make_member("erin")
    for number in range(20):
        join("erin@example.org", f"203.0.{number}.1", number)
    assert 1 <= mails_to("erin@example.org", run_jobs) <= 5
