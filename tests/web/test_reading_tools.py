"""Notifications, conversations, lists, bookmarks, search, completion."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Visibility
from openrounds.posts.actions import bookmark, favourite
from openrounds.posts.models import Post
from openrounds.timelines.models import Conversation, List, ListMember

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]
RunJobs = Callable[[], int]


def read(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def send(browser: Client, path: str, **fields: object) -> HttpResponse:
    token = str(browser.get("/compose").context["csrf_token"])
    return browser.post(path, {"csrfmiddlewaretoken": token, **fields})


def german(browser: Client) -> Client:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    return browser


def test_news_are_grouped_filtered_and_read_once(post_as: PostAs, run_jobs: RunJobs) -> None:
    ann, ben, cal = make_member("ann"), make_member("ben"), make_member("cal")
    post = post_as(ann, "Liked words")
    for who in (ben, cal):
        favourite(who.pk, post.pk)
    post_as(ben, "@ann a question")
    run_jobs()
    browser = browser_of("ann")
    assert '<span class="count">' in read(browser, "/local")
    page = read(browser, "/notifications")
    assert page.count("favourited your post") == 1
    assert "mentioned you" in page
    assert page.count('class="notice unread"') == 2
    assert '<span class="count">' not in read(browser, "/local")
    assert 'class="notice unread"' not in read(browser, "/notifications")
    mentions = read(browser, "/notifications?kind=mentions")
    assert "mentioned you" in mentions and "favourited your post" not in mentions
    assert read(browser, "/notifications?kind=nonsense")


def test_news_of_others_stay_theirs(post_as: PostAs) -> None:
    make_member("ann")
    ben = make_member("ben")
    make_member("cal")
    post_as(ben, "@ann a question")
    assert "a question" not in read(browser_of("cal"), "/notifications")


def test_conversation_is_shown_to_those_in_it(post_as: PostAs) -> None:
    ann, _ben, _cal = make_member("ann"), make_member("ben"), make_member("cal")
    follow(_ben, ann)
    post_as(ann, "@ben between us", visibility=Visibility.DIRECT)
    browser = browser_of("ben")
    page = read(browser, "/conversations")
    assert "between us" in page and "unread" in page
    assert "between us" not in read(browser_of("cal"), "/conversations")
    own = Conversation.objects.get(account=_ben)
    assert send(browser_of("cal"), "/conversations", conversation=own.pk).status_code == 404
    send(browser, "/conversations", conversation=own.pk)
    assert "between us" not in read(browser, "/conversations")
    assert send(browser, "/conversations", conversation="x").status_code == 404


def test_bookmarks_and_favourites_are_ones_own(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    post = post_as(ann, "Keep me")
    bookmark(ben.pk, post.pk)
    favourite(ben.pk, post.pk)
    for path in ("/bookmarks", "/favourites"):
        assert "Keep me" in read(browser_of("ben"), path)
        assert "Keep me" not in read(browser_of("ann"), path)


def test_list_is_made_filled_and_deleted(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    make_member("cal")
    follow(ben, ann)
    post_as(ann, "On the list")
    browser = browser_of("ben")
    where = send(browser, "/lists", title="Haematologists")["Location"]
    send(browser, where, do="add", who="@ann")
    assert "On the list" in read(browser, where)
    assert browser_of("cal").get(where).status_code == 404
    refused = send(browser, where, do="add", who="cal")
    assert refused.status_code == 422
    assert "Only people you follow" in refused.content.decode()
    send(browser, where, do="remove", who="ann")
    assert not ListMember.objects.exists()
    assert send(browser, where, do="delete")["Location"] == "/lists"
    assert not List.objects.exists()


def test_list_without_a_name_is_refused() -> None:
    make_member("ben")
    answer = send(browser_of("ben"), "/lists", title=" ")
    assert answer.status_code == 422
    assert "blank" in answer.content.decode()


def test_who_cannot_be_put_on_a_list_is_said_beside_the_field_and_stays_typed() -> None:
    make_member("reader")
    make_member("unfollowed")
    browser = browser_of("reader")
    send(browser, "/lists", title="Wards")
    path = f"/lists/{List.objects.get().pk}"
    for who in ("unfollowed", "nobody-of-that-name"):
        answer = send(german(browser), path, do="add", who=who)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Auf einer Liste können nur Personen stehen" in page
        assert f'value="{who}"' in page
    assert not ListMember.objects.exists()


def test_list_without_a_name_is_refused_in_the_readers_language() -> None:
    make_member("reader")
    browser = browser_of("reader")
    answer = send(german(browser), "/lists", title=" ")
    assert answer.status_code == 422
    assert "Titel: Das darf nicht leer bleiben" in answer.content.decode()


def test_search_finds_people_hashtags_and_posts(post_as: PostAs) -> None:
    ann = make_member("annabel")
    type(ann).objects.update(indexable=True)
    post_as(ann, "Spherocytes on the film #TeamHaem")
    for browser in (Client(), browser_of("annabel")):
        assert "@annabel" in read(browser, "/search?q=annab")
        assert "/tags/TeamHaem" in read(browser, "/search?q=%23teamh")
        assert "on the film" in read(browser, "/search?q=spherocytes")
    assert "No post found" in read(Client(), "/search?q=nothingofthekind")


def test_what_is_searched_is_only_words() -> None:
    page = read(Client(), '/search?q="><script>alert(1)</script>')
    assert "<script>alert" not in page


def test_completion_offers_people_hashtags_and_emoji(post_as: PostAs) -> None:
    post_as(make_member("annabel"), "Words #TeamHaem")
    browser = browser_of("annabel")
    assert browser.get("/complete", {"q": "@anna"}).json()["found"][0]["text"] == "@annabel"
    assert browser.get("/complete", {"q": "#team"}).json()["found"] == [{"text": "#TeamHaem", "note": ""}]
    assert browser.get("/complete", {"q": ":smir"}).json()["found"] == [
        {"text": "😏", "note": "smirking face"}
    ]
    for nothing in ("", "@", "#", "anna", ":", ":s", ":)"):
        assert browser.get("/complete", {"q": nothing}).json() == {"found": []}
    assert Client().get("/complete", {"q": "@anna"}).status_code == 302
