"""RSS, and what other sites show of our pages: only what anybody may read."""

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import now
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


def items(path: str, browser: Client | None = None) -> list[ET.Element]:
    response = (browser or Client()).get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/rss+xml")
    return ET.fromstring(response.content).findall("./channel/item")


def titles(path: str, browser: Client | None = None) -> list[str | None]:
    return [item.findtext("title") for item in items(path, browser)]


def test_feed_of_an_account_holds_its_public_posts(alice: Account, bob: Account, post_as: PostAs) -> None:
    first = post_as(alice, "Ring forms <b> #HaemQuiz")
    post_as(alice, "Quiet", visibility=Visibility.UNLISTED)
    post_as(alice, "Secret", visibility=Visibility.FOLLOWERS)
    post_as(alice, "An answer", in_reply_to_id=post_as(bob, "A question").pk)
    [item] = items("/@alice.rss")
    assert item.findtext("title") == "Ring forms <b> #HaemQuiz"
    assert item.findtext("link") == f"http://testserver/@alice/{first.pk}"
    assert item.findtext("category") in ("HaemQuiz", "haemquiz")


def test_feed_shows_a_follower_no_more_than_a_stranger(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    follow(ben, ann)
    post_as(ann, "For those who follow", visibility=Visibility.FOLLOWERS)
    assert titles("/@ann.rss", browser_of("ben")) == []


def test_feed_shows_the_warning_and_not_what_is_behind_it(alice: Account, post_as: PostAs) -> None:
    post_as(alice, "It was malaria", spoiler_text="The answer")
    assert titles("/@alice.rss") == ["The answer"]
    assert b"malaria" not in Client().get("/@alice.rss").content


def test_feed_of_a_hashtag(alice: Account, post_as: PostAs) -> None:
    post_as(alice, "A case #HaemQuiz")
    assert titles("/tags/haemquiz.rss") == ["A case #HaemQuiz"]
    assert titles("/tags/other.rss") == []


def test_feed_of_nobody_is_not_there(alice: Account) -> None:
    assert Client().get("/@nobody.rss").status_code == 404
    Account.objects.update(suspended_at=now())
    assert Client().get("/@alice.rss").status_code == 404


def test_pages_name_their_feeds_and_what_to_show_of_them(alice: Account, post_as: PostAs) -> None:
    post = post_as(alice, 'Ring "forms" #HaemQuiz')
    profile = Client().get("/@alice").content.decode()
    assert 'href="/@alice.rss"' in profile
    assert 'property="og:title"' in profile
    assert 'href="/tags/HaemQuiz.rss"' in Client().get("/tags/haemquiz").content.decode()
    page = Client().get(f"/@alice/{post.pk}").content.decode()
    assert "Ring &quot;forms&quot;" in page.partition("og:description")[2][:120]


def test_what_is_folded_or_not_public_is_not_shown_elsewhere(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    follow(ben, ann)
    folded = post_as(ann, "It was malaria", spoiler_text="The answer")
    page = Client().get(f"/@ann/{folded.pk}").content.decode()
    assert "malaria" not in page.partition("<body")[0]
    secret = post_as(ann, "For those who follow", visibility=Visibility.FOLLOWERS)
    page = browser_of("ben").get(f"/@ann/{secret.pk}").content.decode()
    assert "For those who follow" not in page.partition("<body")[0]


@pytest.mark.parametrize("path", ["/@alice.rss", "/tags/teamhaem.rss"])
def test_feed_reader_that_asks_again_is_sent_it_only_when_there_is_something_new(
    alice: Account, post_as: PostAs, path: str
) -> None:
    reader = Client(headers={"Accept-Encoding": "gzip"})
    post_as(alice, "A case #TeamHaem " + "with many words " * 50)
    first = reader.get(path)
    known = {"If-None-Match": first["ETag"]}
    again = reader.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    post_as(alice, "Another #TeamHaem")
    assert reader.get(path, headers=known).status_code == 200
