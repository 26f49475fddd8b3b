"""Home shows once what several passed on, and an answer below what it answers."""

from collections.abc import Callable

import pytest
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member

from openrounds.posts.actions import Author, boost
from openrounds.posts.models import Post
from openrounds.timelines import markers

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]
RunJobs = Callable[[], int]
NAMES = ("ben", "cal", "dot", "eve")


def home(name: str = "ann") -> str:
    page = browser_of(name).get("/home").content.decode()
    return page[page.index('id="feed"') :]


def test_post_that_several_boosted_is_shown_once_with_their_names(post_as: PostAs, run_jobs: RunJobs) -> None:
    ann, author = make_member("ann"), make_member("author")
    friends = [make_member(name) for name in NAMES]
    for friend in friends:
        follow(ann, friend)
    post = post_as(author, "Worth passing on")
    for number, said in ((2, "boosted"), (4, "2 others boosted")):
        for friend in friends[number - 2 : number]:
            boost(Author(friend), post.pk)
        run_jobs()
        page = home()
        assert page.count("Worth passing on") == 1
        assert f">{friends[number - 1].display_name or friends[number - 1].username}</a>" in page
        assert said in page


def test_post_of_somebody_followed_is_not_shown_again_below_its_boost(
    post_as: PostAs, run_jobs: RunJobs
) -> None:
    ann, ben, cal = (make_member(name) for name in ("ann", "ben", "cal"))
    for other in (ben, cal):
        follow(ann, other)
    post = post_as(ben, "Said once")
    boost(Author(cal), post.pk)
    run_jobs()
    assert home().count("Said once") == 1


def test_answers_stand_below_what_they_answer(post_as: PostAs) -> None:
    ann = make_member("ann")
    first = post_as(ann, "Question")
    second = post_as(ann, "Answer", in_reply_to_id=first.pk)
    post_as(ann, "Thanks", in_reply_to_id=second.pk)
    post_as(ann, "Something else")
    page = home()
    places = [page.index(f"<p>{words}</p>") for words in ("Something else", "Question", "Answer", "Thanks")]
    assert places == sorted(places)
    assert page.count(" joined") == 2
    assert "In a thread" not in page


def test_unread_answer_stays_above_the_line_to_what_was_read(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    follow(ann, ben)
    first = post_as(ben, "Question")
    markers.save(ann.pk, {"home": first.pk})
    post_as(ben, "Answer", in_reply_to_id=first.pk)
    page = home()
    assert page.index("<p>Answer</p>") < page.index('class="divider"') < page.index("<p>Question</p>")


def test_line_stands_below_what_is_new_even_where_it_stood_at_a_folded_post(
    post_as: PostAs, run_jobs: RunJobs
) -> None:
    ann, ben, cal = (make_member(name) for name in ("ann", "ben", "cal"))
    for other in (ben, cal):
        follow(ann, other)
    older = post_as(cal, "Older")
    post = post_as(ben, "Boosted later")
    markers.save(ann.pk, {"home": post.pk})
    boost(Author(cal), post.pk)
    run_jobs()
    page = home()
    assert page.index("Boosted later") < page.index('class="divider"') < page.index(older.text)
