"""A whole case from draft to replay: a host, a learner and a latecomer in browsers, and somebody with toot."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect
from tests.e2e import places
from tests.e2e.browsing import House, Window
from tests.e2e.looking import look, look_at_all, name_of
from tests.ops.running import run, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
HOST, LEARNER, LATECOMER, TOOTER = "imran", "callum", "samir", "kwame"
TEAM, TAG, TITLE = "TeamHaemDemo", f"SpleenCase{os.getpid()}", "The spleen that spoke up"
SOON = 15_000  # ms


@dataclass
class Case:
    """The people of the story, and what axe-core found on their pages."""

    house: House
    folder: Path
    host: Window
    learner: Window
    slug: str = ""
    token: str = ""
    found: dict[str, list[str]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/rounds/{self.slug}"

    def look(self, window: Window) -> None:
        """At the page as it stands, under its name in the URL conf."""
        self.found.setdefault(str(name_of(window.page)), []).extend(look(window))

    def look_at(self, window: Window, paths: dict[str, str]) -> None:
        """At these pages, by their names in the URL conf."""
        problems = look_at_all(window, paths)
        for name in paths:
            self.found.setdefault(name, []).extend(problems.get(name, []))

    def toot(self, *arguments: str) -> Any:
        """What `toot ARGUMENT… --json` prints."""
        host = f"localhost:{self.house.server.port}"
        me = f"{TOOTER}@{host}"
        app = {"base_url": self.house.base, "client_id": "none", "client_secret": "none", "instance": host}
        user = {"access_token": self.token, "instance": host, "username": TOOTER}
        config = self.folder / "toot" / "config.json"
        config.parent.mkdir(exist_ok=True)
        config.write_text(json.dumps({"active_user": me, "apps": {host: app}, "users": {me: user}}))
        done = subprocess.run(
            [Path(sys.executable).parent / "toot", *arguments, "--json"],
            env=os.environ | {"XDG_CONFIG_HOME": str(self.folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def case(house: House, tmp_path: Path) -> Case:
    told = Case(house, tmp_path, house.window(HOST), house.window(LEARNER, 375))
    told.token = run(house.server.data, "token", "create", TOOTER).stdout.strip()
    return told


def film(folder: Path) -> Path:
    image = Image.new("RGB", (640, 480), (244, 225, 230))
    image.paste((180, 60, 80), (200, 150, 260, 210))
    image.save(folder / "film.png")
    return folder / "film.png"


def autosaved(window: Window) -> None:
    expect(window.page.locator(".saving")).to_have_text("Saved.", timeout=SOON)


# ---------------------------------------------------------------------------------------------------------------- writing
def draft(case: Case) -> None:
    """What the round says of itself is saved as it is typed."""
    page = case.host.page
    case.host.go("/rounds/new")
    page.select_option("[name=kind]", "case")
    page.select_option(
        "[name=host]", page.locator("[name=host] option", has_text=TEAM).get_attribute("value")
    )
    page.fill("[name=title]", TITLE)
    page.fill("[name=hashtag]", TAG)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/edit")
    case.slug = page.url.split("/rounds/")[1].removesuffix("/edit")
    expect(page.locator(".missing")).to_contain_text("Choose a specialty")
    for name, value in (("basis", "fictional"), ("level", "student"), ("time_zone", "Europe/London")):
        page.select_option(f"[name={name}]", value)
    page.fill("[name=specialty]", "Haematology")
    page.fill("[name=diagnoses]", "Hereditary spherocytosis")
    page.fill("[name=intro]", "**Entirely fictional.** Read about the spleen first.")
    page.fill(
        "[name=opens_at]", f"{datetime.now(ZoneInfo('Europe/London')) + timedelta(days=2):%Y-%m-%dT%H:%M}"
    )
    autosaved(case.host)
    page.reload()
    expect(page.locator("[name=diagnoses]")).to_have_value("Hereditary spherocytosis")
    expect(page.locator("[name=opens_at]")).to_have_value(re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d"))


def write_steps(case: Case) -> None:
    page = case.host.page
    case.host.go(f"{case.path}/edit/steps/new")
    case.look(case.host)
    page.fill("[name=title]", "Yellow and tired")
    page.fill("[name=text]", "A girl of nine, tired for weeks. **Her eyes are yellow.**")
    page.fill(
        "[name=results]", "Haemoglobin | 84 | g/L | 115-155 | L\nReticulocytes | 412 | ×10⁹/L | 50-100 | H"
    )
    page.fill("[name=questions]", "What do you see?")
    page.set_input_files("[name=new0_file]", film(case.folder))
    page.fill("[name=new0_text]", "Small dense red cells without a pale centre")
    page.fill("[name=new0_kind]", "Blood film")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("img", name="Small dense red cells")).to_be_visible()
    page.fill("[name=announcement]", "A girl of nine, tired and yellow.")
    autosaved(case.host)
    case.look(case.host)
    write_question(case)
    case.host.go(f"{case.path}/edit/steps/new")
    page.fill("[name=title]", "What she has")
    page.fill("[name=text]", "EMA binding is reduced: hereditary spherocytosis.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/edit/steps/\d+$"))


def write_question(case: Case) -> None:
    page = case.host.page
    case.host.go(f"{case.path}/edit/steps/new")
    page.fill("[name=title]", "The next test")
    page.fill("[name=text]", "The direct antiglobulin test is negative.")
    page.fill("[name=question_text]", "Which test now?")
    for number, title in enumerate(("EMA binding", "Bone marrow", "Ferritin")):
        page.fill(f"[name=option{number}_title]", title)
    page.check("[name=option0_right]")
    page.locator(".option").first.locator("summary").click()
    page.fill("[name=option0_why]", "It finds the missing band 3.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"/edit/steps/\d+$"))


def look_at_the_draft(case: Case) -> None:
    """Editor, preview, and what asks before it removes; a learner finds none of it."""
    page = case.host.page
    last = page.url.removeprefix(case.house.base)
    pages = {"round_edit": f"{case.path}/edit", "round_preview": f"{case.path}/preview/2"}
    pages |= {"round_delete": f"{case.path}/edit/delete", "step_remove": f"{last}/remove"}
    case.look_at(case.host, pages)
    case.host.go(f"{case.path}/preview/1")
    expect(page.get_by_role("img", name="Small dense red cells")).to_be_visible()
    assert page.get_by_role("img", name="Small dense red cells").evaluate("image => image.naturalWidth") > 0
    assert case.learner.context.request.get(case.house.base + case.path).status == 404
    edit_at_once(case)
    case.host.go(f"{case.path}/edit")
    page.get_by_role("button", name="Publish with its hours").click()
    expect(page.get_by_role("button", name="Take it back among the drafts")).to_be_visible()
    case.learner.go(case.path)
    expect(case.learner.page.locator("main")).to_contain_text("It has not begun yet")
    case.look(case.learner)


def edit_at_once(case: Case) -> None:
    """Two owners write at the same time: the second is shown what the first has stored, and loses nothing."""
    other = case.house.window("hana")
    other.go(f"{case.path}/edit")
    page = case.host.page
    case.host.go(f"{case.path}/edit")
    page.fill("[name=presentation]", "Jaundice")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages")).to_contain_text("Saved")
    other.page.fill("[name=presentation]", "Anaemia")
    other.page.get_by_role("button", name="Save").click()
    expect(other.page.locator(".conflict")).to_contain_text("Jaundice")
    expect(other.page.locator("[name=presentation]")).to_have_value("Anaemia")
    assert look(other) == []
    other.page.get_by_role("button", name="Save").click()
    expect(other.page.locator(".messages")).to_contain_text("Saved")
    other.wrong = [each for each in other.wrong if "status of 409" not in each]
    other.close()


# --------------------------------------------------------------------------------------------------------------- debating
def release(case: Case) -> None:
    case.host.go(case.path)
    case.host.page.get_by_role("link", name=re.compile("first part|next part")).first.click()
    case.look(case.host)
    case.host.page.get_by_role("button", name="Release it now").click()
    case.host.page.wait_for_url(re.compile(f"{case.path}#step-"))


def announcement(case: Case, position: int) -> str:
    """The id of the post that announced a step, as whoever follows the hashtag finds it."""
    sql = (
        "SELECT CAST(s.post_id AS TEXT) FROM rounds_step s JOIN rounds_round r ON r.id = s.round_id "
        "WHERE r.slug = ? AND s.position = ? AND s.post_id IS NOT NULL"
    )
    return str(case.house.ask(sql, case.slug, position))


def commit(case: Case) -> None:
    page = case.learner.page
    case.learner.go(case.path)
    expect(page.get_by_role("table")).to_contain_text("Reticulocytes")
    page.fill("[name=guess_1]", "Hereditary spherocytosis")
    page.fill("[name=sure_1]", "60")
    page.fill("[name=guess_2]", "Autoimmune haemolysis")
    page.get_by_role("button", name="Commit to this answer").click()
    expect(page.locator("#step-1")).to_contain_text("Hereditary spherocytosis")
    page.fill("#say", "Spherocytes, I think, but are they all of them?")
    page.locator(".reply-box").get_by_role("button", name="Post", exact=True).click()
    expect(said(case.learner, "Spherocytes, I think")).to_contain_text(f"#{TAG}")
    for question in ("Is it painful?", "Was her father ill too?"):
        page.locator("#asks summary").click()
        page.fill("#question", question)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator("main")).to_contain_text(question)


def said(window: Window, words: str) -> Locator:
    return window.page.locator("#talk [data-said]", has_text=words).first


def answer_by_toot(case: Case) -> None:
    """With the hashtag, and in the thread without it; both come into the learner's open room by themselves."""
    case.learner.page.wait_for_selector("html[data-live]")
    case.learner.page.fill("#say", "Not finished yet")
    # Whom one follows is heard at once; direct words of others wait among the requests.
    case.toot("follow", TEAM)
    case.toot("post", f"Check the antiglobulin test first. #{TAG}")
    case.toot("post", "I would repeat the film.", "--reply-to", announcement(case, 1))
    case.toot("post", f"Anyone selling a bicycle? #{TAG}")
    for words in ("Check the antiglobulin", "I would repeat the film", "Anyone selling"):
        expect(said(case.learner, words)).to_be_visible(timeout=SOON)
    expect(said(case.learner, "I would repeat")).to_contain_text("without the hashtag")


