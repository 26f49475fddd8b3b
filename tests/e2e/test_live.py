"""What others post appears as "1 new post" by the stream, without asking; and by asking where there is no stream."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.e2e.test_pages import Server, Visit, chromium, server, visit

__all__ = ["chromium", "server"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
SOON = 2_000  # ms


def listening(browser: Browser, server: Server, name: str, path: str) -> Visit:
    """A page with a stream, from which on nobody may ask."""
    seen = visit(browser, server)
    seen.sign_in(name)
    seen.go(path)
    seen.page.wait_for_selector("html[data-live]")
    seen.page.wait_for_load_state("networkidle")
    seen.page.route(re.compile("/news"), lambda route: refuse(seen, route))
    return seen


def refuse(seen: Visit, route: Route) -> None:
    seen.wrong.append(f"asked: {route.request.url}")
    route.abort()


def write(page: Page, words: str, button: str = "Post") -> None:
    page.fill("textarea[name=text]", words)
    page.click(f".composer button:text-is('{button}')")


def test_posts_of_others_are_told_on_every_timeline(server: Server, chromium: Browser) -> None:
    readers = {
        path: listening(chromium, server, "asha", path) for path in ("/home", "/local", "/tags/TeamHaemDemo")
    }
    writer = visit(chromium, server)
    writer.sign_in("amara")
    writer.go("/tags/TeamHaemDemo")
    before = {path: seen.page.locator("article.post").count() for path, seen in readers.items()}
    write(writer.page, "A smear that came in tonight")
    for path, seen in readers.items():
        expect(seen.page.locator(".news a"), path).to_have_text("1 new post", timeout=SOON)
        assert seen.page.locator("article.post").count() == before[path]  # nothing jumps
        seen.page.click(".news a")
        expect(seen.page.locator("article.post", has_text="A smear that came").first).to_be_visible()
        assert seen.wrong == []
        seen.context.close()
    writer.context.close()


def test_answer_is_told_in_its_thread_and_at_the_bell(server: Server, chromium: Browser) -> None:
    author = visit(chromium, server)
    author.sign_in("amara")
    author.go("/compose")
    write(author.page, "Which stain would you ask for?")
    path = re.sub(r"^https?://[^/]+|#.*$", "", author.page.url)
    author.context.close()
    seen = listening(chromium, server, "amara", path)
    other = visit(chromium, server)
    other.sign_in("asha")
    other.go(path)
    write(other.page, "@amara Perls, for iron", "Reply")
    expect(seen.page.locator(".news a")).to_have_text("1 new post", timeout=SOON)
    expect(seen.page.locator(".main-links .count").first).to_contain_text(re.compile(r"[1-9]"), timeout=SOON)
    assert seen.wrong == []
    for each in (seen, other):
        each.context.close()


def test_signing_out_elsewhere_ends_the_stream(server: Server, chromium: Browser) -> None:
    seen = listening(chromium, server, "gwen", "/local")
    seen.page.unroute_all()
    other = visit(chromium, server)
    other.sign_in("gwen")
    other.go("/settings")
    other.page.click("button:text-is('Sign out everywhere')")
    expect(seen.page.locator("html[data-live]")).to_have_count(0, timeout=2 * SOON)
    for each in (seen, other):
        each.context.close()


def test_without_streams_the_page_asks_when_it_is_looked_at_again(server: Server, chromium: Browser) -> None:
    seen = visit(chromium, server)
    seen.context.route(re.compile("/live$"), lambda route: route.fulfill(json={}))
    seen.sign_in("asha")
    seen.go("/local")
    writer = visit(chromium, server)
    writer.sign_in("amara")
    writer.go("/compose")
    write(writer.page, "Told on asking")
    seen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(seen.page.locator(".news a")).to_have_text("1 new post")
    for each in (seen, writer):
        each.context.close()
