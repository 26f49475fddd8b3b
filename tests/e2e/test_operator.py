"""An operator in Django's administration: finds somebody, suspends, reads the trail, and undoes it."""

import pytest
from playwright.sync_api import expect
from tests.e2e.browsing import House

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_operator_finds_somebody_suspends_and_reads_the_trail(house: House) -> None:
    seen, reader = house.window("hana"), house.window()
    page = seen.page
    seen.go("/settings")
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Accounts").last.click()
    for action, told, status in (
        ("suspend", "1 suspended, and signed out everywhere.", 404),
        ("restore", "1 no longer suspended.", 200),
    ):
        page.fill("#searchbar", "zoe")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("#result_list tbody tr")).to_have_count(1)
        page.locator("#result_list tbody input.action-select").check()
        page.select_option("select[name=action]", action)
        page.get_by_role("button", name="Go").click()
        expect(page.locator(".messagelist")).to_contain_text(told)
        assert reader.go("/@zoe") == status
    page.get_by_role("link", name="What moderators did").click()
    for line, done in enumerate(("lift suspension", "suspend account")):
        expect(page.locator("main tbody tr").nth(line)).to_contain_text(done)
        expect(page.locator("main tbody tr").nth(line)).to_contain_text("@zoe")
    reader.wrong = [each for each in reader.wrong if "status of 404" not in each]
    for window in (seen, reader):
        window.close()
