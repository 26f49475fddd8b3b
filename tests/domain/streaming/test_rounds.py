"""The stream of a round: its debate, its releases, what facilitators do."""

from tests.conftest import step
from tests.domain.streaming.conftest import Live

from openrounds.accounts.models import Block
from openrounds.rounds import actions
from openrounds.rounds.models import Contribution


def test_debate_is_streamed_with_replies_that_lack_the_hashtag(
    live: Live, running, alice, bob, charlie, post_as
):
    live.settle()
    listener = live.listen(charlie, "round", round_id=str(running.pk))
    under = post_as(bob, "TTP #HaemRounds")
    inside = post_as(bob, "or HUS", in_reply_to_id=step(running, 1).post_id)
    post_as(bob, "elsewhere")
    live.settle()
    assert [(kind, said["id"]) for kind, said in listener.events] == [
        ("update", str(under.pk)),
        ("update", str(inside.pk)),
    ]


def test_release_is_told_without_what_the_step_says(live: Live, running, alice, charlie):
    live.settle()
    listener = live.listen(charlie, "round", round_id=str(running.pk))
    actions.release_step(step(running, 2), alice)
    live.settle()
    events = dict(listener.events)
    assert events["round.step"]["position"] == 2
    assert "Secret" not in str(events["round.step"])


def test_blocked_author_is_spared_in_the_room(live: Live, running, alice, bob, charlie, post_as):
    Block.objects.create(blocker=charlie, blocked=bob)
    live.settle()
    listener = live.listen(charlie, "round", round_id=str(running.pk))
    post_as(bob, "TTP #HaemRounds")
    live.settle()
    assert "update" not in listener.kinds


def test_marks_and_closing_are_told(live: Live, running, alice, bob, charlie, post_as):
    said = post_as(bob, "TTP #HaemRounds")
    live.settle()
    listener = live.listen(charlie, "round", round_id=str(running.pk))
    actions.mark(Contribution.objects.get(post=said), "key_point")
    actions.close_round(running, without_summary=True)
    live.settle()
    assert listener.kinds == ["round.contribution", "round.changed"]
