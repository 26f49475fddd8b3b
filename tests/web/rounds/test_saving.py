"""The archive as a ZIP: what it holds, and for whom."""

import io
import json
import re
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from django.test import Client
from tests.factories.uploads import part, photo

from openrounds.accounts.actions import block
from openrounds.api.rates import SPECIAL
from openrounds.core.limits import Limit
from openrounds.media import actions as media
from openrounds.posts.actions import Author, delete_post
from openrounds.rounds import actions
from openrounds.rounds.drafts import OptionDraft, PictureDraft, QuestionDraft, RoundDraft, StepDraft
from openrounds.rounds.models import Contribution, Round
from openrounds.web import saving

pytestmark = pytest.mark.django_db
NUMBERS = re.compile(r'<p class="said-of">\s*<span class="quiet">(\d+)</span>|<p class="gap">\s*(\d+) ·')


def say(who: Any, round: Round, text: str, **more: Any) -> Any:
    return actions.speak(Author(who), who.pk, round, text, **more)


def saved(round: Round, client: Client | None = None) -> ZipFile:
    answer = (client or Client()).get(f"/rounds/{round.slug}.zip")
    assert answer.status_code == 200
    assert f'"{round.slug}.zip"' in answer["Content-Disposition"]
    return ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def plain(archive: ZipFile) -> Any:
    return json.loads(archive.read("round.json"))


@pytest.fixture
def debated(running: Round, alice: Any, bob: Any, charlie: Any, post_as: Any) -> Round:
    """A closed case: six contributions beside the announcement, one of them deleted and one hidden."""
    posts = [say(who, running, f"Word {n} <b>") for n, who in enumerate([bob, charlie, bob, charlie, bob], 1)]
    delete_post(charlie.pk, posts[1].pk)
    actions.hide(Contribution.objects.get(post=posts[2]), alice, "Off topic")
    actions.mark(Contribution.objects.get(post=posts[3]), "key_point")
    film = media.upload(bob.pk, part(photo()), description="A blood film", now=True)
    post_as(bob, "Look #HaemRounds", media_ids=(film.pk,))
    actions.add_reference(running, "doi", "10.1136/bmj.i1327")
    actions.write_summary(running, "It was **scurvy**.", alice)
    return actions.close_round(running)


def test_order_and_count_are_the_archives(debated: Round) -> None:
    page = Client().get(f"/rounds/{debated.slug}/archive").content.decode()
    listed = [int(a or b) for a, b in NUMBERS.findall(page)]
    archive = saved(debated)
    contributions = plain(archive)["contributions"]
    assert listed == [1, 2, 3, 4, 5, 6, 7]
    assert [each["number"] for each in contributions] == listed
    assert [int(n) for n in re.findall(r'id="c(\d+)"', archive.read("index.html").decode())] == listed
    standing = [each for each in contributions if each["post"]]
    assert len(standing) == 5
    assert "5 contributions" in page


def test_what_is_gone_is_a_numbered_gap(debated: Round) -> None:
    archive = saved(debated)
    gaps = {each["number"]: each["gap"] for each in plain(archive)["contributions"] if not each["post"]}
    assert gaps == {3: "deleted", 4: "hidden"}
    for name in archive.namelist():
        assert b"Word 2" not in archive.read(name)
        assert b"Word 3" not in archive.read(name)
        assert b"Off topic" not in archive.read(name)


def test_json_says_what_was_said_marked_and_learned(debated: Round) -> None:
    told = plain(saved(debated))
    key = next(each for each in told["contributions"] if each["mark"])
    assert (key["number"], key["mark"], key["post"]["author"]["handle"]) == (5, "key_point", "charlie")
    assert "Word 4 &lt;b&gt;" in key["post"]["content"]
    assert told["round"]["references"][0]["value"] == "10.1136/bmj.i1327"
    assert "<strong>scurvy</strong>" in told["round"]["summary"]
    assert told["licence"]["code"] == "CC-BY-4.0"
    assert told["format"] == saving.FORMAT
    assert [step["title"] for step in told["steps"]] == ["Stage 1"]


def test_pictures_lie_beside_the_page_with_their_descriptions(debated: Round) -> None:
    archive = saved(debated)
    (name,) = [name for name in archive.namelist() if name.startswith("media/")]
    assert archive.read(name)[:2] == b"\xff\xd8"
    page = archive.read("index.html").decode()
    assert re.search(rf'<img src="{name}"\s+alt="A blood film">', page)
    assert plain(archive)["contributions"][-1]["post"]["files"][0]["file"] == name


