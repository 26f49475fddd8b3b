"""Pages that anybody may read."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import now
from openrounds.moderation.models import Rule
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


def read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_start_page_says_how_to_come_in_and_shows_the_latest(alice: Account, post_as: PostAs) -> None:
    post_as(alice, "Wedge in the lobe")
    page = read("/")
    assert "testserver" in page
    assert "Wedge in the lobe" in page


def test_about_page_shows_the_rules() -> None:
    Rule.objects.create(text="No patient identifiers", hint="Not even <b>half</b> of one")
    page = read("/about")
    assert "No patient identifiers" in page
    assert "&lt;b&gt;half" in page


def test_profile_shows_who_it_is_and_what_is_public(alice: Account, post_as: PostAs) -> None:
    Account.objects.update(role="nurse", specialty="Intensive care", display_name="Alice <script>")
    post_as(alice, "Public words")
    post_as(alice, "Secret words", visibility=Visibility.FOLLOWERS)
    page = read("/@ALICE")
    assert "Nurse" in page
    assert "Intensive care" in page
    assert "Public words" in page
    assert "Secret words" not in page
    assert "<script>" not in page


def test_post_is_shown_in_its_thread(alice: Account, bob: Account, post_as: PostAs) -> None:
    question = post_as(alice, "The question")
    answer = post_as(bob, "The answer", in_reply_to_id=question.pk)
    page = read(f"/@bob/{answer.pk}")
    assert page.rindex("The question") < page.rindex("The answer")
    assert "The answer" in read(f"/@alice/{question.pk}")


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_stranger_cannot_open_what_is_not_for_him(
    alice: Account, post_as: PostAs, visibility: Visibility
) -> None:
    post = post_as(alice, "Secret words", visibility=visibility)
    make_member("charlie2")
    for browser in (Client(), browser_of("charlie2")):
        response = browser.get(f"/@alice/{post.pk}")
        missing = browser.get("/@alice/1234567")
        assert (response.status_code, missing.status_code) == (404, 404)
        assert "Secret words" not in response.content.decode()


def test_follower_opens_what_is_for_followers(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    follow(bob, alice)
    post = post_as(alice, "For those who follow", visibility=Visibility.FOLLOWERS)
    assert "For those who follow" in browser_of("ben").get(f"/@ann/{post.pk}").content.decode()


def test_post_under_another_name_is_not_there(alice: Account, bob: Account, post_as: PostAs) -> None:
    post = post_as(alice, "Mine")
    assert Client().get(f"/@bob/{post.pk}").status_code == 404


@pytest.mark.parametrize("path", ["/@nobody", "/@alice/0", f"/@alice/{10**30}", "/nothing", "/@alice/x"])
def test_what_is_not_there_is_a_page_that_says_so(alice: Account, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    assert "nothing here" in response.content.decode()


def test_suspended_account_is_not_there(alice: Account, post_as: PostAs) -> None:
    post = post_as(alice, "Before")
    Account.objects.update(suspended_at=now())
    for path in ("/@alice", f"/@alice/{post.pk}"):
        assert Client().get(path).status_code == 404
    assert "Before" not in read("/")


def test_boost_leads_to_what_it_passes_on(alice: Account, bob: Account, post_as: PostAs) -> None:
    post = post_as(alice, "Worth passing on")
    boost = Post.objects.create(account=bob, boost_of=post, visibility=Visibility.PUBLIC)
    assert Client().get(f"/@bob/{boost.pk}")["Location"] == f"/@alice/{post.pk}"


def test_hashtag_page_shows_what_is_under_it(alice: Account, post_as: PostAs) -> None:
    post_as(alice, "A case #ChestCase")
    assert "A case" in read("/tags/chestcase")
    assert "Nothing yet" in read("/tags/other")


def test_older_posts_are_a_link_away(alice: Account, post_as: PostAs) -> None:
    for number in range(21):
        post_as(alice, f"Post number {number};")
    page = read("/@alice")
    assert "Post number 0;" not in page
    older = page.partition('href="?max_id=')[2].partition('"')[0]
    assert "Post number 0;" in read(f"/@alice?max_id={older}")


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 40, "", "٣"])
def test_nonsense_cursor_is_passed_over(alice: Account, post_as: PostAs, cursor: str) -> None:
    post_as(alice, "Still here")
    assert "Still here" in read(f"/?max_id={cursor}")


@pytest.mark.parametrize("name", ["avatars/missing.png", "headers/missing.png", "pages.css", "icon.svg"])
def test_files_of_the_pages_are_served(name: str) -> None:
    response = Client().get(f"/static/openrounds/{name}")
    assert response.status_code == 200
    assert b"".join(response.streaming_content)


def test_own_profile_leads_to_its_editor_and_says_where_replies_are(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    reply = post_as(ben, "A reply", in_reply_to_id=post_as(ann, "A question").pk)
    own, other = (browser_of(name).get("/@ben").content.decode() for name in ("ben", "ann"))
    edit = 'href="/settings/profile"'
    assert (edit in own[own.index("<main") :], edit in other[other.index("<main") :]) == (True, False)
    assert "Nothing yet but replies" in own
    assert f'href="http://testserver/@ben/{reply.pk}#post-{reply.pk}"' in read("/@ben?show=replies")
