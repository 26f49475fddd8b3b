"""A file of questions is looked at, taken in and taken back in a browser without scripts; its pages are fit to be read."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from tests.e2e.browsing import House
from tests.e2e.looking import look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
TABLE = "question,A,B,answer\nWhich cell carries oxygen?,Erythrocyte,Platelet,A\nWho knows?,I,You,\n"


def give(page: Page, file: Path) -> None:
    page.set_input_files("[name=file]", file)
    page.fill("[name=title]", "Cells of the blood")
    page.fill("[name=hashtag]", "CellsDemo")
    page.get_by_role("button", name="See what is in it").click()


def test_file_is_looked_at_taken_in_and_taken_back_without_scripts(house: House, tmp_path: Path) -> None:
    file = tmp_path / "cells.csv"
    file.write_text(TABLE)
    window = house.window("hana", scripts=False)
    window.go("/rounds/questions/import")
    give(window.page, file)
    assert "1 question can be taken in. 1 item is left." in window.page.inner_text("main")
    window.page.get_by_role("button", name="Take them in").click()
    assert "1 question was taken in." in window.page.inner_text("main")
    window.page.get_by_role("button", name="Take it back").click()
    assert "The import was taken back." in window.page.inner_text("main")
    window.close()


def test_what_is_said_of_a_file_is_fit_to_be_read(house: House, tmp_path: Path) -> None:
    file = tmp_path / "cells.csv"
    file.write_text(TABLE.replace("oxygen", "carbon dioxide"))
    window = house.window("hana")
    window.go("/rounds/questions/import")
    give(window.page, file)
    assert look(window) == []
    window.page.get_by_role("button", name="Take them in").click()
    assert look(window) == []
    window.close()
