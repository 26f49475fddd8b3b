"""The room's reply box, notes to one person, and how questions went."""

from datetime import timedelta

import pytest
from tests.conftest import step

from openrounds.accounts.actions import block
from openrounds.accounts.models import Visibility
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotPermitted, TooManyRequests
from openrounds.core.paging import Paging
from openrounds.posts.actions import Author, delete_post
from openrounds.posts.models import Post
from openrounds.rounds import actions, debate_queries
from openrounds.rounds.models import Contribution, Round
from openrounds.rounds.rules import point_biserial, wait_left
from openrounds.search.queries import find_rounds
from openrounds.search.rules import parse

pytestmark = pytest.mark.django_db
PAGE = Paging(50)


def say(who, round, text="A thought", **more):
    return actions.speak(Author(who), who.pk, round, text, **more)


def test_what_is_said_in_the_room_has_the_hashtag_once_and_answers_the_announcement(running, bob):
    post, other = say(bob, running), say(bob, running, "Mine already #haemrounds")
    assert post.text == "A thought\n\n#HaemRounds"
    assert other.text == "Mine already #haemrounds"
    assert post.in_reply_to_id == step(running, 1).post_id
    assert Contribution.objects.get(post=post).way == "hashtag"


def test_nothing_is_said_while_the_hosts_pause_but_by_themselves(running, alice, bob):
    actions.pause(running)
    running.refresh_from_db()
    with pytest.raises(Invalid, match="paused"):
        say(bob, running)
    assert say(alice, running).pk


def test_in_slow_mode_one_waits_for_his_own_last_word_alone(running, bob, charlie):
    actions.set_slow_mode(running, 60)
    running.refresh_from_db()
    say(bob, running)
    with pytest.raises(TooManyRequests):
        say(bob, running)
    assert say(charlie, running).pk
    Post.objects.filter(account=bob).update(created_at=now() - timedelta(seconds=61))
    assert say(bob, running).pk


def test_waiting_ends_with_the_second():
    present = now()
    assert wait_left(present - timedelta(seconds=59), present, 60) == 1
    assert wait_left(present - timedelta(seconds=60), present, 60) == 0
    assert wait_left(None, present, 60) == 0


def test_author_of_a_hidden_post_is_told_why_once_and_in_private(running, alice, bob, run_jobs):
    post = say(bob, running, "Buy my book")
    hidden = Contribution.objects.get(post=post)
    hidden.round = running
    actions.hide(hidden, alice, "Advertising")
    run_jobs()
    run_jobs()
    [note] = Post.objects.filter(visibility=Visibility.DIRECT)
    assert note.account_id == running.host_id
    assert note.text.startswith("@bob ")
    assert "Advertising" in note.text


def test_asker_gets_the_answer_in_private(running, bob, run_jobs):
    asked = actions.ask(bob, running, "What is a ring sideroblast?")
    actions.answer_ask(asked, "Iron around the nucleus.")
    run_jobs()
    [note] = Post.objects.filter(visibility=Visibility.DIRECT)
    assert "Iron around the nucleus." in note.text


def test_search_finds_what_is_released_and_nothing_else(running: Round, alice, run_jobs):
    run_jobs()
    found = {word: find_rounds(None, parse(word)) for word in ("bruises", "“stage 1”", "“stage 2”")}
    assert found == {"bruises": [running.pk], "“stage 1”": [running.pk], "“stage 2”": []}
    actions.release_step(step(running, 2), alice)
    run_jobs()
    assert find_rounds(None, parse("“secret of stage 2”")) == [running.pk]
    actions.withdraw_round(running, alice, "A mistake")
    run_jobs()
    assert find_rounds(None, parse("bruises")) == []


def test_debate_stops_at_the_step_that_the_reader_has_been_shown(running, alice, bob):
    first = say(bob, running)
    actions.release_step(step(running, 2), alice)
    later = say(bob, running, "Of the second")
    ids = {
        upto: {
            line.id
            for line in debate_queries.read_debate(debate_queries.debate(running.pk, None, upto=upto), PAGE)
        }
        for upto in (1, 2)
    }
    assert first.pk in ids[1]
    assert later.pk not in ids[1]
    assert later.pk in ids[2]


def test_gap_of_a_deleted_post_is_found(running, bob):
    post = say(bob, running)
    delete_post(bob.pk, post.pk)
    assert debate_queries.gaps(running.pk, above=0, below=None) == [post.pk]


def test_discrimination_needs_thirty_and_a_difference():
    knowing = [(True, 0.9)] * 15 + [(False, 0.1)] * 15
    assert point_biserial(knowing) == pytest.approx(1.0)
    assert point_biserial(knowing[:29]) is None
    assert point_biserial([(True, 0.5)] * 40) is None
    assert point_biserial([(False, 0.9)] * 15 + [(True, 0.1)] * 15) == pytest.approx(-1.0)


def test_whom_the_host_has_blocked_neither_asks_nor_speaks_in_the_room(running, bob):
    block(running.host_id, bob.pk)
    with pytest.raises(NotPermitted, match="blocked"):
        actions.ask(bob, running, "Rude words")
    with pytest.raises(NotPermitted, match="blocked"):
        say(bob, running)