def vote_by_toot(case: Case) -> None:
    post = case.house.ask(
        "SELECT CAST(p.post_id AS TEXT) FROM rounds_question q JOIN rounds_step s ON s.id = q.step_id "
        "JOIN rounds_round r ON r.id = s.round_id JOIN posts_poll p ON p.id = q.poll_id WHERE r.slug = ?",
        case.slug,
    )
    poll = case.toot("status", post)["poll"]
    assert [option["title"] for option in poll["options"]] == ["EMA binding", "Bone marrow", "Ferritin"]
    case.toot("polls", "vote", poll["id"], "0")
    assert case.toot("polls", "show", poll["id"])["own_votes"] == [0]


def follow_the_release(case: Case) -> None:
    """The part comes onto the stage of the open room; what the learner was writing stays."""
    page = case.learner.page
    assert "The direct antiglobulin" not in page.content()
    release(case)
    expect(page.locator("#step-2")).to_contain_text("The direct antiglobulin", timeout=SOON)
    expect(page.locator("#say")).to_have_value("Not finished yet")
    page.fill("#say", "")
    page.locator("#step-2").get_by_label("EMA binding").check()
    page.locator("#step-2").get_by_role("button", name="Commit to this answer").click()
    expect(page.locator("#step-2")).to_contain_text("It finds the missing band 3")
    case.look(case.learner)


