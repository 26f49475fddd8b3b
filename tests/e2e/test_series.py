"""A series is made, edited and ended in a browser without scripts; its pages are fit to be read."""

import pytest
from tests.e2e.browsing import House
from tests.e2e.looking import look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_series_is_made_kept_and_ended_without_scripts(house: House) -> None:
    window = house.window("hana", scripts=False)
    page = window.page
    window.go("/rounds/mine")
    page.get_by_role("link", name="New series").click()
    page.fill("[name=title]", "Ward chat")
    page.fill("[name=hashtag]", "WardChatDemo")
    page.select_option("[name=time_zone]", "Europe/London")
    page.fill("[name=starts_at]", "2099-03-10T20:00")
    page.get_by_role("button", name="Show the dates first").click()
    assert "Tue 31 Mar 2099, 20:00 BST" in page.inner_text("#dates")
    page.get_by_role("button", name="Make the series").click()
    assert "Every week: Tuesday, 20:00 (Europe/London)" in page.inner_text("main")
    page.get_by_role("link", name="Edit the series").click()
    page.select_option("[name=every]", "nth")
    page.get_by_role("button", name="Save").click()
    assert "Every month: the second Tuesday" in page.inner_text("main")
    page.get_by_role("link", name="End the series").click()
    page.get_by_role("button", name="End the series").click()
    assert "It has ended." in page.inner_text("main")
    window.close()


def test_pages_of_who_keeps_a_series_are_fit_to_be_read(house: House) -> None:
    window = house.window("hana")
    page = window.page
    window.go("/rounds/series/new")
    page.get_by_role("button", name="Make the series").click()
    assert look(window) == []
    window.wrong.clear()  # the browser says that the form was refused, as it should be
    page.fill("[name=title]", "Morning report")
    page.fill("[name=hashtag]", "ReportDemo")
    page.fill("[name=starts_at]", "2099-03-10T08:00")
    page.get_by_role("button", name="Show the dates first").click()
    assert look(window) == []
    page.get_by_role("button", name="Make the series").click()
    assert look(window) == []
    for link in ("Edit the series", "End the series"):
        there = page.url
        page.get_by_role("link", name=link).click()
        assert look(window) == []
        page.goto(there)
    window.close()
