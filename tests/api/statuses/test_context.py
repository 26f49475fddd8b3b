"""GET /api/v1/statuses/:id/context"""

import pytest
from tests.conftest import follow

from openrounds.accounts.models import Block, Visibility
from openrounds.core import db
from openrounds.posts.actions import delete_post
from openrounds.posts.models import Post
from openrounds.posts.queries import STRANGERS_DEPTH, STRANGERS_DOWN, STRANGERS_UP


def context(client, post) -> tuple[list[int], list[int]]:
    answer = client.get(f"/api/v1/statuses/{post.pk}/context")
    assert answer.status_code == 200, answer.content
    return tuple([int(s["id"]) for s in answer.json()[part]] for part in ("ancestors", "descendants"))


def answers(author, above, count, *, chained=False) -> list[Post]:
    """Rows of replies, each to `above` or each to the one before."""
    made = []
    for n in range(count):
        parent = made[-1] if chained and made else above
        made.append(
            Post(
                id=db.next_id(),
                account=author,
                visibility=Visibility.PUBLIC,
                text=str(n),
                in_reply_to=parent,
                in_reply_to_account_id=parent.account_id,
                thread=above.thread,
            )
        )
    return Post.objects.bulk_create(made)


@pytest.mark.parametrize("count", [1, 200])
def test_thread_is_read_in_a_fixed_number_of_queries(
    alice, bob, client_of, post_as, count, django_assert_num_queries
):
    root = post_as(alice)
    answers(bob, root, count)
    client = client_of(bob)
    context(client, root)
    with django_assert_num_queries(4):  # the token, the door, the thread, flags
        assert len(context(client, root)[1]) == count


def test_anonymous_reader_gets_a_part_of_a_long_thread_and_members_all(alice, anonymous, client_of, post_as):
    root = post_as(alice)
    chain = answers(alice, root, STRANGERS_UP + STRANGERS_DEPTH + 5, chained=True)
    wide = answers(alice, chain[-1], STRANGERS_DOWN + 5)
    up, down = context(anonymous, chain[-1])
    assert up == [p.pk for p in chain[-STRANGERS_UP - 1 : -1]] and down == [
        p.pk for p in wide[:STRANGERS_DOWN]
    ]
    assert context(anonymous, root)[1] == [p.pk for p in chain[:STRANGERS_DEPTH]]
    up, down = context(client_of(alice), chain[-1])
    assert len(up) == len(chain) and len(down) == len(wide)


def test_thread_goes_on_below_a_post_that_is_gone(alice, bob, anonymous, post_as, run_jobs):
    root = post_as(alice)
    gone = post_as(bob, in_reply_to_id=root.pk)
    below = post_as(alice, in_reply_to_id=gone.pk)
    delete_post(bob.pk, gone.pk)
    run_jobs()
    assert context(anonymous, root) == ([], [below.pk])
    assert context(anonymous, below) == ([root.pk], [])
    assert anonymous.get(f"/api/v1/statuses/{gone.pk}/context").status_code == 404


def test_what_one_may_not_read_is_left_out_with_the_thread_around_it(
    alice, bob, charlie, client_of, anonymous, post_as
):
    follow(bob, alice)
    root = post_as(alice)
    hidden = post_as(alice, visibility=Visibility.FOLLOWERS, in_reply_to_id=root.pk)
    below = post_as(bob, in_reply_to_id=hidden.pk)
    assert context(client_of(bob), root)[1] == [hidden.pk, below.pk]
    for client in (client_of(charlie), anonymous):
        assert context(client, root)[1] == [below.pk]
        assert context(client, below)[0] == [root.pk]


def test_whom_the_reader_blocks_is_left_out(alice, bob, charlie, client_of, post_as):
    root = post_as(alice)
    post_as(charlie, in_reply_to_id=root.pk)
    Block.objects.create(blocker=bob, blocked=charlie)
    assert context(client_of(bob), root) == ([], [])


def test_boosts_are_no_part_of_a_thread(alice, bob, client_of, post_as):
    root = post_as(alice)
    made = client_of(bob).post(f"/api/v1/statuses/{root.pk}/reblog").json()
    reply = post_as(bob, in_reply_to_id=int(made["id"]))
    assert context(client_of(bob), root)[1] == [reply.pk]
    answer = client_of(bob).get(f"/api/v1/statuses/{made['id']}/context")
    assert [s["id"] for s in answer.json()["descendants"]] == [str(reply.pk)]


def test_thread_of_a_boost_is_that_of_what_it_passes_on(alice, bob, client_of, post_as):
    root = post_as(alice)
    below = post_as(bob, "an answer", in_reply_to_id=root.pk)
    client = client_of(bob)
    boost = Post(pk=int(client.post(f"/api/v1/statuses/{below.pk}/reblog").json()["id"]))
    assert context(client, boost) == ([root.pk], [])
    delete_post(bob.pk, below.pk)
    assert client.get(f"/api/v1/statuses/{boost.pk}/context").status_code == 404
