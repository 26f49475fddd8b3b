"""A41: every page says that only our own files are scripts, and a browser holds an injected one back by it."""

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Route, sync_playwright
from tests.e2e.places import MEMBER, STRANGER
from tests.factories.signing_in import PASSWORD, authorize_path, browser_of, make_member, register, submit

from openrounds.accounts.actions import create_account
from openrounds.accounts.models import Account, Rank, User
from openrounds.web import apps

OF_THE_DEMO = {MEMBER["followers"], MEMBER["following"]}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
PUBLIC = sorted(
    {*STRANGER.values(), "/@dana", "/tags/x", "/nothing", "/auth/confirm-email/x"} - {STRANGER["profile"]}
)
OWN = sorted(
    {*MEMBER.values(), "/auth/2fa/", "/auth/2fa/webauthn/", "/teams/films", "/teams/films/profile"}
    - OF_THE_DEMO
)
HOUSE = ["/moderation", "/moderation/audit"]
TEMPLATES = sorted((Path(apps.__file__).parent / "templates").rglob("*.html"))


@pytest.fixture
def dana() -> Account:
    return make_member()


def check(browser: Client, path: str) -> None:
    response = browser.get(path)
    assert response["Content-Type"].startswith("text/html"), path
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"].startswith("'self'")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_a41_every_public_page_has_the_policy(dana: Account) -> None:
    for path in PUBLIC:
        check(Client(), path)


def test_a41_every_page_of_ones_own_has_the_policy(dana: Account) -> None:
    User.objects.update(rank=Rank.MODERATOR)
    create_account(username="films", team=True, owner=dana)
    browser = browser_of()
    submit(browser, "/auth/reauthenticate", password=PASSWORD)
    for path in [*OWN, *HOUSE, authorize_path(register())]:
        check(browser, path)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a41_no_template_needs_what_the_policy_forbids(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<script(?![^>]*\b(?:src|type=\"application/json\"))", text)
    assert not re.search(r"\son\w+\s*=|javascript:|<style|\sstyle\s*=", text)


@pytest.mark.browser
@pytest.mark.parametrize("guarded", [True, False])
def test_a41_browser_runs_no_injected_script(dana: Account, guarded: bool) -> None:
    """Without the policy it would: the control says that the attack is real."""
    response = Client().get("/@dana")
    attack = b"<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"
    body = response.content.replace(b"</main>", attack + b"</main>")
    headers = {"Content-Type": "text/html"}
    if guarded:
        headers["Content-Security-Policy"] = response["Content-Security-Policy"]

    def answer(route: Route) -> None:
        route.fulfill(status=200, body=body, headers=headers)

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = chromium.new_page()
        page.route("**/*", answer)
        page.goto("http://rounds.test/@dana")
        page.wait_for_timeout(300)
        hit = page.evaluate("window.hit === 1")
        chromium.close()
    assert hit is not guarded
