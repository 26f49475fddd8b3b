"""One server with the demo's people and one browser for all that is looked at in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright
from tests.e2e.browsing import House
from tests.ops.running import serving


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with serving(tmp_path_factory.mktemp("e2e"), "demo") as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield House(server, chromium)
        chromium.close()
