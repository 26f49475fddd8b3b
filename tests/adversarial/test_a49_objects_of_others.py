"""A49: through every route with an id, what is somebody else's answers exactly as what is not there.

Made from the routes themselves: a route that is added is swept without anybody's thinking of it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import ApiClient

from openrounds.accounts.models import Account, Visibility
from openrounds.api import endpoints
from openrounds.api.routing import ROUTES, Route
from openrounds.core.clock import now
from openrounds.media.models import Kind, MediaFile, State
from openrounds.posts.models import Poll, PollOption, Post, ScheduledPost
from openrounds.timelines.models import (
    Conversation,
    Filter,
    FilterKeyword,
    FilterPost,
    List,
    Notification,
    NotificationRequest,
    NotificationType,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
UNKNOWN = 987_654_321_987
endpoints.load()
# A body that gets past the parameters of as many routes as possible, so that the door behind them is reached.
BODY: dict[str, Any] = {
    "title": "x",
    "context": ["home"],
    "keyword": "x",
    "status": "x",
    "choices": [0],
    "account_ids": [],
    "comment": "x",
    "description": "x",
    "scheduled_at": "2100-01-01T00:00:00.000Z",
    "name": "x",
    "duration": 0,
}


@pytest.fixture
def secrets(alice: Account, bob: Account, post_as: Callable[..., Post]) -> dict[str, int]:
    """One of everything that is Alice's alone."""
    followers = post_as(alice, "For followers", visibility=Visibility.FOLLOWERS)
    direct = post_as(alice, "For @bob", visibility=Visibility.DIRECT)
    poll = Poll.objects.create(post=followers, expires_at=now() + timedelta(days=1))
    for place in (0, 1):
        PollOption.objects.create(poll=poll, position=place, title=str(place))
    Post.objects.filter(pk=followers.pk).update(has_poll=True)
    media = MediaFile.objects.create(owner=alice, kind=Kind.IMAGE, state=State.READY, name="x.png")
    waiting = ScheduledPost.objects.create(
        account=alice, scheduled_at=now() + timedelta(days=1), params={"text": "Later", "visibility": 0}
    )
    chosen = Filter.objects.create(account=alice, title="Private", context=["home"])
    rows = {
        "followers": followers,
        "direct": direct,
        "poll": poll,
        "media": media,
        "scheduled": waiting,
        "list": List.objects.create(account=alice, title="Private"),
        "filter": chosen,
        "keyword": FilterKeyword.objects.create(filter=chosen, keyword="x"),
        "filtered": FilterPost.objects.create(filter=chosen, post=direct),
        "notification": Notification.objects.create(
            account=alice, actor=bob, type=NotificationType.FOLLOW, group_key="x"
        ),
        "conversation": Conversation.objects.get_or_create(account=alice, thread=direct.thread)[0],
        "request": NotificationRequest.objects.create(account=alice, sender=bob),
    }
    return {name: row.pk for name, row in rows.items()}


def with_id(route: Route) -> bool:
    return any(
        part == ":id" or (part.startswith(":") and part.endswith("_id")) for part in route.path.split("/")
    )


def ask(client: ApiClient, route: Route, number: int) -> tuple[int, str]:
    """Status and body, with the number taken out of it."""
    path = "/".join(str(number) if part.startswith(":") else part for part in route.path.split("/"))
    send = getattr(client, route.method.lower())
    response = send(path) if route.method == "GET" else send(path, BODY)
    return response.status_code, response.content.decode().replace(str(number), "N")


def differences(client: ApiClient, secrets: dict[str, int]) -> list[str]:
    found = []
    for route in filter(with_id, ROUTES):
        for name, number in secrets.items():
            unknown, theirs = ask(client, route, UNKNOWN), ask(client, route, number)
            if theirs != unknown or theirs[0] >= 500:
                found.append(f"{route.method} {route.path} tells of Alice's {name}: {theirs}, not {unknown}")
    return found


def test_a49_stranger_cannot_tell_what_is_hers_from_what_is_not_there(
    charlie: Account, client_of: Callable[..., ApiClient], secrets: dict[str, int]
) -> None:
    assert differences(client_of(charlie), secrets) == []


def test_a49_nobody_without_an_account_can(anonymous: ApiClient, secrets: dict[str, int]) -> None:
    assert differences(anonymous, secrets) == []


def test_a49_stranger_has_changed_nothing(
    charlie: Account, client_of: Callable[..., ApiClient], secrets: dict[str, int]
) -> None:
    def state() -> list[Any]:
        models = (Post, MediaFile, ScheduledPost, List, Filter, FilterKeyword, FilterPost, Notification)
        theirs = [list(model.objects.exclude(pk=0).order_by("pk").values()) for model in models]
        return [*theirs, list(Conversation.objects.values()), list(NotificationRequest.objects.values())]

    before = state()
    client = client_of(charlie)
    for route in filter(with_id, ROUTES):
        for number in secrets.values():
            ask(client, route, number)
    assert state() == before


def test_a49_owner_is_shown_what_is_hers(
    alice: Account, client_of: Callable[..., ApiClient], secrets: dict[str, int]
) -> None:
    """The control: the sweep has real things to find."""
    client = client_of(alice)
    reads = [route for route in ROUTES if route.method == "GET" and with_id(route)]
    shown = {
        name for name, number in secrets.items() for route in reads if ask(client, route, number)[0] == 200
    }
    assert {"followers", "direct", "poll", "media", "scheduled", "list", "filter"} <= shown
