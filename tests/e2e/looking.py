"""What axe-core and a ruler say of a page in both sizes and themes."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Page
from tests.e2e.browsing import HEIGHT, Window

NARROW, WIDE = ({"width": width, "height": HEIGHT} for width in (375, 1280))


def look(window: Window) -> list[str]:
    """All rules on a wide light page and on a narrow dark one; of the other two, what only colours can spoil."""
    page, found = window.page, []
    for size, theme, only in (
        (WIDE, "light", ""),
        (WIDE, "dark", "color-contrast"),
        (NARROW, "dark", ""),
        (NARROW, "light", "color-contrast"),
    ):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        found += [f"{size['width']} {theme}: {problem}" for problem in window.problems(only=only)]
    return found


def look_at_all(window: Window, paths: Mapping[str, str]) -> dict[str, list[str]]:
    """What is wrong where. A path that leads to another page than is named here is wrong too."""
    found = {}
    for name, path in paths.items():
        status = window.go(path)
        there = name_of(window.page)
        problems = look(window) if (status, there) == (200, name) else [f"{status} {there}"]
        if problems:
            found[name] = problems
    return found


def name_of(page: Page) -> str | None:
    return resolve(urlsplit(page.url).path).url_name
