"""The room as a stranger, a learner and a host meet it."""

import re
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.conftest import make_person, step

from openrounds.posts.actions import Author, delete_post
from openrounds.rounds import actions
from openrounds.rounds.models import Commitment, Contribution, Round
from openrounds.rounds.rules import GuessDraft

pytestmark = pytest.mark.django_db


def read(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.content.decode()


def say(who, round, text="A thought"):
    return actions.speak(Author(who), who.pk, round, text)


def path_of(round: Round) -> str:
    return f"/rounds/{round.slug}"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/print",
        "/live",
        "/fresh",
        "/stage",
        ".ics",
        ".zip",
        "/archive",
        "/replay/2",
        "/steps/2/answers",
        "/host",
        "/host/release",
    ],
)
def test_held_back_step_is_on_no_page_of_a_stranger(running, path, bob, browser_for):
    for client in (Client(), browser_for(bob)):
        body = client.get(path_of(running) + path).content.decode()
        assert "Secret of stage 2" not in body
        assert "Stage 3" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/rounds",
        "/rounds.rss",
        "/rounds.ics",
        "/@haemteam/rounds",
        "/@haemteam/rounds.rss",
        "/search?q=secret",
        "/",
    ],
)
def test_held_back_step_is_in_no_list_feed_or_search(running, run_jobs, path):
    run_jobs()
    body = read(Client(), path)
    assert "of stage 2" not in body
    assert "A man with bruises" in body


def test_draft_is_nowhere_but_for_its_hosts(make_case, alice, bob, browser_for):
    round = make_case()
    for client in (Client(), browser_for(bob)):
        read(client, path_of(round), 404)
    read(browser_for(bob), f"{path_of(round)}/host", 404)
    assert "only its hosts see it" in read(browser_for(alice), path_of(round))


def test_stranger_reads_stage_and_debate(running, bob):
    say(bob, running, "Could it be iron?")
    body = read(Client(), path_of(running))
    assert "Secret of stage 1" in body
    assert "Could it be iron?" in body
    assert "Entirely fictional" in body
    assert "CC BY 4.0" in body
    assert "Sign in to take part" in body


def test_before_the_opening_the_hour_is_said_in_both_zones(make_case):
    round = make_case()
    actions.schedule_round(round, None)
    body = read(Client(), path_of(round))
    assert "It has not begun yet" in body
    assert "Europe/London" in body
    assert "Secret" not in body


def test_what_is_typed_comes_back_when_the_hosts_have_paused(running, bob, browser_for):
    client = browser_for(bob)
    actions.pause(running)
    response = client.post(f"{path_of(running)}/say", {"text": "My thought"})
    assert response.status_code == 422
    actions.resume(running)
    response = client.post(f"{path_of(running)}/say", {"text": "My thought"})
    assert response.status_code == 302
    assert "My thought" in read(client, path_of(running))


def test_too_long_a_word_comes_back_beside_its_field(running, bob, browser_for):
    response = browser_for(bob).post(f"{path_of(running)}/say", {"text": "x" * 6000})
    assert response.status_code == 422
    assert "xxxx" in response.content.decode()
    assert Contribution.objects.exclude(way="host").count() == 0


def test_learner_commits_before_the_next_part_opens_to_him(make_case, alice, bob, browser_for):
    round = make_case(commit_first=True)
    actions.release_step(step(round, 1), alice)
    actions.release_step(step(round, 2), alice)
    client = browser_for(bob)
    assert "Secret of stage 2" not in read(client, path_of(round))
    read(client, f"{path_of(round)}/steps/1/answers", 404)
    bad = client.post(f"{path_of(round)}/steps/1/answer", {"guess_1": "Leukaemia", "sure_1": "140"})
    assert bad.status_code == 422
    assert "Leukaemia" in bad.content.decode()
    sent = {"guess_1": "Leukaemia", "sure_1": "60", "guess_2": "ITP"}
    assert client.post(f"{path_of(round)}/steps/1/answer", sent).status_code == 302
    body = read(client, path_of(round))
    assert "Secret of stage 2" in body
    assert "Leukaemia" in body
    assert [g.confidence for g in Commitment.objects.get().guesses.all()] == [60, 50]
    again = client.post(f"{path_of(round)}/steps/1/answer", sent, follow=True)
    assert "You have committed to an answer already" in again.content.decode()
    assert "1 person has committed" in read(client, f"{path_of(round)}/steps/1/answers")


