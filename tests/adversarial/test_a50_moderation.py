"""A50: the moderators' pages are not there for anybody else, and nothing is looked up to find that out."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Account, Rank, User
from openrounds.core.clock import now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
PAGES = [
    ("get", "/moderation"),
    ("get", "/moderation/audit"),
    ("post", "/moderation/newcomers/1/approve"),
    ("get", "/moderation/newcomers/1/reject"),
    ("post", "/moderation/newcomers/1/reject"),
    ("get", "/moderation/reports/1"),
    ("post", "/moderation/reports/1"),
    ("get", "/moderation/accounts/1"),
    ("post", "/moderation/accounts/1"),
]
AUTHENTICATION = 2  # the session and the person


def send(browser: Client, method: str, path: str) -> Any:
    token = browser.cookies["csrf"].value if "csrf" in browser.cookies else ""
    return getattr(browser, method)(path, headers={"X-CSRFToken": token})


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_a50_anonymous_finds_nothing(
    method: str, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = Client()
    with django_assert_num_queries(0):
        assert getattr(browser, method)(path).status_code == 404


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_a50_member_finds_nothing(
    method: str, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_member()
    browser = browser_of()
    with django_assert_num_queries(AUTHENTICATION):
        assert send(browser, method, path).status_code == 404


@pytest.mark.parametrize("state", ["disabled", "suspended", "unconfirmed"])
@pytest.mark.parametrize(("method", "path"), PAGES)
def test_a50_moderator_who_may_not_act_finds_nothing(method: str, path: str, state: str) -> None:
    account = make_member()
    people = User.objects.filter(account=account)
    people.update(rank=Rank.MODERATOR)
    browser = browser_of()
    if state == "suspended":
        Account.objects.update(suspended_at=now())
    else:
        people.update(**{"disabled": {"is_active": False}, "unconfirmed": {"confirmed_at": None}}[state])
    assert send(browser, method, path).status_code == 404
