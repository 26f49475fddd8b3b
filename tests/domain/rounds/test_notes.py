"""What is told to one person about a round reaches him, whom he follows aside, and nobody else, whomever the words name."""

import pytest
from tests.conftest import make_person, step

from openrounds.accounts.actions import block
from openrounds.accounts.models import Visibility
from openrounds.posts.models import Mention, Post
from openrounds.rounds import actions
from openrounds.rounds.models import Contribution, Round


def _told(name: str) -> list[str]:
    private = Mention.objects.filter(account__username=name, post__visibility=Visibility.DIRECT)
    return list(private.values_list("post__text", flat=True))


@pytest.mark.parametrize("named", ["@charlie", "@@charlie"])
def test_answer_to_a_private_question_calls_nobody_whom_it_names(
    running, bob, charlie, run_jobs, client_of, named
):
    asked = actions.ask(bob, running, f"Was {named} wrong?")
    actions.answer_ask(asked, f"Ask {named} himself")
    run_jobs()
    assert _told("charlie") == []
    [said] = _told("bob")
    assert "charlie" in said
    private = Post.objects.get(visibility=Visibility.DIRECT)
    assert client_of(charlie).get(f"/api/v1/statuses/{private.pk}").status_code == 404


def test_reason_for_taking_a_post_out_calls_nobody_whom_it_names(
    running, alice, bob, charlie, post_as, run_jobs
):
    said = post_as(bob, "Something else #HaemRounds")
    actions.hide(Contribution.objects.get(post=said), alice, "Rude to @charlie")
    run_jobs()
    assert _told("charlie") == []
    assert "Rude to charlie" in _told("bob")[0]


def _heard(client_of, account) -> list[dict]:
    return client_of(account).get("/api/v1/notifications?types[]=mention").json()


def test_hosts_hear_that_a_question_waits_and_neither_what_nor_whose(
    running, alice, bob, charlie, run_jobs, client_of
):
    dora = make_person("dora")
    actions.set_facilitators(running, [dora.pk])
    actions.ask(bob, running, "Is it leukaemia?")
    run_jobs()
    for host in (alice, dora):
        [heard] = _heard(client_of, host)
        assert heard["account"]["username"] == running.host.username
        assert heard["status"]["visibility"] == "direct"
        assert f"/rounds/{running.slug}/host" in heard["status"]["content"]
        for secret in ("leukaemia", "bob", "Bob"):
            assert secret not in heard["status"]["content"]
    assert _heard(client_of, bob) == _heard(client_of, charlie) == []


def test_hosts_hear_once_of_all_that_waits_and_again_when_the_desk_was_empty(
    running, alice, bob, charlie, run_jobs, client_of
):
    first, second = actions.ask(bob, running, "First?"), actions.ask(charlie, running, "Second?")
    run_jobs()
    assert len(_heard(client_of, alice)) == 1
    actions.answer_ask(first, "Yes")
    actions.answer_ask(second, "No")
    actions.ask(bob, running, "Third?")
    run_jobs()
    assert len(_heard(client_of, alice)) == 2


def test_nobody_hears_of_a_question_that_is_answered_already(running, alice, bob, run_jobs, client_of):
    actions.answer_ask(actions.ask(bob, running, "Quick?"), "Yes")
    run_jobs()
    assert _heard(client_of, alice) == []


def test_somebody_who_hosts_by_himself_hears_it_too(make_case, alice, bob, run_jobs, client_of):
    round = make_case()
    Round.objects.filter(pk=round.pk).update(host=alice)
    round.refresh_from_db()
    actions.release_step(step(round, 1), alice)
    round.refresh_from_db()
    actions.ask(bob, round, "Only you?")
    run_jobs()
    [heard] = _heard(client_of, alice)
    assert heard["account"]["username"] == "alice"
    assert "Only you" not in heard["status"]["content"]


def test_who_took_part_hears_from_hosts_he_does_not_follow(
    running, alice, bob, charlie, post_as, run_jobs, client_of
):
    said = post_as(charlie, "Something else #HaemRounds")
    actions.hide(Contribution.objects.get(post=said), alice, "Off topic")
    actions.answer_ask(actions.ask(bob, running, "Why?"), "Because")
    run_jobs()
    for account, words in ((charlie, "Off topic"), (bob, "Because")):
        [heard] = _heard(client_of, account)
        assert words in heard["status"]["content"]
        assert client_of(account).get("/api/v1/notifications/requests").json() == []
        assert words in client_of(account).get("/api/v1/conversations").json()[0]["last_status"]["content"]


def test_whoever_has_blocked_the_host_hears_nothing(running, alice, bob, run_jobs, client_of):
    block(bob.pk, running.host_id)
    actions.answer_ask(actions.ask(bob, running, "Why?"), "Because")
    run_jobs()
    assert _heard(client_of, bob) == []
