"""Conversations as direct posts come and go."""

from tests.conftest import follow

from openrounds.accounts import actions as accounts
from openrounds.accounts.models import Account, Visibility
from openrounds.jobs.models import Happening
from openrounds.posts import actions as posts
from openrounds.posts.facts import PostCreated
from openrounds.timelines import notification_jobs as jobs
from openrounds.timelines.models import Conversation

DIRECT = Visibility.DIRECT


def of(account: Account) -> list[tuple[int | None, list[int], bool]]:
    """Last post, participants and whether it is unread, newest first."""
    rows = Conversation.objects.filter(account=account).order_by("-last_post")
    return list(rows.values_list("last_post_id", "participants", "unread"))


def test_direct_post_is_a_conversation_of_both_and_nobody_else(alice, bob, charlie, post_as):
    follow(bob, alice)
    post = post_as(alice, "@bob hello", visibility=DIRECT)
    assert of(alice) == [(post.pk, [bob.pk], False)]
    assert of(bob) == [(post.pk, [alice.pk], True)]
    assert of(charlie) == []


def test_answer_moves_the_conversation_on_and_twice_is_as_good_as_once(alice, bob, post_as):
    follow(bob, alice)
    first = post_as(alice, "@bob hello", visibility=DIRECT)
    answer = post_as(bob, "@alice hello", visibility=DIRECT, in_reply_to_id=first.pk)
    Conversation.objects.update(unread=False)
    facts = Happening.objects.filter(kind="ConversationChanged").count()
    for post in (answer, first):
        jobs.announce_post(PostCreated(post.pk, post.account_id))
    assert of(alice) == [(answer.pk, [bob.pk], False)]
    assert of(bob) == [(answer.pk, [alice.pk], False)]
    assert Happening.objects.filter(kind="ConversationChanged").count() == facts == 4


def test_two_people_in_one_thread_are_two_conversations(alice, bob, charlie, post_as):
    follow(bob, alice)
    follow(charlie, alice)
    public = post_as(alice, "A case")
    to_bob = post_as(alice, "@bob a hint", visibility=DIRECT, in_reply_to_id=public.pk)
    to_charlie = post_as(alice, "@charlie a hint", visibility=DIRECT, in_reply_to_id=public.pk)
    assert [last for last, _, _ in of(alice)] == [to_charlie.pk, to_bob.pk]
    assert [last for last, _, _ in of(bob)] == [to_bob.pk]


def test_held_back_post_is_no_conversation_yet(alice, bob, post_as):
    post_as(alice, "@bob hello", visibility=DIRECT)
    assert of(bob) == []
    assert len(of(alice)) == 1


def test_deleting_the_last_post_brings_back_the_one_before(alice, bob, charlie, post_as):
    follow(bob, alice)
    first = post_as(alice, "@bob hello", visibility=DIRECT)
    post_as(alice, "@bob @charlie hello", visibility=DIRECT, in_reply_to_id=first.pk)
    last = post_as(alice, "@bob again", visibility=DIRECT, in_reply_to_id=first.pk)
    posts.delete_post(alice.pk, last.pk)
    assert (first.pk, [alice.pk], True) in of(bob)
    posts.delete_post(alice.pk, first.pk)
    assert [participants for _, participants, _ in of(bob)] == [sorted([alice.pk, charlie.pk])]


def test_blocking_takes_the_conversation_off_the_blockers_list(alice, bob, post_as):
    follow(bob, alice)
    post_as(alice, "@bob hello", visibility=DIRECT)
    accounts.block(bob.pk, alice.pk)
    assert of(bob) == []
    assert len(of(alice)) == 1
