"""Pictures of the main pages in both themes and sizes, for `docs/screens/`, and the small ones of the guide.

openrounds demo --port 8123 &
.venv/bin/python tools/screens.py http://localhost:8123 docs/screens [rounds]

With `rounds` only the pages of rounds are taken.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

MEMBER, PASSWORD = "asha@demo.example", "rounds-4417-demo"
GUIDE = Path(__file__).parents[1] / "src/openrounds/web/static/openrounds/guide"
SIZES = {"phone": (375, 812), "desk": (1280, 900)}
PAGES = {
    "home": "/home",
    "explore": "/explore",
    "hashtag": "/tags/TeamHaemDemo",
    "profile": "/@amara",
    "news": "/notifications",
    "compose": "/compose",
    "search": "/search?q=iron",
    "local": "/local",
}
# Rounds of the demo, at each stage of their life.
ROUNDS = {
    "rounds": "/rounds",
    "round-room": "/rounds/case-14-muddled-since-breakfast",
    "round-waiting": "/rounds/day-five-of-a-cold-that-was-not-a-cold",
    "round-replay": "/rounds/a-slow-pulse-in-a-hot-week/replay/2?talk=1",
}
# What their host sees.
HOST = "elin@demo.example"
EDITOR = {
    "round-editor": "/rounds/day-five-of-a-cold-that-was-not-a-cold/edit",
    "round-preview": "/rounds/day-five-of-a-cold-that-was-not-a-cold/preview/2",
}


def main(base: str, folder: Path, *, only_rounds: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for size in SIZES:
            for theme in ("light", "dark"):
                take_rounds(browser, base, folder, size, theme)
                if not only_rounds:
                    take(browser, base, folder, size, theme)
        if not only_rounds:
            illustrate(browser, base)
        browser.close()


def take(browser: Browser, base: str, folder: Path, size: str, theme: str) -> None:
    """All pages in one size and theme: the welcome page as a stranger, the others as a member."""
    page = window(browser, size, theme)
    show(page, f"{base}/", folder / f"welcome-{size}-{theme}.png")
    sign_in(page, base, MEMBER)
    for name, path in PAGES.items():
        show(page, base + path, folder / f"{name}-{size}-{theme}.png")
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": 2 * height})  # or one would see the case and no debate
    show(page, debate(page, base), folder / f"thread-{size}-{theme}.png")
    page.context.close()


def debate(page: Page, base: str) -> str:
    """The post under the demo's hashtag that opened the longest debate: its address."""
    posts = page.request.get(f"{base}/api/v1/timelines/tag/TeamHaemDemo?limit=40").json()
    return str(max(posts, key=lambda post: post["replies_count"])["url"])


def take_rounds(browser: Browser, base: str, folder: Path, size: str, theme: str) -> None:
    """As a learner, and what their host writes in."""
    for person, paths in ((MEMBER, ROUNDS), (HOST, EDITOR)):
        page = window(browser, size, theme)
        sign_in(page, base, person)
        for name, path in paths.items():
            show(page, base + path, folder / f"{name}-{size}-{theme}.png")
        page.context.close()


def window(browser: Browser, size: str, theme: str) -> Page:
    width, height = SIZES[size]
    viewport = {"width": width, "height": height}
    context = browser.new_context(
        viewport=viewport, color_scheme=theme, reduced_motion="reduce", locale="en-GB"
    )
    return context.new_page()


def sign_in(page: Page, base: str, person: str) -> None:
    page.goto(f"{base}/auth/sign_in")
    page.fill("input[name=login]", person)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/home")


def illustrate(browser: Browser, base: str) -> None:
    """What the guide shows: a room and the form in which one writes, on a phone."""
    context = browser.new_context(
        viewport={"width": 375, "height": 560}, reduced_motion="reduce", locale="en-GB"
    )
    page = context.new_page()
    page.goto(f"{base}/tags/TeamHaemDemo")
    save(page, "room")
    sign_in(page, base, MEMBER)
    page.goto(f"{base}/compose")
    page.fill("textarea[name=text]", "Which stain would you ask for? #TeamHaemDemo")
    save(page, "write")
    page.fill("textarea[name=text]", "")
    context.close()


def save(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    GUIDE.mkdir(parents=True, exist_ok=True)
    picture.save(GUIDE / f"{name}.webp", quality=70, method=6)


def show(page: Page, address: str, file: Path) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]), only_rounds="rounds" in sys.argv[3:])
