"""Reading and writing in a real browser, on a real server with the demo's people: wide, narrow, with JavaScript and without."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.ops.running import Server, serving

from openrounds.ops.demo.script import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = (
    "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
)
FOUND = (
    "r => r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')}`)"
)
WIDTHS = (375, 1280)
OPEN = [
    "/",
    "/explore",
    "/search?q=iron",
    "/about",
    "/tags/TeamHaemDemo",
    "/@amara",
    "/auth/sign_in",
]
OWN = ["/home", "/local", "/explore", "/notifications", "/compose", "/conversations", "/lists", "/bookmarks"]
OWN += ["/favourites", "/search?q=iron", "/tags/TeamHaemDemo", "/@amara?show=replies", "/@amara/followers"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("e2e"), "demo") as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """A browser window, and what went wrong in it: errors, refusals of the policy, requests to other hosts."""

    context: BrowserContext
    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def sign_in(self, name: str) -> None:
        self.go("/auth/sign_in")
        self.page.fill("input[name=login]", f"{name}@demo.example")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url("**/home")


def visit(
    browser: Browser, server: Server, width: int = 1280, *, scripts: bool = True, theme: str = "light"
) -> Visit:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        color_scheme=theme,
        locale="en-GB",
    )
    page, base = context.new_page(), f"http://localhost:{server.port}"
    made = Visit(context, page, base)
    page.on("console", lambda said: made.wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: made.wrong.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((base, "data:")) else made.wrong.append(asked.url),
    )
    return made


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", WIDTHS)
def test_member_reads_writes_answers_edits_and_deletes(
    server: Server, chromium: Browser, width: int, scripts: bool
) -> None:
    seen = visit(chromium, server, width, scripts=scripts)
    page, words = seen.page, f"Ferritin of 8, width {width}, scripts {scripts}"
    seen.sign_in("asha")
    seen.go("/tags/TeamHaemDemo")
    page.fill("textarea[name=text]", words)
    page.click(".composer button:text-is('Post')")
    expect(page.locator("article.post", has_text=words).first).to_contain_text("#TeamHaemDemo")

    mine = page.locator("article.post", has_text=words).first
    mine.get_by_role("button", name="Favourite").click()
    expect(mine.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    mine.get_by_role("link", name="Reply").click()
    page.fill("textarea[name=text]", f"An answer to {words}")
    page.click(".composer button:text-is('Reply')")
    expect(page.locator("article.main")).to_contain_text(f"An answer to {words}")

    page.locator("article.main summary", has_text="More").click()
    page.locator("article.main").get_by_role("link", name="Edit").click()
    page.fill("textarea[name=text]", f"Corrected: An answer to {words}")
    page.click("button:text-is('Save')")
    expect(page.locator("article.main")).to_contain_text("Corrected")
    expect(page.locator("article.main")).to_contain_text("edited")
    page.locator("article.main summary", has_text="More").click()
    page.locator("article.main").get_by_role("link", name="Delete").click()
    page.click("button:text-is('Delete it')")
    expect(page.locator("main")).not_to_contain_text(f"Corrected: An answer to {words}")
    assert seen.wrong == []
    seen.context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_member_follows_and_pages_through_what_is_older(
    server: Server, chromium: Browser, scripts: bool
) -> None:
    seen = visit(chromium, server, 375, scripts=scripts)
    seen.sign_in("gwen")
    seen.go("/@esther")
    follow = seen.page.locator(".profile form")
    if follow.get_by_role("button", name="Unfollow").count():
        follow.get_by_role("button", name="Unfollow").click()
    follow.get_by_role("button", name="Follow", exact=True).click()
    expect(seen.page.locator(".profile form").get_by_role("button", name="Unfollow")).to_be_visible()
    seen.go("/local")
    before = seen.page.locator("article.post").count()
    if scripts:
        seen.page.locator(".pages").scroll_into_view_if_needed()
        expect(seen.page.locator("article.post").nth(before)).to_be_attached()
    else:
        last = seen.page.locator("article.post").last.get_attribute("id")
        seen.page.click("text=Older posts")
        expect(seen.page.locator(f"#{last}")).to_have_count(0)
    assert seen.wrong == []
    seen.context.close()


def test_composer_counts_completes_and_keeps_a_draft(server: Server, chromium: Browser) -> None:
    seen = visit(chromium, server)
    page = seen.page
    seen.sign_in("asha")
    seen.go("/compose")
    page.locator("textarea[name=text]").press_sequentially("See https://example.org/a/long/one @ama")
    expect(page.locator(".counter")).to_have_text("968 left")
    page.locator(".offers li", has_text="@amara").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("textarea[name=text]")).to_have_value("See https://example.org/a/long/one @amara ")
    page.reload()
    expect(page.locator("textarea[name=text]")).to_have_value("See https://example.org/a/long/one @amara ")
    page.fill("textarea[name=text]", "")
    assert seen.wrong == []
    seen.context.close()


def test_picture_is_uploaded_while_writing(server: Server, chromium: Browser, tmp_path: Path) -> None:
    picture = tmp_path / "film.png"
    shot = visit(chromium, server)
    shot.go("/about")
    shot.page.screenshot(path=picture, clip={"x": 0, "y": 0, "width": 200, "height": 120})
    shot.context.close()
    seen = visit(chromium, server)
    page = seen.page
    seen.sign_in("asha")
    seen.go("/compose")
    page.fill("textarea[name=text]", "A film to look at")
    page.locator(".pictures summary").click()
    page.set_input_files("input[type=file]", picture)
    page.locator(".attached textarea").fill("Many small red cells")
    page.click(".composer button:text-is('Post')")
    expect(page.locator("article.main img[alt='Many small red cells']")).to_be_visible()
    page.locator("article.main a[data-viewer]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert seen.wrong == []
    seen.context.close()


def test_keys_move_between_posts_and_are_listed(server: Server, chromium: Browser) -> None:
    seen = visit(chromium, server)
    page = seen.page
    seen.sign_in("asha")
    page.locator("h1").click()
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(page.locator("article.post").nth(place)).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("bookmark")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url("**/explore")
    assert seen.wrong == []
    seen.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_accessible_and_no_wider_than_the_window(
    server: Server, chromium: Browser, width: int, theme: str
) -> None:
    stranger, member = (visit(chromium, server, width, theme=theme) for _ in range(2))
    member.sign_in("asha")
    thread = str(member.page.locator("article.post .when a").first.get_attribute("href"))
    found: dict[str, object] = {}
    for seen, paths in ((stranger, OPEN), (member, [*OWN, thread.removeprefix(member.base)])):
        for path in paths:
            seen.go(path)
            seen.page.evaluate(AXE.read_text())
            problems = seen.page.evaluate(f"async () => ({FOUND})(await {RULES})")
            too_wide = seen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if problems or too_wide > 0:
                found[path] = (problems, too_wide)
        assert seen.wrong == []
        seen.context.close()
    assert found == {}
