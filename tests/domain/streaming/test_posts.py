"""Posts on their way to those who listen: who gets them, and how they look to him."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from tests.conftest import ApiClient, follow, make_person
from tests.domain.streaming.conftest import Live

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.jobs.actions import record
from openrounds.posts.facts import PostChanged

Clients = Callable[..., ApiClient]
pytestmark = pytest.mark.django_db


def say(client: ApiClient, text: str = "Hello", **more: Any) -> str:
    answer = client.post("/api/v1/statuses", {"status": text, **more})
    assert answer.status_code == 200, answer.content
    return str(answer.json()["id"])


def test_follower_and_author_get_a_post_and_a_stranger_does_not(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    hers, his, strangers = (live.listen(each) for each in (alice, bob, charlie))
    post = say(client_of(alice), visibility="private")
    live.settle()
    ((kind, status),) = his.events
    assert (kind, status["id"], status["favourited"], status["filtered"]) == ("update", post, False, [])
    assert "pinned" not in status
    ((_, own),) = hers.events
    assert own["pinned"] is False
    assert strangers.events == []


def test_streamed_post_is_the_one_that_rest_shows(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    his, hers = live.listen(bob), live.listen(alice)
    post = say(client_of(alice), "See #TeamHaem and @bob https://example.org")
    live.settle()
    for listener, account in ((his, bob), (hers, alice)):
        streamed = next(status for kind, status in listener.events if kind == "update")
        assert streamed == client_of(account).get(f"/api/v1/statuses/{post}").json()


@pytest.mark.parametrize(
    ("stream", "more"),
    [
        ("public", {}),
        ("public:local", {}),
        ("hashtag", {"tag": "TEAMhaem"}),
        ("hashtag:local", {"tag": "teamhaem"}),
    ],
)
def test_public_post_is_on_public_streams(
    alice: Account, charlie: Account, client_of: Clients, live: Live, stream: str, more: dict[str, str]
) -> None:
    listener = live.listen(charlie, stream, **more)
    post = say(client_of(alice), "A case #TeamHaem")
    live.settle()
    assert [(kind, status["id"]) for kind, status in listener.events] == [("update", post)]


@pytest.mark.parametrize(
    ("stream", "more"),
    [
        ("public:remote", {}),
        ("public:media", {}),
        ("public:local:media", {}),
        ("hashtag", {"tag": "other"}),
    ],
)
def test_public_post_is_not_on_streams_it_is_not_for(
    alice: Account, charlie: Account, client_of: Clients, live: Live, stream: str, more: dict[str, str]
) -> None:
    listener = live.listen(charlie, stream, **more)
    say(client_of(alice), "A case #TeamHaem")
    live.settle()
    assert listener.events == []


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
def test_what_is_not_public_is_on_no_public_stream(
    alice: Account, bob: Account, client_of: Clients, live: Live, visibility: str
) -> None:
    follow(bob, alice)
    listeners = [live.listen(bob, "public"), live.listen(bob, "hashtag", tag="TeamHaem")]
    post = say(client_of(alice), "A case #TeamHaem", visibility=visibility)
    client_of(alice).put(f"/api/v1/statuses/{post}", {"status": "Another case #TeamHaem"})
    live.settle()
    assert [listener.events for listener in listeners] == [[], []]


def test_reply_to_another_is_on_the_hashtag_but_not_the_public_stream(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    first = say(client_of(alice))
    live.settle()
    public, hashtag = live.listen(charlie, "public"), live.listen(charlie, "hashtag", tag="haem")
    say(client_of(bob), "@alice yes #haem", in_reply_to_id=first)
    live.settle()
    assert (public.kinds, hashtag.kinds) == ([], ["update"])


@pytest.mark.parametrize("path", ["/api/v1/accounts/{}/block", "/api/v1/accounts/{}/mute"])
def test_public_stream_spares_one_whom_one_does_not_want(
    alice: Account, charlie: Account, client_of: Clients, live: Live, path: str
) -> None:
    client_of(charlie).post(path.format(alice.pk))
    listener, other = live.listen(charlie, "public"), live.listen(alice, "public")
    say(client_of(alice))
    live.settle()
    assert (listener.kinds, other.kinds) == ([], ["update"])


def test_public_stream_spares_one_who_is_blocked(
    alice: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    client_of(alice).post(f"/api/v1/accounts/{charlie.pk}/block")
    listener = live.listen(charlie, "public")
    say(client_of(alice))
    live.settle()
    assert listener.events == []


def test_owner_of_a_list_gets_what_its_members_say(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    follow(bob, charlie)
    made = client_of(bob).post("/api/v1/lists", {"title": "Haem"}).json()["id"]
    client_of(bob).post(f"/api/v1/lists/{made}/accounts", {"account_ids": [str(alice.pk)]})
    listener = live.listen(bob, "list", list_id=made)
    post = say(client_of(alice), visibility="private")
    say(client_of(charlie))
    live.settle()
    assert [(kind, status["id"]) for kind, status in listener.events] == [("update", post)]
    client_of(alice).delete(f"/api/v1/statuses/{post}")
    live.settle()
    assert listener.kinds == ["delete"]


def test_boost_arrives_as_a_boost_with_the_flags_of_whoever_reads(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    post = say(client_of(charlie))
    client_of(bob).post(f"/api/v1/statuses/{post}/favourite")
    live.settle()
    his = live.listen(bob)
    client_of(alice).post(f"/api/v1/statuses/{post}/reblog")
    live.settle()
    ((kind, status),) = his.events
    assert (kind, status["reblog"]["id"], status["favourited"]) == ("update", post, True)


def test_boost_that_goes_with_its_post_is_told_to_those_who_could_have_had_it(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    post = say(client_of(charlie))
    boost = client_of(alice).post(f"/api/v1/statuses/{post}/reblog").json()["id"]
    live.settle()
    follower, stranger = live.listen(bob), live.listen(make_person("dora"))
    client_of(charlie).delete(f"/api/v1/statuses/{post}")
    live.settle()
    assert ("delete", int(boost)) in follower.events
    assert ("delete", int(boost)) not in stranger.events


def test_edit_reaches_all_who_have_the_post(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    follow(charlie, bob)
    post = say(client_of(alice), "Befor")
    client_of(bob).post(f"/api/v1/statuses/{post}/reblog")
    live.settle()
    follower, through_boost, public = live.listen(bob), live.listen(charlie), live.listen(charlie, "public")
    client_of(alice).put(f"/api/v1/statuses/{post}", {"status": "Before"})
    live.settle()
    for listener in (follower, through_boost, public):
        ((kind, status),) = [each for each in listener.events if each[0] != "notification"]
        assert (kind, status["id"], status["content"]) == ("status.update", post, "<p>Before</p>")


def test_change_of_a_post_that_may_no_longer_be_read_is_not_told(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    post = say(client_of(alice))
    live.settle()
    listeners = [live.listen(bob), live.listen(bob, "public")]
    Account.objects.filter(pk=alice.pk).update(suspended_at=now())
    with transaction.atomic():
        record(PostChanged(int(post)))
    live.settle()
    assert [listener.events for listener in listeners] == [[], []]


@pytest.mark.parametrize(
    ("visibility", "stranger_hears"), [("public", True), ("private", False), ("direct", False)]
)
def test_deletion_is_told_to_those_who_could_have_had_the_post(
    alice: Account,
    bob: Account,
    charlie: Account,
    client_of: Clients,
    live: Live,
    visibility: str,
    stranger_hears: bool,
) -> None:
    follow(bob, alice)
    post = say(client_of(alice), "@bob hello", visibility=visibility)
    live.settle()
    his, strangers = live.listen(bob), live.listen(charlie)
    client_of(alice).delete(f"/api/v1/statuses/{post}")
    live.settle()
    assert ("delete", int(post)) in his.events
    assert strangers.events == ([("delete", int(post))] if stranger_hears else [])


def test_deletion_reaches_the_public_streams_where_the_post_was(
    alice: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    post = say(client_of(alice), "A case #haem")
    live.settle()
    where = [live.listen(charlie, "public"), live.listen(charlie, "hashtag", tag="Haem")]
    elsewhere = live.listen(charlie, "hashtag", tag="Onc")
    client_of(alice).delete(f"/api/v1/statuses/{post}")
    live.settle()
    assert [listener.events for listener in where] == [[("delete", int(post))]] * 2
    assert elsewhere.events == []


@pytest.mark.parametrize(("action", "arrives"), [("warn", True), ("hide", False)])
def test_filter_marks_or_hides_for_its_owner_alone(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live, action: str, arrives: bool
) -> None:
    follow(bob, alice)
    follow(charlie, alice)
    wanted = {
        "title": "Statistics",
        "context": ["home"],
        "filter_action": action,
        "keywords_attributes": [{"keyword": "p-value"}],
    }
    assert client_of(bob).post("/api/v2/filters", wanted).status_code == 200
    live.settle()
    his, others = live.listen(bob), live.listen(charlie)
    say(client_of(alice), "The p-value of this")
    say(client_of(alice), "Something else")
    live.settle()
    filtered = [[hit["filter"]["title"] for hit in status["filtered"]] for _, status in his.events]
    assert filtered == ([["Statistics"], []] if arrives else [[]])
    assert [status["filtered"] for _, status in others.events] == [[], []]


def test_reply_in_a_muted_thread_says_so(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    first = say(client_of(alice))
    client_of(bob).post(f"/api/v1/statuses/{first}/mute")
    live.settle()
    his = live.listen(bob)
    say(client_of(alice), in_reply_to_id=first)
    live.settle()
    ((_, status),) = his.events
    assert status["muted"] is True


def test_poll_looks_to_each_as_he_voted(alice: Account, bob: Account, client_of: Clients, live: Live) -> None:
    follow(bob, alice)
    his, hers = live.listen(bob), live.listen(alice)
    poll = {"options": ["yes", "no"], "expires_in": 600}
    post = say(client_of(alice), poll=poll)
    live.settle()
    assert his.events[0][1]["poll"]["voted"] is False
    assert hers.events[0][1]["poll"]["voted"] is True
    voted = client_of(alice).get(f"/api/v1/statuses/{post}").json()["poll"]["id"]
    client_of(bob).post(f"/api/v1/polls/{voted}/votes", {"choices": [1]})
    client_of(alice).put(f"/api/v1/statuses/{post}", {"status": "Reworded", "poll": poll})
    live.settle()
    updated = next(status for kind, status in his.events if kind == "status.update")
    assert updated["poll"]["own_votes"] == [1]


def test_post_that_is_gone_before_it_is_told_is_not_told(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    his, public = live.listen(bob), live.listen(bob, "public")
    post = say(client_of(alice))
    client_of(alice).delete(f"/api/v1/statuses/{post}")
    live.settle()
    assert (his.kinds, public.kinds) == (["delete"], ["delete"])


def test_quote_looks_to_each_as_rest_shows_it(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    follow(charlie, bob)
    quoted = say(client_of(alice), "The quoted words")
    quoting = say(client_of(bob), "See this", quoted_status_id=quoted)
    client_of(charlie).post(f"/api/v1/statuses/{quoted}/favourite")
    live.settle()
    his, hers = live.listen(charlie), live.listen(alice, "public")
    client_of(bob).put(f"/api/v1/statuses/{quoting}", {"status": "See this now", "quoted_status_id": quoted})
    live.settle()
    for listener, account in ((his, charlie), (hers, alice)):
        streamed = next(status for kind, status in listener.events if kind == "status.update")
        assert streamed["quote"]["quoted_status"]["id"] == quoted
        assert streamed == client_of(account).get(f"/api/v1/statuses/{quoting}").json()


def test_follower_learns_that_he_may_quote(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    follow(bob, alice)
    his, strangers = live.listen(bob), live.listen(make_person("dana"), "public")
    say(client_of(alice), "Quote me", quote_approval_policy="followers")
    live.settle()
    mine, theirs = (next(s for kind, s in each.events if kind == "update") for each in (his, strangers))
    assert mine["quote_approval"]["current_user"] == "automatic"
    assert theirs["quote_approval"]["current_user"] == "denied"
