"""What others post appears as "1 new post" by the stream, without asking; and by asking where there is no stream."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from tests.e2e.browsing import House, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
SOON = 2_000  # ms


def listening(seen: Window, path: str) -> Window:
    """The page with a stream, from which on nobody may ask."""
    seen.go(path)
    seen.page.wait_for_selector("html[data-live]")
    seen.page.wait_for_load_state("networkidle")
    seen.page.route(re.compile("/news"), lambda route: refuse(seen, route))
    return seen


def refuse(seen: Window, route: Route) -> None:
    seen.wrong.append(f"asked: {route.request.url}")
    route.abort()


def write(page: Page, words: str, button: str = "Post") -> None:
    page.fill("textarea[name=text]", words)
    page.click(f".composer button:text-is('{button}')")


def test_posts_of_others_are_told_on_every_timeline(house: House) -> None:
    readers = {
        path: listening(house.window("asha"), path) for path in ("/home", "/local", "/tags/TeamHaemDemo")
    }
    writer = house.window("amara")
    writer.go("/tags/TeamHaemDemo")
    before = {path: seen.page.locator("article.post").count() for path, seen in readers.items()}
    write(writer.page, "A smear that came in tonight")
    for path, seen in readers.items():
        expect(seen.page.locator(".news a"), path).to_have_text("1 new post", timeout=SOON)
        assert seen.page.locator("article.post").count() == before[path]  # nothing jumps
        seen.page.click(".news a")
        expect(seen.page.locator("article.post", has_text="A smear that came").first).to_be_visible()
        seen.close()
    writer.close()


def test_answer_is_told_in_its_thread_and_at_the_bell(house: House) -> None:
    author = house.window("amara")
    author.go("/compose")
    write(author.page, "Which stain would you ask for?")
    author.page.wait_for_selector("article.main")
    path = re.sub(r"^https?://[^/]+|#.*$", "", author.page.url)
    author.close()
    seen, other = listening(house.window("amara"), path), house.window("asha")
    other.go(path)
    write(other.page, "@amara Perls, for iron", "Reply")
    expect(seen.page.locator(".news a")).to_have_text("1 new post", timeout=SOON)
    expect(seen.page.locator(".main-links .count").first).to_contain_text(re.compile(r"[1-9]"), timeout=SOON)
    for each in (seen, other):
        each.close()


def test_signing_out_elsewhere_ends_the_stream(house: House) -> None:
    seen, other = listening(house.window("gwen"), "/local"), house.window("gwen")
    seen.page.unroute_all()
    other.go("/settings")
    other.page.click("button:text-is('Sign out everywhere')")
    expect(seen.page.locator("html[data-live]")).to_have_count(0, timeout=2 * SOON)
    house.states.pop("gwen")
    for each in (seen, other):
        each.context.close()


def test_without_streams_the_page_asks_when_it_is_looked_at_again(house: House) -> None:
    seen = house.window("asha")
    seen.context.route(re.compile("/live$"), lambda route: route.fulfill(json={}))
    seen.go("/local")
    writer = house.window("amara")
    writer.go("/compose")
    write(writer.page, "Told on asking")
    writer.page.wait_for_selector("article.main")
    seen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(seen.page.locator(".news a")).to_have_text("1 new post")
    for each in (seen, writer):
        each.close()
