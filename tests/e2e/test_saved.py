"""A round that was saved as a ZIP is read in a browser from the disk, without a server."""

import io
import json
import urllib.request
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.e2e.browsing import House, Window, watched
from tests.e2e.looking import look

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
FINISHED = (
    "SELECT r.slug FROM rounds_round r JOIN rounds_step s ON s.round_id = r.id "
    "JOIN rounds_steppicture p ON p.step_id = s.id WHERE r.state = 'closed' AND r.kind = 'case' LIMIT 1"
)


@pytest.fixture
def folder(house: House, tmp_path: Path) -> Path:
    """The unpacked ZIP of a finished case of the demo, with pictures and a debate."""
    with urllib.request.urlopen(f"{house.base}/rounds/{house.ask(FINISHED)}.zip", timeout=60) as answer:
        ZipFile(io.BytesIO(answer.read())).extractall(tmp_path)
    return tmp_path


def test_saved_round_opens_from_the_disk_as_it_should(house: House, folder: Path) -> None:
    context = house.browser.new_context(locale="en-GB", reduced_motion="reduce")
    window = watched(Window(context, context.new_page(), folder.as_uri()))
    window.page.on("requestfailed", lambda asked: window.wrong.append(f"failed: {asked.url}"))
    window.go("/index.html")
    told = json.loads((folder / "round.json").read_text())
    assert window.page.title() == told["round"]["title"]
    assert window.page.locator("[id^=c]:is(article, .gap)").count() == len(told["contributions"])
    pictures = window.page.locator("img").all()
    shown = {picture.get_attribute("src") for picture in pictures}
    assert shown == {f"media/{path.name}" for path in (folder / "media").iterdir()} != set()
    for picture in pictures:
        assert picture.get_attribute("alt")
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
    assert window.wrong == []
    assert look(window) == []  # axe asks for the style sheet once more, which the page's own policy refuses
    context.close()