def test_picture_without_room_is_a_link(debated: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST_PICTURE_BYTES", 10)
    archive = saved(debated)
    assert not [name for name in archive.namelist() if name.startswith("media/")]
    assert plain(archive)["contributions"][-1]["post"]["files"][0]["file"] is None
    assert "A file, on the server" in archive.read("index.html").decode()


def test_page_asks_nobody_for_anything(debated: Round) -> None:
    page = saved(debated).read("index.html").decode()
    assert "<script" not in page
    assert "<svg" not in page
    for address in re.findall(r'(?:src|srcset|poster)="([^"]*)"', page):
        assert address.startswith("media/")
    assert re.findall(r'<link[^>]*href="([^"]*)"', page) == ["style.css"]
    assert 'href="/' not in page


def test_step_is_saved_whole_and_without_what_its_reader_answered(
    make_case: Any, alice: Any, bob: Any, browser_for: Any
) -> None:
    round = make_case(steps=1)
    step = round.steps.get()
    step.round = round
    film = media.upload(alice.pk, part(photo()), now=True)
    options = [OptionDraft(title="Iron", explanation="No"), OptionDraft(title="Scurvy", right=True)]
    written = StepDraft(
        pictures=[PictureDraft(media=film.pk, kind="Blood film", description="Helmet cells")],
        question=QuestionDraft(text="Which?", options=options),
    )
    actions.edit_step(step, written, None, editor_id=alice.pk)
    actions.release_step(step, alice)
    step.refresh_from_db()
    actions.commit(bob, step, actions.Answer((), (0,)))
    actions.close_round(round, without_summary=True)
    archive = saved(round, browser_for(bob))
    told = plain(archive)["steps"][0]
    assert told["question"]["own_choices"] is None
    assert told["committed"] is False
    assert [option["right"] for option in told["question"]["options"]] == [False, True]
    assert told["pictures"][0]["media"]["url"] in archive.namelist()
    assert "Helmet cells" in archive.read("index.html").decode()


def test_each_reader_saves_what_he_may_read_and_nothing_of_his_own(
    debated: Round, alice: Any, bob: Any, charlie: Any, browser_for: Any
) -> None:
    block(charlie.pk, bob.pk)
    theirs = plain(saved(debated, browser_for(bob)))
    assert {each["number"]: each["gap"] for each in theirs["contributions"] if each["gap"]} == {
        3: "deleted",
        4: "hidden",
        5: "unseen",
    }
    hosts = plain(saved(debated, browser_for(alice)))
    assert hosts["round"]["hosting"] is False
    assert hosts["round"]["source"] is None
    assert "bookmarked" not in json.dumps(hosts)


def test_round_that_is_not_over_or_withdrawn_has_none(running: Round, alice: Any, browser_for: Any) -> None:
    path = f"/rounds/{running.slug}.zip"
    assert Client().get(path).status_code == 404
    actions.close_round(running, without_summary=True)
    assert path in Client().get(f"/rounds/{running.slug}/archive").content.decode()
    actions.withdraw_round(running, alice, "Recognised")
    for client, archive in ((Client(), 410), (browser_for(alice), 404)):
        assert client.get(path).status_code == archive
        assert client.get(f"/rounds/{running.slug}/archive").status_code == archive


def test_it_is_counted_how_often_one_asks(debated: Round, settings: Any, monkeypatch: Any) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, rate_limits=True)
    monkeypatch.setitem(SPECIAL, "archive", Limit("few_archives", 1, 300))
    saved(debated)
    assert Client().get(f"/rounds/{debated.slug}.zip").status_code == 429


def test_long_debate_is_written_piece_by_piece(debated: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = plain(saved(debated))["contributions"]
    monkeypatch.setattr(saving, "AT_A_TIME", 2)
    assert plain(saved(debated))["contributions"] == whole


def test_links_of_the_hosts_lead_to_the_server(make_case: Any, alice: Any) -> None:
    round = make_case(steps=1)
    actions.edit_round(round, RoundDraft(intro="Read [the rules](/about)."), None)
    round.refresh_from_db()
    step = round.steps.get()
    step.round = round
    actions.release_step(step, alice)
    round.refresh_from_db()
    actions.close_round(round, without_summary=True)
    assert 'href="http://testserver/about"' in saved(round).read("index.html").decode()
