"""Somebody's session runs out while he writes: nothing he wrote is lost, and what scripts ask is answered in a sentence."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from tests.factories.signing_in import browser_of, make_member
from tests.web.test_posting import picture

from openrounds.media.models import MediaFile
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]
SCRIPT = {"HX-Request": "true"}


def lapsed(path: str) -> tuple[Client, dict[str, str]]:
    """A browser with that page open, whose session has ended since; and the token of its forms."""
    make_member("reader")
    browser = browser_of("reader")
    token = str(browser.get(path).context["csrf_token"])
    del browser.cookies[settings.SESSION_COOKIE_NAME]
    return browser, {"csrfmiddlewaretoken": token}


def test_what_was_written_is_shown_again_with_a_way_to_send_it() -> None:
    browser, token = lapsed("/compose")
    answer = browser.post("/compose", token | {"text": "A <b>long</b> thought", "next": "/local"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "A &lt;b&gt;long&lt;/b&gt; thought</textarea>" in page
    assert '<input type="hidden" name="text" value="A &lt;b&gt;long&lt;/b&gt; thought">' in page
    assert "/auth/sign_in?next=%2Flocal" in page
    assert not Post.objects.exists()


def test_who_has_signed_in_again_since_sends_it_from_the_page_that_was_open() -> None:
    _, token = lapsed("/compose")
    fresh = browser_of("reader")
    sent = token | {"text": "Not lost", "key": "k1"}
    stale = fresh.post("/compose", sent, headers={"Origin": "http://testserver"})
    assert stale.status_code == 403
    assert "Not lost</textarea>" in stale.content.decode()
    again = sent | {"csrfmiddlewaretoken": str(stale.context["csrf_token"])}
    assert fresh.post("/compose", again).status_code == 302
    assert Post.objects.get().text == "Not lost"


def test_words_from_another_site_are_not_offered_to_be_sent() -> None:
    make_member("reader")
    for origin in ({"Origin": "https://evil.test"}, {}):
        answer = browser_of("reader").post("/compose", {"text": "Buy my pills now"}, headers=origin)
        assert answer.status_code == 403
        assert "pills" not in answer.content.decode()


def test_password_is_never_shown_again() -> None:
    sent = {"login": "reader", "password": "correct horse battery", "text": "x y"}
    answer = Client(enforce_csrf_checks=True).post(
        "/auth/sign_in", sent, headers={"Origin": "http://testserver"}
    )
    assert answer.status_code == 403
    assert "horse" not in answer.content.decode()


def test_script_is_told_in_a_sentence_and_gets_no_page_to_put_into_the_post(post_as: PostAs) -> None:
    browser, token = lapsed("/home")
    post = post_as(make_member("ann"), "Like me")
    for path, headers in (
        (f"/posts/{post.pk}/act", SCRIPT),
        ("/compose/file", {"X-Requested-With": "XMLHttpRequest"}),
    ):
        answer = browser.post(path, token | {"do": "favourite"}, headers=headers)
        assert answer.status_code == 401
        assert answer["Content-Type"].startswith("text/plain")
        assert "signed out" in answer.content.decode()


def test_script_is_told_why_something_was_refused(post_as: PostAs) -> None:
    make_member("reader")
    post = post_as(make_member("ann"), "Like me")
    browser = browser_of("reader")
    token = str(browser.get("/home").context["csrf_token"])
    sent = {"csrfmiddlewaretoken": token, "do": "nonsense"}
    answer = browser.post(f"/posts/{post.pk}/act", sent, headers=SCRIPT)
    assert (answer.status_code, answer.content) == (400, b"That button is not known")
    stale = browser.post(f"/posts/{post.pk}/act", {"do": "favourite"}, headers=SCRIPT)
    assert stale.status_code == 403
    assert stale["Content-Type"].startswith("text/plain")


def test_button_leads_back_to_the_page_where_it_stood(post_as: PostAs) -> None:
    browser, token = lapsed("/home")
    post = post_as(make_member("ann"), "Like me")
    path, sent = f"/posts/{post.pk}/act", token | {"do": "favourite"}
    named = browser.post(path, sent | {"next": "/explore"})
    assert named["Location"] == "/auth/sign_in?next=/explore"
    referred = browser.post(path, sent, headers={"Referer": "http://testserver/tags/iron?max_id=4"})
    assert referred["Location"] == "/auth/sign_in?next=/tags/iron%3Fmax_id%3D4"
    for elsewhere in ({}, {"Referer": "https://evil.test/x"}):
        assert browser.post(path, sent, headers=elsewhere)["Location"] == "/auth/sign_in?next=/home"


def test_draft_is_forgotten_when_it_has_been_taken_and_when_somebody_signs_out() -> None:
    make_member("reader")
    browser = browser_of("reader")
    token = str(browser.get("/compose").context["csrf_token"])
    refused = browser.post("/compose", {"csrfmiddlewaretoken": token, "text": " ", "key": "k-1"})
    assert "sent" not in refused.cookies
    sent = browser.post("/compose", {"csrfmiddlewaretoken": token, "text": "Out", "key": "k-1"})
    assert sent.cookies["sent"].value == "k-1"
    odd = browser.post("/compose", {"csrfmiddlewaretoken": token, "text": "Out", "key": "a;b"})
    assert "sent" not in odd.cookies
    assert browser.post("/auth/sign_out", {"csrfmiddlewaretoken": token}).cookies["sent"].value == "*"


def test_files_of_a_draft_are_given_to_whoever_uploaded_them() -> None:
    make_member("reader")
    make_member("other")
    browser = browser_of("reader")
    token = str(browser.get("/compose").context["csrf_token"])
    browser.post("/compose/file", {"csrfmiddlewaretoken": token, "file": picture()})
    own = MediaFile.objects.get()
    path = f"/compose/file?media=0&media={own.pk}&media={2**70}&media=x"
    assert browser.get(path).content.decode().count(f'name="media" value="{own.pk}"') == 1
    assert browser_of("other").get(path).content == b""