def curate(case: Case) -> None:
    """Marking reaches the open room; what was hidden leaves it, and its author is told why."""
    page = case.host.page
    case.learner.page.wait_for_selector("html[data-live]")
    case.host.go(case.path)
    case.look(case.host)
    good = said(case.host, "Check the antiglobulin")
    good.locator(".curate summary").click()
    good.get_by_role("link", name="Says the same as").click()
    case.look(case.host)
    case.host.go(case.path)
    good.locator(".curate summary").click()
    good.locator("select[name=mark]").select_option("key_point")
    good.get_by_role("button", name="Mark", exact=True).click()
    expect(said(case.host, "Check the antiglobulin")).to_contain_text("Key point")
    expect(said(case.learner, "Check the antiglobulin")).to_contain_text("Key point", timeout=SOON)
    off = said(case.host, "Anyone selling")
    off.locator(".curate summary").click()
    off.locator("[name=reason]").fill("Off topic")
    off.get_by_role("button", name="Hide", exact=True).click()
    expect(page.locator("#talk")).not_to_contain_text("Anyone selling")
    expect(case.learner.page.locator("#talk")).not_to_contain_text("Anyone selling", timeout=SOON)
    wait_until(lambda: "Off topic" in json.dumps(case.toot("notifications")), 20)


