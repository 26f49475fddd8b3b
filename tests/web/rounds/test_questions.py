"""Multiple-choice questions as posts: nobody reads the key before his own answer; the author reads how it went."""

import pytest
from django.test import Client
from tests.conftest import make_person

from openrounds.posts.actions import Author, vote
from openrounds.rounds import actions
from openrounds.rounds.drafts import OptionDraft, QuestionDraft
from openrounds.rounds.models import Question

pytestmark = pytest.mark.django_db
WHY = "Iron sits around the nucleus"


@pytest.fixture
def question(alice) -> Question:
    options = [
        OptionDraft(title="Iron", right=True, explanation=WHY, reference="10.1111/bjh.19026"),
        OptionDraft(title="Lead", explanation="Stippling instead"),
    ]
    return actions.ask_question(
        Author(alice), QuestionDraft(text="What is the ring made of?", options=options)
    )


def page_of(question: Question) -> str:
    return f"/@alice/{question.poll.post_id}"


def test_key_is_on_no_page_before_ones_own_answer(question, bob, charlie, browser_for, run_jobs):
    run_jobs()
    vote(charlie.pk, question.poll_id, [0])
    for client in (Client(), browser_for(bob)):
        for path in (page_of(question), "/@alice", "/@alice.rss", "/explore"):
            assert WHY not in client.get(path).content.decode(), path
    body = browser_for(charlie).get(page_of(question)).content.decode()
    assert WHY in body
    assert "your answer" in body


def test_author_reads_how_it_went_and_others_find_no_such_page(question, alice, bob, browser_for):
    path = f"/questions/{question.pk}/statistics"
    for n in range(6):
        vote(make_person(f"voter{n}", role="student" if n < 5 else "nurse").pk, question.poll_id, [n % 2])
    body = browser_for(alice).get(path).content.decode()
    assert "50 %" in body
    assert "Student (5)" not in body  # beside all six they would tell what the only nurse has chosen
    for n in range(6, 10):
        vote(make_person(f"voter{n}", role="nurse").pk, question.poll_id, [n % 2])
    body = browser_for(alice).get(path).content.decode()
    assert "Student (5)" in body
    assert "Nurse (5)" in body
    assert "not shown" in body
    assert browser_for(bob).get(path).status_code == 404
    assert Client().get(path).status_code == 302
