"""POST /api/v1/accounts and POST /api/v1/emails/confirmations: joining from within an app."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings
from tests.conftest import ApiClient
from tests.factories.signing_in import PASSWORD, bearer, make_member, register

from openrounds.accounts.models import Account, Invite, User
from openrounds.jobs.worker import run_due

pytestmark = pytest.mark.django_db
ACCOUNTS = "/api/v1/accounts"
AGAIN = "/api/v1/emails/confirmations"
FORM = {
    "username": "erin",
    "email": "erin@example.org",
    "password": PASSWORD,
    "agreement": True,
    "locale": "en",
}


@pytest.fixture
def choose(settings: Settings) -> Callable[..., None]:
    def choose(**changed: Any) -> None:
        settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, **changed)

    return choose


@pytest.fixture
def app_client() -> Client:
    app = register()
    sent = {"grant_type": "client_credentials", "scope": "read write"}
    sent |= {name: app[name] for name in ("client_id", "client_secret")}
    return bearer(Client().post("/oauth/token", sent).json()["access_token"])


def join(client: Client, **more: Any) -> HttpResponse:
    return client.post(ACCOUNTS, FORM | more, content_type="application/json")


def test_person_joins_an_open_server_and_the_token_works_at_once(
    app_client: Client, choose: Callable[..., None]
) -> None:
    choose(registrations="open", confirm_email=False)
    answer = join(app_client).json()
    assert answer.keys() == {"access_token", "token_type", "scope", "created_at"}
    assert answer["scope"] == "read write follow push"
    assert bearer(answer["access_token"]).get("/api/v1/apps/verify_credentials").status_code == 200


def test_person_tells_role_and_specialty(app_client: Client, choose: Callable[..., None]) -> None:
    choose(registrations="open")
    join(app_client, role="nurse", specialty="Intensive care")
    account = Account.objects.get(username="erin")
    assert (account.role, account.specialty) == ("nurse", "Intensive care")


def test_token_waits_until_address_and_moderator_have_agreed(
    app_client: Client, run_jobs: Callable[[], int]
) -> None:
    token = join(app_client, reason="I teach").json()["access_token"]
    me = bearer(token)
    refused = me.get("/api/v1/apps/verify_credentials")
    assert (refused.status_code, "confirmed" in refused.json()["error"]) == (403, True)
    run_jobs()
    link = re.search(r"http://testserver(/auth/confirm-email/\S+)", mail.outbox[0].body)
    assert link
    browser = Client()
    assert browser.get(link[1]).status_code == 200
    assert not User.objects.get().confirmed_at, "opening the link, as mail scanners do, must not confirm"
    browser.post(link[1])
    refused = me.get("/api/v1/apps/verify_credentials")
    assert (refused.status_code, "approval" in refused.json()["error"]) == (403, True)
    person = User.objects.get()
    assert (person.sign_up_reason, person.approved_at) == ("I teach", None)


def test_invitation_lets_a_person_in_without_approval(
    alice: Account, app_client: Client, choose: Callable[..., None]
) -> None:
    choose(registrations="invite", confirm_email=False)
    Invite.objects.create(code="come-in", creator=alice.user, max_uses=1)
    assert join(app_client).status_code == 422
    assert join(app_client, invite_code="wrong").json()["details"].keys() == {"invite_code"}
    token = join(app_client, invite_code="come-in").json()["access_token"]
    assert bearer(token).get("/api/v1/apps/verify_credentials").status_code == 200
    second = join(app_client, username="frank", email="frank@example.org", invite_code="come-in")
    assert second.status_code == 422


def test_closed_server_takes_nobody(app_client: Client, choose: Callable[..., None]) -> None:
    choose(registrations="closed")
    assert join(app_client).status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"username": ""}, "username", "ERR_BLANK"),
        ({"username": "e r"}, "username", "ERR_INVALID"),
        ({"username": "admin"}, "username", "ERR_RESERVED"),
        ({"username": "Dana"}, "username", "ERR_TAKEN"),
        ({"email": "erin@"}, "email", "ERR_INVALID"),
        ({"password": "short"}, "password", "ERR_TOO_SHORT"),
        ({"agreement": False}, "agreement", "ERR_ACCEPTED"),
        ({"reason": "x" * 2001}, "reason", "ERR_TOO_LONG"),
        ({"role": "wizard"}, "role", "ERR_INCLUSION"),
    ],
)
def test_form_that_does_not_fit_is_refused_field_by_field(
    app_client: Client, wrong: dict[str, Any], field: str, code: str
) -> None:
    make_member()
    response = join(app_client, **wrong)
    assert response.status_code == 422
    assert [problem["error"] for problem in response.json()["details"][field]] == [code]
    assert User.objects.count() == 1


def test_person_cannot_make_accounts_with_her_own_token(
    alice: Account, client_of: Callable[..., ApiClient]
) -> None:
    assert client_of(alice).post(ACCOUNTS, FORM).status_code == 403


def test_stranger_cannot_make_accounts_without_an_app(anonymous: ApiClient) -> None:
    assert anonymous.post(ACCOUNTS, FORM).status_code == 401


def test_newcomer_asks_for_the_mail_again_at_another_address(
    app_client: Client, run_jobs: Callable[[], int]
) -> None:
    token = join(app_client).json()["access_token"]
    run_jobs()
    response = bearer(token).post(AGAIN, {"email": "Erin@elsewhere.example"})
    assert (response.status_code, response.json()) == (200, {})
    run_jobs()
    assert mail.outbox[-1].to == ["erin@elsewhere.example"]
    assert User.objects.get().email == "erin@elsewhere.example"


def test_newcomer_cannot_take_an_address_that_somebody_has(app_client: Client) -> None:
    make_member()
    token = join(app_client).json()["access_token"]
    response = bearer(token).post(AGAIN, {"email": "dana@example.org"})
    assert response.status_code == 200
    assert User.objects.filter(email="dana@example.org").count() == 1


def test_a48_signing_up_with_a_known_address_tells_its_owner_alone(app_client: Client) -> None:
    make_member()
    known, fresh = (
        join(app_client, email="DANA@example.org"),
        join(app_client, username="fresh", email="f@example.org"),
    )
    assert known.status_code == fresh.status_code == 200
    assert known.json().keys() == fresh.json().keys()
    answers = [
        bearer(r.json()["access_token"]).get("/api/v1/accounts/verify_credentials") for r in (known, fresh)
    ]
    assert answers[0].status_code == answers[1].status_code == 403
    assert answers[0].content == answers[1].content
    run_due()
    subjects = {message.to[0]: message.subject for message in mail.outbox}
    assert {address.lower() for address in subjects} == {"dana@example.org", "f@example.org"}
    assert len(set(subjects.values())) == 2


def test_confirmed_person_gets_no_more_mails(alice: Account, client_of: Callable[..., ApiClient]) -> None:
    assert client_of(alice).post(AGAIN).status_code == 403


def test_stranger_asks_for_no_mail(anonymous: ApiClient) -> None:
    assert anonymous.post("/api/v1/emails/confirmations").status_code == 401