def answer_privately(case: Case) -> None:
    """One question to its asker alone, one to the room without his name."""
    page = case.host.page
    case.host.go(f"{case.path}/host")
    for question, words, button in (
        ("Is it painful?", "No; the spleen may ache.", "Answer the asker alone"),
        ("Was her father ill too?", "Was anybody else in the family ill?", "Put it to the room"),
    ):
        panel = page.locator("#asks .panel", has_text=question)
        panel.locator("textarea").fill(words)
        panel.get_by_role("button", name=button).click()
        expect(page.locator("#asks .panel", has_text=question).locator("form")).to_have_count(
            1 if button.startswith("Answer") else 0
        )
    expect(said(case.learner, "Was anybody else in the family ill?")).to_be_visible(timeout=SOON)
    expect(said(case.learner, "Was anybody else in the family ill?")).not_to_contain_text(LEARNER)
    case.learner.go(case.path)
    expect(case.learner.page.locator("main")).to_contain_text("No; the spleen may ache.")


def close(case: Case) -> None:
    page = case.host.page
    release(case)
    case.host.go(f"{case.path}/host")
    case.look(case.host)
    page.fill("#summary-text", "**Hereditary spherocytosis.** The film shows it, EMA binding proves it.")
    page.get_by_role("button", name="Save the summary").click()
    page.fill("#source", "10.1111/j.1365-2141.2011.08921.x")
    page.get_by_role("button", name="Add the reference").click()
    page.get_by_role("button", name="Close the round").click()
    case.host.go(case.path)
    expect(page.locator("main")).to_contain_text("EMA binding proves it")


# ---------------------------------------------------------------------------------------------------------- looking back
def replay(case: Case) -> None:
    """Step by step: nothing of a later one is there before."""
    late = case.house.window(LATECOMER, 375)
    page = late.page
    late.go("/rounds")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="Replay").first.click()
    expect(page.locator("main")).to_contain_text("Her eyes are yellow")
    assert "EMA binding" not in page.content()
    case.look(late)
    page.get_by_role("button", name="Show what was said").click()
    expect(page.locator("#talk")).to_contain_text("I would repeat the film")
    assert "Anyone selling" not in page.content()
    page.get_by_role("link", name="Next part").click()
    expect(page.locator("main")).to_contain_text("Which test now?")
    page.get_by_role("button", name="Show what was said").click()
    expect(page.locator("main")).to_contain_text("It finds the missing band 3")
    question = case.house.ask(
        "SELECT CAST(q.id AS TEXT) FROM rounds_question q JOIN rounds_step s ON s.id = q.step_id "
        "JOIN rounds_round r ON r.id = s.round_id WHERE r.slug = ?",
        case.slug,
    )
    series = case.house.ask("SELECT slug FROM rounds_series")
    pages = {"round": case.path, "round_archive": f"{case.path}/archive", "round_print": f"{case.path}/print"}
    pages |= {
        "round_pool": f"{case.path}/steps/1/answers",
        "rounds": "/rounds",
        "series": f"/rounds/series/{series}",
    }
    case.look_at(late, pages)
    case.look_at(case.host, {"question_statistics": f"/questions/{question}/statistics"})
    late.close()


def read_without_scripts(case: Case) -> None:
    late = case.house.window("", 375, scripts=False)
    for path in (f"{case.path}/archive", f"{case.path}/print"):
        late.go(path)
        for words in (
            "Her eyes are yellow",
            "Check the antiglobulin",
            "EMA binding proves it",
            "1365-2141.2011",
        ):
            expect(late.page.locator("main")).to_contain_text(words)
        assert "Anyone selling" not in late.page.content()
    late.close()


def test_case_is_written_debated_closed_and_played_again(case: Case) -> None:
    draft(case)
    write_steps(case)
    look_at_the_draft(case)
    release(case)
    expect(case.host.page.locator("#step-1")).to_contain_text("Her eyes are yellow")
    assert TAG in case.toot("status", announcement(case, 1))["content"]
    commit(case)
    answer_by_toot(case)
    follow_the_release(case)
    vote_by_toot(case)
    curate(case)
    answer_privately(case)
    close(case)
    replay(case)
    read_without_scripts(case)
    for window in (case.host, case.learner):
        window.close()
    assert {name: problems for name, problems in case.found.items() if problems} == {}
    assert set(case.found) >= places.PLAYED