def test_debate_of_a_part_behind_the_gate_is_not_shown(make_case, alice, bob, charlie, browser_for):
    round = make_case(commit_first=True)
    for position in (1, 2):
        actions.release_step(step(round, position), alice)
        round.refresh_from_db()
        say(charlie, round, f"Word of part {position}")
    client = browser_for(bob)
    of_two = Contribution.objects.filter(round=round).latest("post_id").post_id
    for path in ("", "?step=2", "?show=marked", "/fresh", f"/fresh?only={of_two}", "/stage"):
        body = read(client, path_of(round) + path)
        assert "Word of part 2" not in body, path
    assert "Word of part 1" in read(client, path_of(round))


def test_whoever_gives_up_sees_on_and_answers_no_more(make_case, alice, bob, browser_for):
    round = make_case(commit_first=True)
    actions.release_step(step(round, 1), alice)
    actions.release_step(step(round, 2), alice)
    client = browser_for(bob)
    assert client.post(f"{path_of(round)}/steps/1/skip").status_code == 302
    assert "Secret of stage 2" in read(client, path_of(round))
    assert client.post(f"{path_of(round)}/steps/1/answer", {"guess_1": "ITP"}).status_code == 422


def test_one_more_line_keeps_what_was_typed(running, bob, browser_for):
    sent = {"guess_1": "ITP", "guess_2": "", "guess_3": "", "more": "1"}
    body = browser_for(bob).post(f"{path_of(running)}/steps/1/answer", sent).content.decode()
    assert 'name="guess_4"' in body
    assert 'value="ITP"' in body
    assert Commitment.objects.count() == 0


def test_hosts_release_by_a_page_that_asks_and_a_second_press_changes_nothing(
    running, alice, bob, browser_for
):
    client, second = browser_for(alice), step(running, 2)
    assert "Secret of stage 2" in read(client, f"{path_of(running)}/host/release")
    for _ in range(2):
        client.post(f"{path_of(running)}/host/release", {"step": second.pk})
    assert running.steps.filter(released_at__isnull=False).count() == 2
    assert browser_for(bob).post(f"{path_of(running)}/host/release", {"step": 1}).status_code == 404


DEEDS = ["pin", "unpin", "mark", "hide", "unhide"]


def test_host_curates_and_undoes(running, alice, bob, browser_for):
    post, client = say(bob, running, "Buy my book"), browser_for(alice)
    there = f"{path_of(running)}/host/posts/{post.pk}"
    client.post(there, {"do": "mark", "mark": "common_error"})
    client.post(there, {"do": "pin"})
    assert "Common error" in read(Client(), f"{path_of(running)}?show=marked")
    client.post(there, {"do": "hide", "reason": "Advertising"})
    assert "Buy my book" not in read(Client(), path_of(running))
    assert "Buy my book" in read(client, f"{path_of(running)}?show=hidden")
    assert "Buy my book" not in read(Client(), f"{path_of(running)}?show=hidden")
    assert "Advertising" in read(browser_for(bob), path_of(running))
    assert "Advertising" in read(browser_for(bob), f"/@bob/{post.pk}")
    assert "Advertising" not in read(Client(), f"/@bob/{post.pk}")
    client.post(there, {"do": "unhide"})
    assert "Buy my book" in read(Client(), path_of(running))


@pytest.mark.parametrize("deed", DEEDS)
def test_only_hosts_curate(running, bob, charlie, browser_for, deed):
    post = say(bob, running)
    response = browser_for(charlie).post(
        f"{path_of(running)}/host/posts/{post.pk}", {"do": deed, "reason": "x"}
    )
    assert response.status_code == 404
    assert not Contribution.objects.get(post=post).hidden_at


