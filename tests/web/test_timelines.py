"""Home, this server, explore, hashtags, threads: what is read, by whom, with how few queries."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.actions import block, mute, unblock
from openrounds.accounts.models import Visibility
from openrounds.posts.actions import delete_post
from openrounds.posts.models import Post
from openrounds.search import trends
from openrounds.timelines.models import Filter, FilterKeyword

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


def read(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def test_member_who_opens_the_start_is_taken_home() -> None:
    make_member()
    assert browser_of().get("/")["Location"] == "/home"


@pytest.mark.parametrize(
    "path",
    [
        "/home",
        "/local",
        "/compose",
        "/notifications",
        "/conversations",
        "/bookmarks",
        "/favourites",
        "/lists",
    ],
)
def test_stranger_is_sent_to_sign_in(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/auth/sign_in")


def test_follower_reads_at_home_only_those_he_follows(post_as: PostAs) -> None:
    alice, bob, charlie = make_member("ann"), make_member("ben"), make_member("cal")
    follow(bob, alice)
    post_as(alice, "Words of one followed")
    post_as(charlie, "Words of a stranger")
    page = read(browser_of("ben"), "/home")
    assert "Words of one followed" in page
    assert "Words of a stranger" not in page


def test_empty_home_shows_whom_and_what_to_follow(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    make_member("cal")
    follow(bob, alice)
    bob.refresh_from_db()
    for who in (alice, bob):
        post_as(who, "A case #TeamHaem")
    type(alice).objects.filter(pk=alice.pk).update(followers_count=1, discoverable=True)
    type(alice).objects.filter(pk=bob.pk).update(discoverable=True)
    trends.count()
    page = read(browser_of("cal"), "/home")
    assert "Fill your home" in page
    assert "@ann" in page
    assert "/tags/TeamHaem" in page


def test_home_is_read_with_the_same_queries_however_long(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    follow(bob, alice)
    for n in range(6):
        post_as(alice, f"First {n}")
    browser = browser_of("ben")
    read(browser, "/home")
    with CaptureQueriesContext(connection) as few:
        read(browser, "/home")
    for n in range(12):
        post_as(alice, f"More {n} with #hashtag{n}")
    read(browser, "/home")
    with CaptureQueriesContext(connection) as many:
        read(browser, "/home")
    assert len(many) <= len(few) <= 16


def test_older_posts_are_behind_a_link(post_as: PostAs) -> None:
    alice = make_member("ann")
    for n in range(21):
        post_as(alice, f"Number {n:02}")
    browser = browser_of("ann")
    first = browser.get("/local")
    assert "Number 20" in first.content.decode()
    assert "Number 00" not in first.content.decode()
    older = first.context["older"]
    assert f'href="?max_id={older}"' in first.content.decode()
    second = read(browser, f"/local?max_id={older}")
    assert "Number 00" in second
    assert "Number 20" not in second


def test_reader_is_shown_where_he_stopped(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    follow(bob, alice)
    post_as(alice, "Old words")
    browser = browser_of("ben")
    read(browser, "/home")
    post_as(alice, "New words")
    page = read(browser, "/home")
    assert page.index("New words") < page.index("You have read from here on") < page.index("Old words")
    assert "You have read from here on" not in read(browser, "/home")


def test_explore_shows_strangers_what_is_debated(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    type(alice).objects.update(discoverable=True)
    for who in (alice, bob):
        post_as(who, "A case #TeamHaem")
    trends.count()
    page = read(Client(), "/explore")
    assert "/tags/TeamHaem" in page
    assert "2 posts this week" in page
    assert "@ann" in page


def test_hashtag_page_keeps_its_hashtag_and_can_be_followed(post_as: PostAs) -> None:
    alice = make_member("ann")
    make_member("ben")
    post_as(alice, "Question #TeamHaem")
    browser = browser_of("ben")
    page = browser.get("/tags/teamhaem")
    assert 'value="TeamHaem"' in page.content.decode()
    token = str(page.context["csrf_token"])
    answer = browser.post("/tags/TeamHaem/act", {"csrfmiddlewaretoken": token, "do": "follow"})
    assert answer["Location"] == "/tags/TeamHaem"
    assert "Unfollow this hashtag" in read(browser, "/tags/teamhaem")
    browser.post("/tags/TeamHaem/act", {"csrfmiddlewaretoken": token, "do": "unfollow"})
    assert "Unfollow this hashtag" not in read(browser, "/tags/teamhaem")


def test_thread_shows_who_answers_whom(post_as: PostAs) -> None:
    alice = make_member("ann")
    root = post_as(alice, "Question")
    first = post_as(alice, "First answer", in_reply_to_id=root.pk)
    post_as(alice, "Answer to the first", in_reply_to_id=first.pk)
    post_as(alice, "Second answer", in_reply_to_id=root.pk)
    page = read(Client(), f"/@ann/{root.pk}")
    assert page.count('class="reply depth-1"') == 2
    assert page.count('class="reply depth-2"') == 1
    assert page.index("First answer") < page.index("Answer to the first") < page.index("Second answer")


GAP = "A post stood here. It was deleted, or it is not shown to you."


def test_thread_keeps_its_shape_around_what_was_deleted(post_as: PostAs) -> None:
    alice = make_member("ann")
    root = post_as(alice, "Question")
    gone = post_as(alice, "Words that are gone", in_reply_to_id=root.pk)
    kept = post_as(alice, "Answer that stays", in_reply_to_id=gone.pk)
    post_as(alice, "Another one", in_reply_to_id=gone.pk)
    post_as(alice, "Unrelated", in_reply_to_id=root.pk)
    leaf = post_as(alice, "Nobody answered", in_reply_to_id=root.pk)
    for post in (gone, leaf):
        delete_post(alice.pk, post.pk)
    page = read(Client(), f"/@ann/{root.pk}")
    assert (page.count('class="reply depth-1"'), page.count('class="reply depth-2"')) == (2, 2)
    assert page.count(GAP) == 1
    assert (
        page.index(GAP)
        < page.index("Answer that stays")
        < page.index("Another one")
        < page.index("Unrelated")
    )
    page = read(Client(), f"/@ann/{kept.pk}")
    assert page.index("Question") < page.index(GAP) < page.rindex("Answer that stays")
    assert "Words that are gone" not in page


def test_what_is_deleted_and_what_is_not_for_the_reader_look_alike(post_as: PostAs) -> None:
    alice, bob, cal = make_member("ann"), make_member("ben"), make_member("cal")
    follow(alice, bob)
    root = post_as(alice, "Question")
    pages = {}
    for name, how in (
        ("deleted", {}),
        ("blocks", {}),
        ("muted", {}),
        ("followers", {"visibility": Visibility.FOLLOWERS}),
    ):
        middle = post_as(bob, f"In between: {name}", in_reply_to_id=root.pk, **how)
        pages[name] = post_as(alice, "The end", in_reply_to_id=middle.pk)
        if name == "deleted":
            delete_post(bob.pk, middle.pk)
    browser = browser_of("cal")
    found = {"deleted": gaps(browser, pages["deleted"]), "followers": gaps(browser, pages["followers"])}
    block(bob.pk, cal.pk)
    found["blocks"] = gaps(browser, pages["blocks"])
    unblock(bob.pk, cal.pk)
    mute(cal.pk, bob.pk)
    found["muted"] = gaps(browser, pages["muted"])
    assert list(found.values()) == [["Question", GAP, "The end"]] * 4


def gaps(browser: Client, post: Post) -> list[str]:
    """What stands from the top of the thread to the post, in that order."""
    page = read(browser, f"/@ann/{post.pk}")
    page = page[page.index("<article") : page.index("data-poll=")]
    assert "In between" not in page
    return re.findall(rf"Question|The end|{re.escape(GAP)}", page)


def test_bar_counts_what_is_new_but_not_ones_own(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    follow(bob, alice)
    seen = post_as(alice, "Seen")
    post_as(alice, "New")
    post_as(bob, "My own")
    browser = browser_of("ben")
    assert browser.get("/news", {"of": "home", "since": seen.pk}).json() == {"new": 1}
    assert browser.get("/news", {"of": "local", "since": seen.pk}).json() == {"new": 1}
    assert Client().get("/news", {"of": "tag:none", "since": 0}).json() == {"new": 0}
    assert Client().get("/news", {"of": "home"}).status_code == 400


def test_stranger_hears_nothing_of_what_is_for_followers(post_as: PostAs) -> None:
    alice = make_member("ann")
    make_member("cal")
    post = post_as(alice, "Secret words #TeamHaem", visibility=Visibility.FOLLOWERS)
    for browser in (Client(), browser_of("cal")):
        for path in ("/tags/teamhaem", "/@ann", "/explore", "/search?q=secret", "/@ann?show=replies"):
            assert "Secret words" not in read(browser, path)
        for path in ("boosts", "favourites", "history"):
            assert browser.get(f"/posts/{post.pk}/{path}").status_code == 404
    for path in ("reply", "edit", "delete"):
        assert browser_of("cal").get(f"/posts/{post.pk}/{path}").status_code == 404


def test_filtered_post_is_behind_its_filter(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    follow(bob, alice)
    filter_ = Filter.objects.create(account=bob, title="Exams", context=["home"])
    FilterKeyword.objects.create(filter=filter_, keyword="finals")
    post_as(alice, "The finals are near")
    assert "Filtered: Exams" in read(browser_of("ben"), "/home")


def test_profile_has_tabs(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    question = post_as(bob, "Question")
    post_as(alice, "My answer", in_reply_to_id=question.pk)
    post_as(alice, "My own words")
    posts, replies, media = (read(Client(), f"/@ann{show}") for show in ("", "?show=replies", "?show=media"))
    assert "My answer" not in posts and "My own words" in posts
    assert "My answer" in replies
    assert "My own words" not in media
    assert "/@ann?show=media" in posts


def test_followers_are_listed_unless_hidden() -> None:
    alice, bob = make_member("ann"), make_member("ben")
    follow(bob, alice)
    assert "@ben" in read(Client(), "/@ann/followers")
    assert "@ann" in read(Client(), "/@ben/following")
    type(alice).objects.filter(pk=alice.pk).update(hide_collections=True)
    assert "@ben" not in read(Client(), "/@ann/followers")


def test_colours_are_chosen_and_kept_in_the_browser() -> None:
    browser = Client()
    browser.post("/appearance", {"theme": "dark", "next": "/about"})
    assert re.search(r'dark\.css"\s*>', browser.get("/about").content.decode())
    browser.post("/appearance", {"theme": "light"})
    assert "dark.css" not in browser.get("/about").content.decode()
    browser.post("/appearance", {"theme": ""})
    assert "prefers-color-scheme: dark" in browser.get("/about").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_form_leads_nowhere_else(target: str) -> None:
    assert Client().post("/appearance", {"theme": "dark", "next": target})["Location"] == "/"
