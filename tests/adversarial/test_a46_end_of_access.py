"""A46: when access ends, it ends everywhere: browsers, tokens, codes, push; and streams are told."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from tests.conftest import make_token
from tests.factories.push import Phone
from tests.factories.signing_in import (
    allow,
    authorize_path,
    bearer,
    browser_of,
    code_in,
    exchange,
    full_token,
    make_member,
    register,
    submit,
)

from openrounds.accounts.actions import create_account
from openrounds.accounts.actions.team import remove_member, set_member
from openrounds.accounts.models import Account, Rank, User
from openrounds.core.clock import now
from openrounds.jobs.models import Happening
from openrounds.oauth.access import viewer_of
from openrounds.oauth.actions import end_access
from openrounds.oauth.models import Application
from openrounds.push.models import PushSubscription

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
NEW = "another fine passphrase"


class Access:
    """Every way in that Dana has."""

    def __init__(self) -> None:
        self.browser = browser_of()
        self.application, self.token = full_token()
        self.app = register()
        self.code = code_in(allow(browser_of(), authorize_path(self.app)))

    def works(self) -> list[bool]:
        return [
            self.browser.get("/settings").status_code == 200,
            bearer(self.token).get("/api/v1/apps/verify_credentials").status_code == 200,
            exchange(self.app, self.code).status_code == 200,
        ]


@pytest.fixture
def dana() -> Account:
    return make_member()


@pytest.fixture
def access(dana: Account) -> Access:
    return Access()


def streams_were_told() -> bool:
    return Happening.objects.filter(kind="AccessEnded").exists()


def test_a46_access_works_until_it_ends(access: Access) -> None:
    assert access.works() == [True, True, True]


def test_a46_ending_access_ends_all_of_it(dana: Account, access: Access) -> None:
    end_access(dana.user, "test")
    assert access.works() == [False, False, False]
    assert streams_were_told()


def test_a46_phones_are_told_nothing_once_access_has_ended(dana: Account) -> None:
    phone = Phone().asks("https://push.example/send")
    sent = bearer(make_token(dana)).post("/api/v1/push/subscription", phone, content_type="application/json")
    assert sent.status_code == 200
    end_access(dana.user, "test")
    assert not PushSubscription.objects.exists()


def test_a46_password_reset_ends_access(access: Access, run_jobs: Callable[[], int]) -> None:
    browser = Client()
    submit(browser, "/auth/password/new", email="dana@example.org")
    run_jobs()
    link = re.search(r"http://testserver(/auth/password/reset/\S+)", mail.outbox[-1].body)
    assert link
    form = browser.get(link[1], follow=True)
    submit(browser, form.redirect_chain[-1][0], password1=NEW, password2=NEW)
    assert access.works() == [False, False, False]
    assert streams_were_told()


def test_a46_signing_out_everywhere_ends_access(access: Access) -> None:
    page = access.browser.get("/settings")
    access.browser.post(
        "/settings/log_out_everywhere", {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    )
    assert access.works() == [False, False, False]
    assert streams_were_told()


def test_a46_disabled_person_can_do_nothing_even_with_what_is_left(access: Access) -> None:
    User.objects.update(is_active=False)
    assert access.works()[:2] == [False, False]
    used = exchange(access.app, access.code)
    assert used.status_code == 400 or (
        bearer(used.json()["access_token"]).get("/api/v1/apps/verify_credentials").status_code == 403
    )


def test_a46_suspended_person_can_do_nothing(dana: Account, access: Access) -> None:
    Account.objects.update(suspended_at=now())
    assert access.works()[:2] == [False, False]


def test_a46_operator_who_suspends_ends_access(access: Access) -> None:
    make_member("rita")
    User.objects.filter(username="rita").update(rank=Rank.ADMIN)
    root = browser_of("rita")
    page = root.get("/admin/accounts/account/")
    chosen = str(Account.objects.get(username="dana").pk)
    sent = {
        "action": "suspend",
        "_selected_action": chosen,
        "csrfmiddlewaretoken": str(page.context["csrf_token"]),
    }
    assert root.post("/admin/accounts/account/", sent).status_code == 302
    assert access.works() == [False, False, False]
    Account.objects.update(suspended_at=None)
    assert access.works() == [False, False, False], "the suspension itself must have ended it"
    assert streams_were_told()


def test_a46_lost_rank_is_lost_at_the_next_request(dana: Account, access: Access) -> None:
    User.objects.update(rank=Rank.ADMIN)
    assert viewer_of(access.token).is_moderator
    assert access.browser.get("/admin/").status_code == 200
    User.objects.update(rank=Rank.MEMBER)
    assert not viewer_of(access.token).is_moderator
    assert access.browser.get("/admin/").status_code != 200


def test_a46_deleted_app_keeps_no_token(access: Access) -> None:
    Application.objects.all().delete()
    assert access.works() == [True, False, False]


def test_a46_app_that_was_shut_out_is_out(access: Access) -> None:
    chosen = str(Application.objects.get(client_id=access.application["client_id"]).pk)
    submit(access.browser, "/settings/applications", application=chosen)
    assert access.works() == [True, False, True]
    assert streams_were_told()


def test_a46_person_who_left_a_team_acts_as_it_no_more(dana: Account) -> None:
    team = create_account(username="ward7", team=True, owner=make_member("olga"))
    set_member(team.pk, dana, "poster")
    app = register()
    first, second = (code_in(allow(browser_of(), authorize_path(app), account="ward7")) for _ in range(2))
    token = exchange(app, first).json()["access_token"]
    assert bearer(token).get("/api/v1/apps/verify_credentials").status_code == 200
    remove_member(team.pk, dana.pk)
    assert bearer(token).get("/api/v1/apps/verify_credentials").status_code == 401
    assert exchange(app, second).status_code == 400
    assert streams_were_told()