def test_private_question_is_answered_or_published_without_its_asker(running, alice, bob, browser_for):
    learner, host = browser_for(bob), browser_for(alice)
    for text in ("What is a schistocyte?", "Is a film needed?"):
        assert learner.post(f"{path_of(running)}/ask", {"question": text}).status_code == 302
    assert "schistocyte" not in read(Client(), path_of(running))
    desk = read(host, f"{path_of(running)}/host")
    assert "schistocyte" in desk
    first, second = running.asks.order_by("pk")
    host.post(f"{path_of(running)}/host/asks/{first.pk}", {"do": "answer", "text": "A fragment"})
    host.post(f"{path_of(running)}/host/asks/{second.pk}", {"do": "publish", "text": ""})
    assert "A fragment" in read(learner, path_of(running))
    body = read(Client(), path_of(running))
    assert "Is a film needed?" in body
    assert "@bob" not in body


def test_extra_finding_becomes_the_next_part_at_once(running, alice, browser_for):
    sent = {"do": "extra", "title": "Film", "text": "Fragments everywhere"}
    assert browser_for(alice).post(f"{path_of(running)}/host/run", sent).status_code == 302
    assert "Fragments everywhere" in read(Client(), path_of(running))
    assert running.steps.get(position=2).title == "Film"
    assert running.steps.get(position=3).released_at is None


def test_closing_needs_summary_and_reference_or_says_so(running, alice, browser_for):
    client = browser_for(alice)
    refused = client.post(f"{path_of(running)}/host/run", {"do": "close"})
    assert refused.status_code == 422
    assert "Write a summary first" in refused.content.decode()
    client.post(f"{path_of(running)}/host/run", {"do": "summary", "summary": "**Fragments** matter."})
    client.post(f"{path_of(running)}/host/run", {"do": "refer", "source": "10.1111/bjh.19026"})
    assert client.post(f"{path_of(running)}/host/run", {"do": "close"}).status_code == 302
    body = read(Client(), path_of(running))
    assert "<strong>Fragments</strong> matter." in body
    assert "10.1111/bjh.19026" in body


def test_summary_in_plain_words_shows_from_which_age_it_reads(running, alice, browser_for):
    client = browser_for(alice)
    lay = "The small cells that stop a bleed were too few. " * 4
    sent = {"do": "summary", "summary": "TTP.", "lay_text": f"**Bruises.** {lay}"}
    client.post(f"{path_of(running)}/host/run", sent)
    desk = read(client, f"{path_of(running)}/host")
    assert "from about 7 years of age" in desk and "**Bruises.**" in desk
    assert "Bruises." not in read(Client(), path_of(running))
    actions.add_reference(running, "url", "https://example.org/paper")
    actions.close_round(running)
    for page in ("", "/archive", "/print"):
        assert "<strong>Bruises.</strong>" in read(Client(), f"{path_of(running)}{page}")


def test_round_closed_without_summary_is_flagged(running):
    actions.close_round(running, without_summary=True)
    assert "Closed without summary" in read(Client(), path_of(running))


def test_withdrawn_round_is_gone_and_hosts_read_why(running, alice, browser_for):
    client = browser_for(alice)
    assert client.post(f"{path_of(running)}/host/run", {"do": "withdraw", "reason": ""}).status_code == 422
    client.post(f"{path_of(running)}/host/run", {"do": "withdraw", "reason": "Recognisable"})
    assert "Recognisable" in read(client, path_of(running), 410)
    body = read(Client(), path_of(running), 410)
    assert "Recognisable" not in body
    assert "A man with" not in body


def test_replay_shows_each_part_with_its_own_debate_alone(running, alice, bob):
    say(bob, running, "Word of part one")
    actions.release_step(step(running, 2), alice)
    say(bob, running, "Word of part two")
    read(Client(), f"{path_of(running)}/replay/1", 404)
    actions.close_round(running, without_summary=True)
    first = read(Client(), f"{path_of(running)}/replay/1")
    assert "Secret of stage 1" in first
    assert "Word of part one" not in first
    talk = read(Client(), f"{path_of(running)}/replay/1?talk=1")
    assert "Word of part one" in talk
    assert "Word of part two" not in talk
    assert "Secret of stage 2" not in talk
    assert "Word of part two" in read(Client(), f"{path_of(running)}/replay/2?talk=1")
    read(Client(), f"{path_of(running)}/replay/3", 404)


