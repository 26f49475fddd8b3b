"""Reading and writing in a real browser, on a real server with the demo's people: wide, narrow, with JavaScript and without."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.e2e.browsing import WIDTHS, House
from tests.e2e.places import NEWEST

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", WIDTHS)
def test_member_reads_writes_answers_edits_and_deletes(house: House, width: int, scripts: bool) -> None:
    seen = house.window("asha", width, scripts=scripts)
    page, words = seen.page, f"Ferritin of 8, width {width}, scripts {scripts}"
    seen.go("/tags/TeamHaemDemo")
    page.fill("textarea[name=text]", words)
    page.click(".composer button:text-is('Post')")
    expect(page.locator("article.post", has_text=words).first).to_contain_text("#TeamHaemDemo")

    mine = page.locator("article.post", has_text=words).first
    mine.get_by_role("button", name="Favourite").click()
    expect(mine.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    mine.get_by_role("link", name="Reply").click()
    page.fill("textarea[name=text]", f"An answer to {words}")
    page.click(".composer button:text-is('Reply')")
    expect(page.locator("article.main")).to_contain_text(f"An answer to {words}")

    page.locator("article.main summary", has_text="More").click()
    page.locator("article.main").get_by_role("link", name="Edit").click()
    page.fill("textarea[name=text]", f"Corrected: An answer to {words}")
    page.click("button:text-is('Save')")
    expect(page.locator("article.main")).to_contain_text("Corrected")
    expect(page.locator("article.main")).to_contain_text("edited")
    page.locator("article.main summary", has_text="More").click()
    page.locator("article.main").get_by_role("link", name="Delete").click()
    page.click("button:text-is('Delete it')")
    expect(page.locator("main")).not_to_contain_text(f"Corrected: An answer to {words}")
    seen.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_member_follows_and_pages_through_what_is_older(house: House, scripts: bool) -> None:
    seen = house.window("gwen", 375, scripts=scripts)
    seen.go("/@esther")
    follow = seen.page.locator(".profile form")
    if follow.get_by_role("button", name="Unfollow").count():
        follow.get_by_role("button", name="Unfollow").click()
    follow.get_by_role("button", name="Follow", exact=True).click()
    expect(seen.page.locator(".profile form").get_by_role("button", name="Unfollow")).to_be_visible()
    seen.go("/local")
    before = seen.page.locator("article.post").count()
    if scripts:
        seen.page.locator(".pages").scroll_into_view_if_needed()
        expect(seen.page.locator("article.post").nth(before)).to_be_attached()
    else:
        last = seen.page.locator("article.post").last.get_attribute("id")
        seen.page.click("text=Older posts")
        expect(seen.page.locator(f"#{last}")).to_have_count(0)
    seen.close()


def test_composer_counts_completes_and_keeps_a_draft(house: House) -> None:
    seen = house.window("asha")
    page = seen.page
    seen.go("/compose")
    page.locator("textarea[name=text]").press_sequentially("See https://example.org/a/long/one @ama")
    expect(page.locator(".counter")).to_have_text("968 left")
    page.locator(".offers li", has_text="@amara").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("textarea[name=text]")).to_have_value("See https://example.org/a/long/one @amara ")
    page.reload()
    expect(page.locator("textarea[name=text]")).to_have_value("See https://example.org/a/long/one @amara ")
    page.fill("textarea[name=text]", "")
    seen.close()


def test_draft_outlives_a_crash_and_the_session_until_it_is_sent(house: House, tmp_path: Path) -> None:
    seen = house.window("asha")
    page = seen.page
    seen.go("/compose")
    page.fill("textarea[name=text]", "A thought worth keeping")
    page.locator("summary", has_text="Poll").click()
    page.fill("[name=answer_1]", "Iron")
    page.locator(".pictures summary").click()
    page.set_input_files("input[type=file]", film(house, tmp_path))
    page.locator(".attached textarea").fill("Target cells")
    page = seen.crash()
    seen.go("/compose")
    expect(page.locator("textarea[name=text]")).to_have_value("A thought worth keeping")
    expect(page.locator("[name=answer_1]")).to_have_value("Iron")
    expect(page.locator(".attached textarea")).to_have_value("Target cells")
    page.fill("[name=answer_1]", "")
    page.context.clear_cookies(name="session")
    page.click(".composer button:text-is('Post')")
    expect(page.locator("h1")).to_have_text("You have been signed out")
    assert seen.problems() == []
    assert seen.wrong.pop().endswith("403 (Forbidden)")
    seen.sign_in("asha@demo.example")
    seen.go("/compose")
    expect(page.locator(".attached textarea")).to_have_value("Target cells")
    page.click(".composer button:text-is('Post')")
    expect(page.locator("article.main")).to_contain_text("A thought worth keeping")
    seen.go("/compose")
    expect(page.locator("textarea[name=text]")).to_have_value("")
    seen.close()


def test_draft_of_an_edit_outlives_a_crash_until_it_is_saved_or_left(house: House, tmp_path: Path) -> None:
    seen = house.window("asha")
    page = seen.page
    seen.go("/compose")
    page.fill("textarea[name=text]", "As it was first")
    page.locator(".pictures summary").click()
    page.set_input_files("input[type=file]", film(house, tmp_path))
    page.locator(".attached textarea").fill("Target cells")
    page.click(".composer button:text-is('Post')")
    page.get_by_text("Target cells").or_(page.locator("img[alt='Target cells']")).first.wait_for()
    where = f"/posts/{house.ask(NEWEST, 'asha')}/edit"
    seen.go(where)
    page.fill("textarea[name=text]", "As it should be")
    page.locator(".attached textarea").fill("Spherocytes")
    page = seen.crash()
    seen.go(where)
    expect(page.locator("textarea[name=text]")).to_have_value("As it should be")
    expect(page.locator(".attached textarea")).to_have_value("Spherocytes")
    page.get_by_role("link", name="Leave it as it is").click()
    seen.go(where)
    expect(page.locator("textarea[name=text]")).to_have_value("As it was first")
    page.fill("textarea[name=text]", "As it should be")
    page.locator("[data-remove]").click()
    page = seen.crash()
    seen.go(where)
    expect(page.locator(".attached")).to_have_count(0)
    page.click(".composer button:text-is('Save')")
    expect(page.locator("article.main")).to_contain_text("As it should be")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.includes(':edit:'))") == []
    seen.close()


def film(house: House, folder: Path) -> Path:
    """A picture that may be uploaded."""
    shot = house.window()
    shot.go("/about")
    shot.page.screenshot(path=folder / "film.png", clip={"x": 0, "y": 0, "width": 200, "height": 120})
    shot.close()
    return folder / "film.png"


def test_picture_is_uploaded_while_writing(house: House, tmp_path: Path) -> None:
    picture = film(house, tmp_path)
    seen = house.window("asha")
    page = seen.page
    seen.go("/compose")
    page.fill("textarea[name=text]", "A film to look at")
    page.locator(".pictures summary").click()
    page.set_input_files("input[type=file]", picture)
    page.locator(".attached textarea").fill("Many small red cells")
    page.click(".composer button:text-is('Post')")
    expect(page.locator("article.main img[alt='Many small red cells']")).to_be_visible()
    page.locator("article.main a[data-viewer]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    seen.close()


def test_keys_move_between_posts_and_are_listed(house: House) -> None:
    seen = house.window("asha")
    page = seen.page
    seen.go("/home")
    page.locator("h1").click()
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(page.locator("article.post").nth(place)).to_be_focused()
    star = page.locator("article.post").nth(0).locator("[data-key=f]")
    star.focus()
    for pressed in ("true", "false"):
        page.keyboard.press("Enter")
        expect(star).to_have_attribute("aria-pressed", pressed)
        expect(star).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("bookmark")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url("**/explore")
    seen.close()


def test_keys_are_switched_off_where_the_list_of_them_says(house: House) -> None:
    seen = house.window("asha")
    page = seen.page
    seen.go("/home")
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_role("link").click()
    page.wait_for_url("**/settings/keyboard")
    for wanted, listed in ((False, 0), (True, 1)):
        page.locator("[name=single_keys]").set_checked(wanted)
        page.click("main button[type=submit]")
        expect(page.locator(".messages")).to_be_visible()
        page.wait_for_load_state()  # with the script that listens
        page.locator("h1").click()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_have_count(listed)
        page.keyboard.press("Escape")
    seen.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_refused_poll_is_told_at_the_answer_that_is_missing(house: House, scripts: bool) -> None:
    seen = house.window("asha", 375, scripts=scripts)
    page = seen.page
    seen.go("/compose")
    page.fill("[name=text]", "Which one?")
    page.locator("summary", has_text="Poll").click()
    page.fill("[name=answer_1]", "Iron")
    page.locator(".composer .row button[type=submit]").click()
    missing = page.locator("[name=answer_2]")
    expect(missing).to_be_focused()
    expect(missing).to_have_accessible_description(re.compile("A poll must have 2 to"))
    expect(page.locator("[name=answer_1]")).to_have_value("Iron")
    if scripts:
        assert seen.problems() == []
    seen.wrong = [each for each in seen.wrong if "status of 422" not in each]  # Chromium tells its console
    seen.close()
