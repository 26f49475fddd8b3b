"""Pictures of the main pages in both themes and sizes, for `docs/screens/`, and the small ones of the guide.

openrounds demo --port 8123 &
.venv/bin/python tools/screens.py http://localhost:8123 docs/screens
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
    "rounds": "/rounds",
}


def main(base: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for size in SIZES:
            for theme in ("light", "dark"):
                take(browser, base, folder, size, theme)
        illustrate(browser, base)
        browser.close()


def take(browser: Browser, base: str, folder: Path, size: str, theme: str) -> None:
    """All pages in one size and theme: the welcome page as a stranger, the others as a member."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    show(page, f"{base}/", folder / f"welcome-{size}-{theme}.png")
    page.goto(f"{base}/auth/sign_in")
    page.fill("input[name=login]", MEMBER)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/home")
    for name, path in PAGES.items():
        show(page, base + path, folder / f"{name}-{size}-{theme}.png")
    page.goto(f"{base}/tags/TeamHaemDemo")
    thread = page.locator("article.post .when a").last.get_attribute("href")
    show(page, str(thread), folder / f"thread-{size}-{theme}.png")
    context.close()


def illustrate(browser: Browser, base: str) -> None:
    """What the guide shows: a room and the form in which one writes, on a phone."""
    context = browser.new_context(
        viewport={"width": 375, "height": 560}, reduced_motion="reduce", locale="en-GB"
    )
    page = context.new_page()
    page.goto(f"{base}/tags/TeamHaemDemo")
    save(page, "room")
    page.goto(f"{base}/auth/sign_in")
    page.fill("input[name=login]", MEMBER)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/home")
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
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