def test_archive_numbers_everything_and_keeps_the_number_of_what_was_deleted(running, bob):
    posts = [say(bob, running, f"Word {n}") for n in (1, 2, 3)]
    delete_post(bob.pk, posts[1].pk)
    actions.close_round(running, without_summary=True)
    body = read(Client(), f"{path_of(running)}/archive")
    assert "Word 1" in body
    assert "Word 2" not in body
    assert "3 ·" in body.replace("\n", " ").replace("  ", "")
    assert "It was deleted" in body


def test_gap_is_shown_where_somebody_deleted_his_words(running, bob):
    post = say(bob, running, "Regretted")
    say(bob, running, "Standing")
    delete_post(bob.pk, post.pk)
    body = read(Client(), path_of(running))
    assert "Regretted" not in body
    assert "A contribution stood here" in body


def test_reply_without_the_hashtag_is_marked_so(running, bob, post_as):
    post_as(bob, "From my phone", in_reply_to_id=step(running, 1).post_id)
    assert "without the hashtag" in read(Client(), path_of(running))


def test_live_answer_is_the_same_until_something_happens(running, bob):
    client = Client()
    first = client.get(f"{path_of(running)}/live")
    tag = {"If-None-Match": first["ETag"]}
    assert client.get(f"{path_of(running)}/live", headers=tag).status_code == 304
    post = say(bob, running)
    fresh = client.get(f"{path_of(running)}/live", headers=tag)
    assert fresh.json()["newest"] == str(post.pk)
    assert "A thought" in read(client, f"{path_of(running)}/fresh?since={first.json()['newest']}")
    assert "A thought" not in read(client, f"{path_of(running)}/fresh?since={post.pk}")


def test_one_contribution_is_read_as_it_is_now(running, alice, bob):
    client, wanted, other = Client(), say(bob, running, "Wanted"), say(bob, running, "Later")
    path = f"{path_of(running)}/fresh?only={wanted.pk}"
    body = read(client, path)
    assert "Wanted" in body
    assert "Later" not in body
    actions.mark(Contribution.objects.get(post=wanted), "key_point")
    assert "Key point" in read(client, path)
    actions.hide(Contribution.objects.get(post=wanted), alice, "Off topic")
    assert "Wanted" not in read(client, path)
    assert "Later" in read(client, f"{path_of(running)}/fresh?only={other.pk}")


def test_stage_alone_has_what_is_out(running, alice, bob, browser_for):
    client = browser_for(bob)
    assert "Secret of stage 2" not in read(client, f"{path_of(running)}/stage")
    actions.release_step(step(running, 2), alice)
    body = read(client, f"{path_of(running)}/stage")
    assert "Secret of stage 2" in body
    assert "<html" not in body


@pytest.mark.parametrize(("reader", "most"), [("stranger", 13), ("member", 25), ("host", 28)])
def test_room_takes_the_same_few_queries_however_long_the_debate(
    running, alice, bob, charlie, browser_for, reader, most
):
    client = {
        "stranger": Client,
        "member": partial(browser_for, charlie),
        "host": partial(browser_for, alice),
    }[reader]()
    say(bob, running)
    read(client, path_of(running))
    few = _queries(client, path_of(running))
    for n in range(40):
        post = say(bob, running, f"Word {n}")
    actions.mark(Contribution.objects.get(post=post), "key_point")
    read(client, path_of(running))  # with the box for whoever comes late
    assert _queries(client, path_of(running)) <= few
    assert few <= most


@pytest.mark.parametrize(("piece", "most"), [("fresh?since=1", 13), ("stage", 12), ("live", 3)])
def test_pieces_of_an_open_room_take_few_queries(running, bob, charlie, browser_for, piece, most):
    client = browser_for(charlie)
    say(bob, running)
    read(client, path_of(running))
    assert _queries(client, f"{path_of(running)}/{piece}") <= most


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        read(client, path)
    return len(seen)


