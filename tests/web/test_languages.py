"""The pages speak a second language, and tell times as the reader's clock does."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils.translation import get_language, gettext, override
from tests.factories.signing_in import browser_of, make_member, submit

from openrounds.accounts.actions import set_locale
from openrounds.accounts.models import Account, User
from openrounds.moderation.models import AuditEntry
from openrounds.moderation.newcomer_actions import approve
from openrounds.web.borrowed_words import BORROWED

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def test_browser_that_asks_for_german_is_answered_in_german() -> None:
    page = Client(headers=GERMAN).get("/glossary").content.decode()
    assert 'lang="de" dir="ltr"' in page
    assert "Glossar" in page
    page = Client(headers={"Accept-Language": "tlh"}).get("/glossary").content.decode()
    assert 'lang="en-gb" dir="ltr"' in page


@pytest.mark.parametrize("path", ["/", "/about", "/guide", "/glossary", "/language", "/privacy-policy"])
def test_pages_are_shown_in_german_to_strangers(path: str) -> None:
    page = Client(headers=GERMAN).get(path).content.decode()
    assert "Zum Inhalt springen" in page
    assert "Skip to content" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/settings",
        "/settings/profile",
        "/settings/privacy",
        "/settings/notifications",
        "/settings/filters",
        "/settings/filters/new",
        "/settings/export",
        "/teams",
        "/welcome/you",
        "/welcome/people",
        "/welcome/practice",
        "/welcome/judge",
    ],
)
def test_pages_of_members_are_shown_in_german(path: str) -> None:
    make_member()
    browser = browser_of()
    page = browser.get(path, headers=GERMAN)
    assert page.status_code == 200
    assert "Zum Inhalt springen" in page.content.decode()


def test_choice_in_the_footer_holds_and_goes_with_the_account() -> None:
    dana = make_member()
    browser = browser_of()
    response = submit(browser, "/language", language="de", next="/glossary")
    assert response["Location"] == "/glossary"
    assert 'lang="de"' in browser.get("/glossary").content.decode()
    assert User.objects.get(account=dana).locale == "de"
    elsewhere = browser_of()
    assert 'lang="de"' in elsewhere.get("/glossary").content.decode()


@pytest.mark.parametrize("target", ["//evil.test", "https://evil.test", "javascript:1", "/\\evil.test"])
def test_choice_leads_to_no_other_site(target: str) -> None:
    assert submit(Client(), "/language", language="de", next=target)["Location"] == "/language"


def test_language_and_zone_that_do_not_exist_are_passed_over() -> None:
    browser = Client()
    response = submit(browser, "/language", language="xx", zone="../../etc/passwd")
    assert "language" not in response.cookies
    assert "zone" not in response.cookies
    browser.cookies["zone"] = "../../etc/passwd"
    assert browser.get("/language").status_code == 200


def test_choice_without_a_token_is_refused() -> None:
    make_member()
    assert browser_of().post("/language", {"language": "de"}).status_code == 403


def test_times_are_those_of_the_readers_zone() -> None:
    make_member("mona")
    User.objects.update(rank=10)
    AuditEntry.objects.create(action="note", target="x", created_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    browser = browser_of("mona")
    assert "1 Jul 2026, 22:30" in browser.get("/moderation/audit").content.decode()
    submit(browser, "/language", zone="Europe/Vienna")
    assert "2 Jul 2026, 00:30" in browser.get("/moderation/audit").content.decode()


def test_mail_speaks_the_readers_language(alice: Account, run_jobs: Callable[[], int]) -> None:
    erin = make_member("erin", approved=False).user
    set_locale(erin, "de")
    erin.refresh_from_db()
    approve(alice.user, erin)
    run_jobs()
    assert mail.outbox[-1].subject.startswith("Willkommen")


def test_language_of_one_reader_is_not_that_of_the_next_call() -> None:
    Client(headers=GERMAN).get("/glossary")
    assert get_language() == "en-gb"


def test_pages_of_others_address_the_reader_as_ours_do() -> None:
    with override("de"):
        said = [gettext(text) for text in BORROWED]
    assert not [text for text in said if re.search(r"\b([Dd]u|[Dd]ir|[Dd]ich|[Dd]ein\w*)\b", text)]
    assert not set(said) & set(BORROWED)
    for path in ("/auth/sign_in", "/auth/password/new", "/auth/password/sent"):
        page = Client(headers=GERMAN).get(path).content.decode()
        assert not re.search(r"\b(Du|dich|deine?)\b", page), path
