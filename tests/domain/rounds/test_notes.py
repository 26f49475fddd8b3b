"""What hosts tell one person privately is told to nobody else, whomever the words name."""

import pytest

from openrounds.accounts.models import Visibility
from openrounds.posts.models import Mention, Post
from openrounds.rounds import actions
from openrounds.rounds.models import Contribution


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
