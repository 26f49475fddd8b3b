"""One server with the demo's people for all that is looked at in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import StorageState, sync_playwright
from tests.e2e.browsing import House
from tests.ops.running import Server, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("e2e"), "demo") as running:
        yield running


@pytest.fixture(scope="session")
def states() -> dict[str, StorageState]:
    """The cookies of whoever has signed in, by name."""
    return {}


# A browser for each module: Playwright's loop must not run while tests of other modules use Django's database.
@pytest.fixture(scope="module")
def house(server: Server, states: dict[str, StorageState]) -> Iterator[House]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield House(server, chromium, states)
        chromium.close()
