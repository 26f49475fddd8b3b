"""The newcomer's story, as somebody walks it who has never been here: from signing up to taking her own data along."""

import os
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.browsing import WIDTHS, House, Window
from tests.ops.running import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
SECRET = "three quiet herons 41"
MOST_STEPS = 5


def sign_up(house: House, window: Window, name: str) -> None:
    """Fills in the form, follows the link in the mail, and waits for a moderator."""
    page, address = window.page, f"{name}@ward.example"
    window.go("/")
    page.locator("header").get_by_role("link", name="Sign up").click()
    page.fill("[name=username]", name)
    page.fill("[name=email]", address)
    page.fill("[name=password]", SECRET)
    page.select_option("[name=role]", "clinician")
    page.fill("[name=specialty]", "Haematology")
    page.fill("[name=reason]", "A colleague told me of your debates.")
    page.check("[name=agreement]")
    page.locator("main button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("Almost done")
    window.go(house.link_mailed_to(address, "/auth/confirm-email/"))
    page.locator("main button[type=submit]").first.click()
    window.sign_in(address, SECRET)
    expect(page.locator("h1")).to_have_text("Not quite there yet")
    expect(page.locator("main")).to_contain_text("A moderator reads every application")


def let_in(house: House, name: str, width: int) -> None:
    """A moderator reads the application in her browser."""
    moderator = house.window("amara", width)
    moderator.go("/moderation")
    panel = moderator.page.locator("section.panel", has_text=f"@{name}")
    expect(panel).to_contain_text("Haematology")
    expect(panel).to_contain_text("A colleague told me of your debates.")
    panel.get_by_role("button", name="Let in").click()
    expect(moderator.page.locator(".messages")).to_contain_text(f"@{name} has been let in")
    moderator.close()


def take_first_steps(window: Window, *, look: bool) -> None:
    """At most five, each done rather than skipped."""
    page = window.page
    steps = 0
    window.go("/welcome")
    while "/welcome/" in page.url:
        steps += 1
        here = page.url
        assert not look or window.problems() == []
        if page.locator("[name=text]").count():
            page.fill("[name=text]", "What would you ask first? #TeamHaemDemo")
        for question in page.locator("fieldset.choices:has(input[type=radio])").all():
            question.locator("input").first.check()
        page.locator("main form button[type=submit]").first.click()
        if page.url == here:
            page.locator("main p:last-of-type a").last.click()
        page.wait_for_url(lambda url, here=here: url != here)
    assert 1 <= steps <= MOST_STEPS


def follow_and_read(window: Window) -> None:
    window.go("/@tomasz")
    window.page.locator(".profile").get_by_role("button", name="Follow", exact=True).click()
    expect(window.page.locator(".profile").get_by_role("button", name="Unfollow")).to_be_visible()
    window.go("/home")
    expect(window.page.locator("article.post").first).to_be_visible()


def answer(page: Page, house: House, words: str) -> None:
    """To a post of somebody whom she follows."""
    post = house.ask(
        "SELECT p.id FROM posts_post p JOIN accounts_account a ON a.id = p.account_id WHERE a.username = 'tomasz' "
        "AND p.deleted_at IS NULL AND p.boost_of_id IS NULL AND p.visibility = 0 ORDER BY p.id DESC LIMIT 1"
    )
    page.goto(f"{house.base}/@tomasz/{post}")
    page.locator("article.main").get_by_role("link", name=re.compile("Reply")).click()
    field = page.locator("textarea[name=text]")
    expect(field).to_have_value(re.compile("^@tomasz "))
    field.fill(field.input_value() + words)
    page.locator(".composer button[type=submit]", has_text="Reply").click()
    expect(page.locator("article.main")).to_contain_text(words)


def is_told(house: House, name: str, words: str, width: int) -> None:
    other = house.window("tomasz", width)

    def there() -> bool:
        other.go("/notifications")
        return other.page.locator(".notice", has_text=words).count() > 0

    wait_until(there, 10)
    assert name in other.page.locator(".notice", has_text=words).first.inner_text().lower()
    other.close()


def change_and_remove(page: Page, words: str) -> None:
    mine = page.locator("article.main")
    mine.locator("summary", has_text="More").click()
    mine.get_by_role("link", name="Edit").click()
    page.fill("textarea[name=text]", f"Corrected: {words}")
    page.click("button:text-is('Save')")
    expect(mine).to_contain_text(f"Corrected: {words}")
    mine.locator("summary", has_text="More").click()
    mine.get_by_role("link", name="Delete").click()
    page.click("button:text-is('Delete it')")
    expect(page.locator("main")).not_to_contain_text(f"Corrected: {words}")


def take_data_along(window: Window, folder: Path, words: str) -> None:
    page = window.page
    window.go("/settings")
    page.get_by_role("link", name="Take your data with you").click()
    page.click("button:text-is('Make an archive')")
    download = page.get_by_role("link", name=re.compile("Download"))

    def ready() -> bool:
        page.reload()
        return download.count() > 0

    wait_until(ready, 30)
    with page.expect_download() as arriving:
        download.first.click()
    path = folder / "own.zip"
    arriving.value.save_as(path)
    with ZipFile(path) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".json"))
    assert words in text


@pytest.mark.parametrize("width", WIDTHS)
def test_newcomer_joins_talks_and_takes_her_data_along(house: House, width: int, tmp_path: Path) -> None:
    name, words = f"nora{width}{os.getpid()}", f"Would you repeat the film, asked at {width}?"
    window = house.window("", width)
    page = window.page
    sign_up(house, window, name)
    assert window.problems() == []
    let_in(house, name, width)
    take_first_steps(window, look=True)
    follow_and_read(window)
    page.goto(f"{house.base}/compose")
    page.fill("textarea[name=text]", f"Kept: {words}")
    page.locator(".composer button[type=submit]", has_text="Post").click()
    expect(page.locator("article.post", has_text=f"Kept: {words}").first).to_be_visible()
    answer(page, house, words)
    assert window.problems() == []
    is_told(house, name, words, width)
    change_and_remove(page, words)
    take_data_along(window, tmp_path, f"Kept: {words}")
    assert window.problems() == []
    window.close()


def vote(window: Window, house: House) -> None:
    """In a poll that is open and shows how it stands."""
    page = window.page
    path = house.ask(
        "SELECT '/@' || a.username || '/' || p.id FROM posts_post p JOIN posts_poll l ON l.post_id = p.id "
        "JOIN accounts_account a ON a.id = p.account_id WHERE l.expires_at > datetime('now') AND NOT l.hide_totals "
        "AND p.visibility = 0"
    )
    window.go(path)
    poll = page.locator("article.main form", has=page.locator("input[name=choice], input[name=choices]"))
    poll.locator("input[type=radio], input[type=checkbox]").first.check()
    poll.get_by_role("button", name="Vote").click()
    expect(page.locator("article.main")).to_contain_text("%")


def test_newcomer_needs_no_javascript(house: House) -> None:
    """Reads, signs up, signs in, follows, posts, answers, votes."""
    name, words = f"nora{os.getpid()}", "Which stain would you choose, without scripts?"
    window = house.window("", 375, scripts=False)
    page = window.page
    for path in ("/explore", "/tags/TeamHaemDemo", "/@tomasz"):
        assert window.go(path) == 200
        expect(page.locator("article.post").first).to_be_visible()
    sign_up(house, window, name)
    let_in(house, name, 375)
    take_first_steps(window, look=False)
    follow_and_read(window)
    answer(page, house, words)
    is_told(house, name, words, 375)
    vote(window, house)
    window.close()
