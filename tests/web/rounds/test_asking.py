"""A multiple-choice question is asked in the browser, as a post of its own with pictures."""

import msgspec
import pytest
from django.test import Client
from tests.factories.uploads import part, photo

from openrounds.posts.models import Poll
from openrounds.rounds.models import Question

pytestmark = pytest.mark.django_db
PATH = "/rounds/questions/new"
ASKED = {
    "text": "What is the ring made of?",
    "hashtag": "#HaemRounds",
    "lasts": "86400",
    "licence": "CC-BY-4.0",
    "key": "once",
    "option0_title": "Iron",
    "option0_right": "on",
    "option0_why": "Iron sits around the nucleus",
    "option1_title": "Lead",
}


def asked(client: Client, **more: object) -> tuple[int, str]:
    answer = client.post(PATH, {"author": "alice", **ASKED, **more})
    return answer.status_code, answer.content.decode()


def test_question_becomes_a_poll_whose_key_is_read_after_answering(alice, bob, browser_for):
    client = browser_for(alice)
    assert 'name="option0_title"' in client.get(PATH).content.decode()
    assert asked(client)[0] == 302
    question = Question.objects.get()
    post = question.poll.post
    assert "#HaemRounds" in post.text
    assert [option.title for option in question.poll.options.all()] == ["Iron", "Lead"]
    assert "Iron sits" not in browser_for(bob).get(f"/@alice/{post.pk}").content.decode()
    assert "Iron sits" in client.get(f"/@alice/{post.pk}").content.decode()


def test_second_press_asks_no_second_time(alice, browser_for):
    client = browser_for(alice)
    for _ in range(2):
        assert asked(client)[0] == 302
    assert Poll.objects.count() == Question.objects.count() == 1


def test_picture_stands_beside_the_poll_with_its_words(alice, browser_for):
    film = part(photo())
    client = browser_for(alice)
    status, body = asked(client, picture0_file=film)
    assert status == 422 and "Say what the picture shows." in body
    film.seek(0)
    assert asked(client, picture0_file=film, picture0_alt="Ringed sideroblasts")[0] == 302
    post = Question.objects.get().poll.post
    assert post.has_media and post.has_poll
    assert "Ringed sideroblasts" in Client().get(f"/@alice/{post.pk}").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"option0_right": ""}, "Say which option is right"),
        ({"option1_title": ""}, "A question has 2 to 8 options"),
        ({"option1_right": "on"}, "Only one option can be the best answer"),
        ({"text": ""}, "This field is required"),
        ({"hashtag": "123"}, "A hashtag has letters and digits"),
        ({"lasts": "1"}, "Select a valid choice"),
        ({"author": "bob"}, "Select a valid choice"),
        ({"option0_title": "x" * 101}, "at most 100 characters"),
    ],
    ids=["no key", "one option", "two keys", "no text", "digits", "a second", "somebody else", "long"],
)
def test_what_is_wrong_is_said_and_nothing_is_posted(alice, bob, browser_for, change, said):
    status, body = asked(browser_for(alice), **change)
    assert status == 422
    assert said in body.replace("&#x27;", "'")
    assert "Iron sits around the nucleus" in body
    assert not Question.objects.exists()


def test_strangers_sign_in_first():
    assert Client().get(PATH).status_code == 302


def test_questions_are_counted_where_limits_are_on(alice, browser_for, settings):
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, rate_limits=True)
    film = part(photo())
    assert asked(browser_for(alice), picture0_file=film, picture0_alt="A film")[0] == 302
