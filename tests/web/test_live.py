"""What pages need to hear of news at once: a ticket, an address that the policy allows, and counting without a stream."""

from collections.abc import Callable

import msgspec
import pytest
from django.core import signing
from django.test import Client
from pytest_django import Settings
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import User, Visibility
from openrounds.core.clock import now
from openrounds.core.errors import NotSignedIn
from openrounds.oauth.actions import end_access
from openrounds.oauth.tickets import GOOD_FOR, is_ticket, living_sessions, viewer_of_ticket
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


@pytest.fixture(autouse=True)
def _streams(settings: Settings, _no_limits: None) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, streaming_port=4001)


def ticket_of(browser: Client) -> str:
    ticket: str = browser.get("/live").json()["ticket"]
    return ticket


def test_page_of_a_member_learns_where_streams_are_and_may_connect_there() -> None:
    ann = make_member("ann")
    browser = browser_of("ann")
    answer = browser.get("/live")
    assert answer.json()["url"] == "ws://testserver:4001/api/v1/streaming"
    assert answer.json()["me"] == str(ann.pk)
    assert answer["Cache-Control"] == "private, no-store"
    assert "connect-src 'self' ws://testserver:4001;" in answer["Content-Security-Policy"]
    assert answer.get("Access-Control-Allow-Origin") is None
    assert Client().get("/live").json() == {}


def test_with_a_domain_streams_are_under_its_name(settings: Settings) -> None:
    make_member("ann")
    browser = browser_of("ann")
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, domain="testserver")
    assert browser.get("/live").json()["url"] == "wss://testserver/api/v1/streaming"


def test_nothing_is_promised_where_nothing_serves_streams(settings: Settings) -> None:
    make_member("ann")
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, streaming_port=0)
    assert browser_of("ann").get("/live").json() == {}


def test_ticket_lets_its_person_read_and_nothing_else() -> None:
    ann = make_member("ann")
    viewer = viewer_of_ticket(ticket_of(browser_of("ann")))
    assert (viewer.account_id, viewer.user_id) == (ann.pk, ann.user.pk)
    assert viewer.may("read:statuses") and viewer.may("read:notifications")
    assert not viewer.may("write:statuses")
    assert living_sessions({viewer.token_id}) == {viewer.token_id}


def test_forged_and_old_tickets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    make_member("ann")
    ticket = ticket_of(browser_of("ann"))
    for bad in (ticket[:-1], ticket.replace("ticket-", "ticket-1"), "ticket-1", "ticket-x.y.z"):
        assert is_ticket(bad)
        with pytest.raises(NotSignedIn):
            viewer_of_ticket(bad)
    late = signing.time.time() + GOOD_FOR + 1
    monkeypatch.setattr(signing.time, "time", lambda: late)
    with pytest.raises(NotSignedIn):
        viewer_of_ticket(ticket)


@pytest.mark.parametrize("end", ["signed out", "signed out everywhere", "suspended", "disabled"])
def test_ticket_and_stream_end_with_the_session(end: str) -> None:
    ann = make_member("ann")
    browser = browser_of("ann")
    ticket = ticket_of(browser)
    number = viewer_of_ticket(ticket).token_id
    if end == "signed out":
        browser.logout()
    elif end == "signed out everywhere":
        end_access(ann.user, "a test")
    elif end == "suspended":
        type(ann).objects.filter(pk=ann.pk).update(suspended_at=now())
    else:
        User.objects.filter(pk=ann.user.pk).update(is_active=False)
    assert living_sessions({number}) == set()
    with pytest.raises(NotSignedIn):
        viewer_of_ticket(ticket)


def test_thread_says_how_many_answers_are_new_to_those_who_may_read_them(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    post = post_as(ann, "Which stain?")
    post_as(ben, "Perls", in_reply_to_id=post.pk)
    post_as(ben, "Between us", in_reply_to_id=post.pk, visibility=Visibility.FOLLOWERS)
    query = f"/news?of=thread:{post.pk}&since={post.pk}"
    assert f'data-poll="thread:{post.pk}"' in browser_of("ann").get(f"/@ann/{post.pk}").content.decode()
    assert browser_of("ann").get(query).json() == {"new": 1}
    hidden = post_as(ann, "For me", visibility=Visibility.DIRECT)
    assert browser_of("ben").get(f"/news?of=thread:{hidden.pk}").status_code == 404
    assert browser_of("ben").get("/news?of=thread:x").status_code == 404
