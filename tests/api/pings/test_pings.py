"""/api/openrounds/v1/pings: when phones may ring; …/posts/:id/pings: whose did not, and whom to try."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.conftest import ApiClient, make_person

from openrounds.accounts.models import Account, Block
from openrounds.core.clock import ago
from openrounds.posts.models import Post
from openrounds.push.models import Ping, PingWishes
from openrounds.timelines.models import Notification

PATH = "/api/openrounds/v1/pings"
NONE = {
    "time_zone": "UTC",
    "quiet_from": None,
    "quiet_until": None,
    "weekly_cap": None,
    "on_call": False,
    "pinged_this_week": 0,
}


@pytest.fixture
def client(bob: Account, client_of: Callable[..., ApiClient]) -> ApiClient:
    return client_of(bob)


def test_nobody_is_left_in_peace_unasked(client: ApiClient) -> None:
    assert client.get(PATH).json() == NONE


def test_wishes_are_read_back_and_taken_back(
    client: ApiClient, charlie: Account, client_of: Callable[..., ApiClient]
) -> None:
    wishes = {
        "time_zone": "Europe/London",
        "quiet_from": "22:30",
        "quiet_until": "07:00",
        "weekly_cap": 3,
        "on_call": True,
    }
    assert client.patch(PATH, wishes).json() == NONE | wishes
    assert client.get(PATH).json() == NONE | wishes
    assert client_of(charlie).get(PATH).json() == NONE
    assert client.patch(PATH, {"weekly_cap": 0}).json() == NONE | wishes | {"weekly_cap": None}
    taken = {"quiet_from": "", "quiet_until": "", "time_zone": "UTC", "on_call": False}
    assert client.put(PATH, taken).json() == NONE


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "Europe"},
        {"time_zone": "x" * 5000},
        {"quiet_from": "22:30"},
        {"quiet_until": "07:00"},
        {"quiet_from": "22:30", "quiet_until": "22:30"},
        {"quiet_from": "25:00", "quiet_until": "07:00"},
        {"quiet_from": "ten", "quiet_until": "07:00"},
        {"weekly_cap": -1},
        {"weekly_cap": 100000},
        {"weekly_cap": "some"},
        {"on_call": "perhaps"},
    ],
    ids=str,
)
def test_wishes_that_make_no_sense_change_nothing(client: ApiClient, wrong: dict[str, Any]) -> None:
    answer = client.patch(PATH, {"weekly_cap": 7} | wrong)
    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}
    assert client.get(PATH).json() == NONE


def test_wishes_need_a_scope(bob: Account, anonymous: ApiClient, client_of: Callable[..., ApiClient]) -> None:
    assert client_of(bob, "read").patch(PATH, {"weekly_cap": 1}).status_code == 403
    assert client_of(bob, "write").get(PATH).status_code == 403
    assert anonymous.get(PATH).status_code == 401


@pytest.fixture
def expert(bob: Account) -> Account:
    """Bob, who wants to be asked once a week."""
    Account.objects.filter(pk=bob.pk).update(specialty="Haematology")
    PingWishes.objects.create(account=bob, weekly_cap=1)
    return bob


Posting = Callable[..., Post]


@pytest.fixture
def unheard(alice: Account, expert: Account, post_as: Posting) -> Post:
    """Alice's second question to Bob."""
    post_as(alice, "@bob what is this film?")
    return post_as(alice, "@bob and this one?")


def path_of(post: Post) -> str:
    return f"/api/openrounds/v1/posts/{post.pk}/pings"


def test_asker_is_told_that_the_expert_was_asked_recently(
    alice: Account, expert: Account, unheard: Post, client: ApiClient, client_of: Callable[..., ApiClient]
) -> None:
    (found,) = client_of(alice).get(path_of(unheard)).json()
    assert (found["account"]["username"], found["reason"], found["instead"]) == ("bob", "asked_recently", [])
    assert client.get(PATH).json()["pinged_this_week"] == 1
    assert Notification.objects.filter(account=expert, type="mention").count() == 2


def test_asker_is_told_nothing_of_a_question_that_rang(
    alice: Account, expert: Account, post_as: Posting, client_of: Callable[..., ApiClient]
) -> None:
    heard = post_as(alice, "@bob what is this film?")
    assert client_of(alice).get(path_of(heard)).json() == []


def test_only_the_asker_is_told(
    unheard: Post, bob: Account, charlie: Account, anonymous: ApiClient, client_of: Callable[..., ApiClient]
) -> None:
    for other in (client_of(bob), client_of(charlie)):
        assert other.get(path_of(unheard)).status_code == 404
    assert anonymous.get(path_of(unheard)).status_code == 401


def colleague(name: str, **wishes: Any) -> Account:
    account = make_person(name, specialty=wishes.pop("specialty", "haematology"))
    PingWishes.objects.create(account=account, **{"on_call": True} | wishes)
    return account


def test_colleagues_on_call_are_named_instead(
    alice: Account, unheard: Post, client_of: Callable[..., ApiClient], post_as: Posting
) -> None:
    dora, emil, fay = colleague("dora", weekly_cap=1), colleague("emil"), colleague("fay", weekly_cap=5)
    colleague("gus", on_call=False)
    colleague("hal", specialty="Cardiology")
    blocker = colleague("ida")
    Block.objects.create(blocker=blocker, blocked=alice)
    Ping.objects.create(account=dora, post=unheard, rang=True)
    Ping.objects.create(account=fay, post=unheard, rang=True)
    (found,) = client_of(alice).get(path_of(unheard)).json()
    assert [one["username"] for one in found["instead"]] == [emil.username, fay.username]
    Ping.objects.filter(account=dora).update(created_at=ago(days=8))
    (found,) = client_of(alice).get(path_of(unheard)).json()
    assert {one["username"] for one in found["instead"]} == {"dora", "emil", "fay"}


def test_blocked_asker_learns_nothing(
    alice: Account, expert: Account, post_as: Posting, client_of: Callable[..., ApiClient]
) -> None:
    PingWishes.objects.update(weekly_cap=1)
    Block.objects.create(blocker=expert, blocked=alice)
    for _ in range(2):
        post = post_as(alice, "@bob?")
    assert client_of(alice).get(path_of(post)).json() == []
    assert not Ping.objects.exists()
