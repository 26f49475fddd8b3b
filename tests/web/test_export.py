"""A person takes her data along, and nobody else does."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member, submit

from openrounds.accounts.models import Account
from openrounds.portability.models import Archive
from openrounds.portability.queries import TABLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana() -> Account:
    return make_member()


def test_owner_asks_for_an_archive_and_fetches_it(dana: Account, run_jobs: Callable[[], int]) -> None:
    browser = browser_of()
    assert submit(browser, "/settings/export").status_code == 302
    assert "In the making" in browser.get("/settings/export").content.decode()
    run_jobs()
    path = f"/settings/export/archives/{Archive.objects.get().pk}"
    assert path in browser.get("/settings/export").content.decode()
    response = browser.get(path)
    assert b"".join(response.streaming_content).startswith(b"PK")
    assert "attachment" in response["Content-Disposition"]


def test_asking_again_soon_is_told_to_wait(dana: Account) -> None:
    browser = browser_of()
    submit(browser, "/settings/export")
    submit(browser, "/settings/export")
    assert "being made already" in browser.get("/settings/export").content.decode()
    assert Archive.objects.count() == 1


def test_stranger_cannot_fetch_it(dana: Account, run_jobs: Callable[[], int]) -> None:
    submit(browser_of(), "/settings/export")
    run_jobs()
    path = f"/settings/export/archives/{Archive.objects.get().pk}"
    make_member("charlie")
    assert browser_of("charlie").get(path).status_code == 404
    assert browser_of("charlie").get(f"/settings/export/archives/{10**30}").status_code == 404
    assert Client().get(path)["Location"].startswith("/auth/sign_in")
    assert browser_of().post("/settings/export").status_code == 403


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_are_the_owners_own(dana: Account, bob: Account, charlie: Account, name: str) -> None:
    follow(bob, charlie)
    follow(dana, bob)
    response = browser_of().get(f"/settings/export/{name}.csv")
    text = b"".join(response.streaming_content).decode()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "charlie" not in text
    assert ("bob@testserver" in text) == (name == "following_accounts")


def test_table_that_does_not_exist_is_not_there(dana: Account) -> None:
    assert browser_of().get("/settings/export/passwords.csv").status_code == 404
