"""What a browser that has never been here is sent for the home page."""

from collections import defaultdict

import pytest
from playwright.sync_api import Page
from tests.e2e.browsing import House

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
MOST = 120_000  # bytes over the wire, headers included, without pictures
PICTURES = {"Image", "Media"}


@pytest.fixture
def page(house: House) -> Page:
    """A member's window, signed in."""
    return house.window("asha", base_url=house.base).page


def load(page: Page, *, afresh: bool) -> dict[str, float]:
    """Bytes that came over the wire for the home page, by kind of file, as Chromium counts them."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if afresh:
        session.send("Network.clearBrowserCache")
    session.send("Network.setBypassServiceWorker", {"bypass": True})
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = defaultdict(float)
    session.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))

    def count(told: dict[str, float | str]) -> None:
        sizes[kinds.get(str(told["requestId"]), "Other")] += float(told["encodedDataLength"])

    session.on("Network.loadingFinished", count)
    page.goto("/home", wait_until="networkidle")
    session.detach()
    return dict(sizes)


def test_first_load_of_home_is_small_and_the_second_brings_the_page_alone(page: Page) -> None:
    first = load(page, afresh=True)
    print({kind: round(size) for kind, size in first.items()})
    assert {"Document", "Stylesheet", "Script"} <= set(first)
    assert sum(size for kind, size in first.items() if kind not in PICTURES) <= MOST
    second = load(page, afresh=False)
    assert second["Document"] > 1000
    assert second.get("Stylesheet", 0) == second.get("Script", 0) == 0
