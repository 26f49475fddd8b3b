"""Filters, made and changed in the browser."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Account
from openrounds.timelines.models import Filter

pytestmark = pytest.mark.django_db
SENT = {
    "title": "Tonight's chat",
    "keywords": "#gaschat\nlaryngoscope\n",
    "context": ["home", "public"],
    "action": "hide",
    "span": "3600",
    "whole_word": "on",
}


@pytest.fixture
def dana() -> Account:
    return make_member()


def send(browser: Client, path: str, **fields: Any) -> HttpResponse:
    token = str(browser.get("/settings/filters/new").context["csrf_token"])
    return browser.post(path, {"csrfmiddlewaretoken": token, **fields})


def words(made: Filter) -> list[str]:
    return list(made.keywords.order_by("pk").values_list("keyword", flat=True))


def test_owner_makes_a_filter_with_its_words(dana: Account) -> None:
    browser = browser_of()
    assert send(browser, "/settings/filters/new", **SENT).status_code == 302
    made = Filter.objects.get()
    assert (words(made), made.action, made.account) == (["#gaschat", "laryngoscope"], "hide", dana)
    assert made.expires_at is not None
    assert "Tonight&#x27;s chat" in browser.get("/settings/filters").content.decode()


def test_owner_changes_its_words_and_keeps_its_end(dana: Account) -> None:
    browser = browser_of()
    send(browser, "/settings/filters/new", **SENT)
    made = Filter.objects.get()
    path = f"/settings/filters/{made.pk}"
    assert "laryngoscope" in browser.get(path).content.decode()
    assert (
        send(browser, path, **SENT | {"keywords": "laryngoscope\nbougie", "span": "keep"}).status_code == 302
    )
    after = Filter.objects.get()
    assert (words(after), after.expires_at) == (["laryngoscope", "bougie"], made.expires_at)


def test_owner_deletes_a_filter(dana: Account) -> None:
    browser = browser_of()
    send(browser, "/settings/filters/new", **SENT)
    path = f"/settings/filters/{Filter.objects.get().pk}/delete"
    assert browser.get(path).status_code == 405
    assert send(browser, path).status_code == 302
    assert not Filter.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("keywords", " \n "), ("keywords", "x" * 513), ("context", []), ("action", "burn")],
)
def test_what_is_wrong_is_told_beside_its_field(dana: Account, field: str, value: Any) -> None:
    response = send(browser_of(), "/settings/filters/new", **SENT | {field: value})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Filter.objects.exists()


def test_stranger_can_neither_see_nor_change_nor_delete_it(dana: Account) -> None:
    send(browser_of(), "/settings/filters/new", **SENT)
    path = f"/settings/filters/{Filter.objects.get().pk}"
    make_member("charlie")
    charlie = browser_of("charlie")
    assert "Tonight" not in charlie.get("/settings/filters").content.decode()
    assert charlie.get(path).status_code == 404
    assert send(charlie, path, **SENT).status_code == 404
    assert send(charlie, f"{path}/delete").status_code == 404
    assert browser_of().post(f"{path}/delete").status_code == 403
    assert Client().get(path)["Location"].startswith("/auth/sign_in")
    assert Filter.objects.exists()


def test_number_beyond_the_database_is_not_there(dana: Account) -> None:
    assert browser_of().get(f"/settings/filters/{10**30}").status_code == 404
