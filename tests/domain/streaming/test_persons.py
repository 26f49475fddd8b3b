"""What comes to one person by stream: notifications, conversations, filters; and what the house tells everyone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.conftest import ApiClient, follow
from tests.domain.streaming.conftest import Live

from openrounds.accounts.models import Account, Rank, User
from openrounds.core.clock import now
from openrounds.moderation.announcement_actions import announce, remove
from openrounds.moderation.models import Announcement

Clients = Callable[..., ApiClient]
pytestmark = pytest.mark.django_db


def test_notification_is_the_one_that_rest_shows_on_both_streams(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    listeners = [live.listen(alice), live.listen(alice, "user:notification")]
    strangers = live.listen(charlie)
    client_of(bob).post(f"/api/v1/accounts/{alice.pk}/follow")
    live.settle()
    (shown,) = client_of(alice).get("/api/v1/notifications").json()
    assert [listener.events for listener in listeners] == [[("notification", shown)]] * 2
    assert strangers.events == []


def test_notification_needs_its_scope(alice: Account, bob: Account, client_of: Clients, live: Live) -> None:
    without = live.listen(alice, scopes="read:statuses")
    client_of(bob).post(f"/api/v1/accounts/{alice.pk}/follow")
    live.settle()
    assert without.events == []


def test_notification_that_is_filtered_out_does_not_come(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    wanted = {
        "title": "Statistics",
        "context": ["notifications"],
        "filter_action": "hide",
        "keywords_attributes": [{"keyword": "p-value"}],
    }
    client_of(alice).post("/api/v2/filters", wanted)
    live.settle()
    hers = live.listen(alice)
    client_of(bob).post("/api/v1/statuses", {"status": "@alice the p-value"})
    client_of(bob).post("/api/v1/statuses", {"status": "@alice hello"})
    live.settle()
    (said,) = [entity["status"]["content"] for kind, entity in hers.events if kind == "notification"]
    assert "hello" in said


@pytest.mark.parametrize(("rank", "kinds"), [(Rank.MODERATOR, ["notification"]), (Rank.MEMBER, [])])
def test_news_for_house_keepers_stay_theirs(
    alice: Account, bob: Account, client_of: Clients, live: Live, rank: int, kinds: list[str]
) -> None:
    User.objects.filter(pk=alice.user.pk).update(rank=Rank.MODERATOR)
    client_of(bob).post("/api/v1/reports", {"account_id": str(alice.pk), "comment": "Look"})
    hers = live.listen(alice)
    User.objects.filter(pk=alice.user.pk).update(rank=rank)
    live.settle()
    assert hers.kinds == kinds


def test_requests_let_through_are_told(alice: Account, bob: Account, client_of: Clients, live: Live) -> None:
    client_of(alice).patch("/api/v2/notifications/policy", {"for_not_following": "filter"})
    hers = live.listen(alice)
    client_of(bob).post("/api/v1/statuses", {"status": "@alice hello"})
    live.settle()
    assert hers.events == []
    (request,) = client_of(alice).get("/api/v1/notifications/requests").json()
    client_of(alice).post(f"/api/v1/notifications/requests/{request['id']}/accept")
    live.settle()
    assert hers.kinds == ["notifications_merged"]


def test_conversation_comes_to_those_it_is_between(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    follow(alice, bob)
    hers, his, strangers = (live.listen(each, "direct") for each in (alice, bob, charlie))
    client_of(bob).post("/api/v1/statuses", {"status": "@alice between us", "visibility": "direct"})
    live.settle()
    for listener, account in ((hers, alice), (his, bob)):
        assert listener.events == [
            ("conversation", client_of(account).get("/api/v1/conversations").json()[0])
        ]
    assert strangers.events == []


def test_changed_filters_are_told_to_the_persons_other_devices(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    hers, his = live.listen(alice), live.listen(bob)
    client_of(alice).post("/api/v2/filters", {"title": "Statistics", "context": ["home"]})
    live.settle()
    assert (hers.events, his.events) == ([("filters_changed", None)], [])


def test_stranger_hears_nothing_of_what_others_are_told(
    alice: Account, bob: Account, charlie: Account, client_of: Clients, live: Live
) -> None:
    follow(alice, bob)
    strangers = live.listen(charlie)
    client_of(bob).post("/api/v1/statuses", {"status": "@alice hello", "visibility": "private"})
    live.settle()
    assert strangers.events == []


# ------------------------------------------------------------------------------------------------------- announcements
def test_announcement_is_told_to_all_and_again_when_it_changes(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    hers, his = live.listen(alice), live.listen(bob)
    told = Announcement(text="Maintenance on Sunday #house")
    announce(told)
    live.settle()
    (shown,) = client_of(alice).get("/api/v1/announcements").json()
    assert hers.events == [("announcement", shown)]
    assert his.kinds == ["announcement"]
    client_of(alice).post(f"/api/v1/announcements/{told.pk}/dismiss")
    told.text = "Maintenance on Monday"
    announce(told)
    live.settle()
    assert [entity["read"] for _, entity in hers.events] == [True]
    assert [entity["read"] for _, entity in his.events] == [False]


def test_announcement_waits_for_its_hour(alice: Account, client_of: Clients, live: Live) -> None:
    hers = live.listen(alice)
    told = Announcement(text="The summary is out", published_at=now() + timedelta(hours=1))
    announce(told)
    live.settle()
    assert hers.events == []
    told.published_at = now()
    announce(told)
    live.settle()
    assert hers.kinds == ["announcement"]


def test_reaction_is_counted_for_everyone(
    alice: Account, bob: Account, client_of: Clients, live: Live
) -> None:
    told = Announcement(text="Hello")
    announce(told)
    live.settle()
    hers = live.listen(alice)
    client_of(bob).put(f"/api/v1/announcements/{told.pk}/reactions/🎉")
    live.settle()
    client_of(bob).delete(f"/api/v1/announcements/{told.pk}/reactions/🎉")
    live.settle()
    expected = {"name": "🎉", "announcement_id": str(told.pk)}
    assert hers.events == [
        ("announcement.reaction", {**expected, "count": 1}),
        ("announcement.reaction", {**expected, "count": 0}),
    ]


@pytest.mark.parametrize("how", ["withdrawn", "removed"])
def test_announcement_taken_back_is_deleted_for_everyone(alice: Account, live: Live, how: str) -> None:
    told = Announcement(text="Hello")
    announce(told)
    live.settle()
    hers, number = live.listen(alice), told.pk
    if how == "removed":
        remove(told)
    else:
        told.withdrawn_at = now()
        announce(told)
    live.settle()
    assert hers.events == [("announcement.delete", number)]