def test_what_comes_while_the_host_looks_can_be_moved_like_the_rest(running, alice, bob, browser_for):
    actions.release_step(step(running, 2), alice)
    post = say(bob, running)
    client = browser_for(alice)
    for path in (path_of(running), f"{path_of(running)}/fresh?since={post.pk - 1}"):
        body = read(client, path)
        assert f'id="move-{post.pk}"' in body
        assert f'action="{path_of(running)}/host/posts/{post.pk}"' in body


def test_pooled_answers_are_shown_from_five_and_to_those_who_answered(running, browser_for):
    people = [make_person(f"learner{n}", role="student") for n in range(5)]
    for person in people[:4]:
        actions.commit(person, step(running, 1), actions.Answer((GuessDraft("ITP", 80),)))
    body = read(browser_for(people[0]), f"{path_of(running)}/steps/1/answers")
    assert "at least five" in body
    actions.commit(people[4], step(running, 1), actions.Answer((GuessDraft("itp", 40),)))
    body = read(browser_for(people[0]), f"{path_of(running)}/steps/1/answers")
    assert "72 % sure on average" in body
    read(Client(), f"{path_of(running)}/steps/1/answers", 404)


def test_own_page_shows_calibration_after_the_close(running, bob, browser_for):
    Round.objects.filter(pk=running.pk).update(diagnoses=["ITP"])
    actions.commit(bob, step(running, 1), actions.Answer((GuessDraft("ITP", 90),)))
    actions.close_round(running, without_summary=True)
    body = read(browser_for(bob), "/rounds/mine")
    assert "80–100 %" in body
    assert re.search(r"\d{4}: <b>0\.01</b>", body)  # 0.1 squared
    assert "ITP" in body
    assert Client().get("/rounds/mine").status_code == 302


def test_hours_are_those_of_the_reader(make_case):
    round = make_case()
    actions.schedule_round(round, None)
    client = Client()
    client.cookies["zone"] = "Asia/Tokyo"
    assert "JST" in read(client, path_of(round))


def test_nonsense_in_addresses_is_no_trouble(running):
    for query in (
        "?step=99",
        "?step=x",
        "?max_id=x",
        "?max_id=999999999999999999999",
        "?show=hidden",
        "?order=x",
    ):
        read(Client(), path_of(running) + query)
    read(Client(), f"{path_of(running)}/fresh?since=-1")
    read(Client(), "/rounds/no-such-round", 404)


def test_diagnoses_are_offered_by_their_beginnings() -> None:
    offered = Client().get("/rounds/diagnoses?q=thrombocyt").json()["found"]
    assert any("hrombocyt" in name for name in offered)
    assert Client().get("/rounds/diagnoses?q=").json() == {"found": []}


def test_words_of_the_host_stand_out_and_are_not_offered_to_be_hidden(running, alice, bob, browser_for):
    mine, his = say(running.host, running, "We think again"), say(bob, running)
    client = browser_for(alice)
    for path in (path_of(running), f"{path_of(running)}/fresh?since={mine.pk - 1}"):
        body = read(client, path)
        assert re.findall(r'class="said hashtag host"\s+data-said="(\d+)"', body) == [str(mine.pk)], path
        assert f'id="why-{his.pk}"' in body
        assert f'id="why-{mine.pk}"' not in body


def test_summary_begins_with_what_was_marked_until_the_hosts_write_their_own(
    running, alice, bob, browser_for
):
    point, error = say(bob, running, "Look at the film"), say(bob, running, "Give *platelets*")
    actions.mark(Contribution.objects.get(post=point), "key_point")
    actions.mark(Contribution.objects.get(post=error), "common_error")
    Round.objects.filter(pk=running.pk).update(diagnoses=["TTP"])
    client, desk = browser_for(alice), f"{path_of(running)}/host"
    begun = (
        "**TTP**\n\n### Key point\n- Look at the film (@bob)\n\n### Common error\n- Give *platelets* (@bob)"
    )
    assert begun in read(client, desk)
    actions.write_summary(running, "Our own words", alice)
    body = read(client, desk)
    assert "Our own words" in body
    assert "Look at the film" not in body
