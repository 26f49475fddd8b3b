"""The notification policy and the requests that it makes"""

import pytest
from tests.conftest import make_person

from openrounds.accounts.models import Visibility
from openrounds.jobs.models import Happening
from openrounds.posts import actions as posts
from openrounds.timelines.models import Notification, NotificationPermission

POLICY = "/api/v2/notifications/policy"
REQUESTS = "/api/v1/notifications/requests"
LIST = "/api/v1/notifications"


@pytest.fixture
def held(alice, bob, post_as):
    """Alice, a stranger, writes directly to Bob, twice."""
    return [post_as(alice, f"@bob message {n}", visibility=Visibility.DIRECT) for n in range(2)]


def request_id(client) -> str:
    (request,) = client.get(REQUESTS).json()
    return request["id"]


def test_new_account_has_the_default_policy(bob, client_of):
    assert client_of(bob).get(POLICY).json() == {
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "filter",
        "for_limited_accounts": "filter",
        "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
    }


@pytest.mark.parametrize("verb", ["patch", "put"])
def test_person_changes_part_of_the_policy(verb, bob, client_of):
    client = client_of(bob)
    answer = getattr(client, verb)(POLICY, {"for_not_following": "drop"})
    assert answer.json()["for_not_following"] == "drop"
    assert client.get("/api/v2/notifications/policy").json()["for_private_mentions"] == "filter"
    assert getattr(client, verb)(POLICY, {"for_not_following": "maybe"}).status_code == 422
    assert client.get(POLICY).json()["for_not_following"] == "drop"


def test_old_app_changes_the_policy_by_truth_values(bob, client_of):
    client = client_of(bob)
    changed = {"filter_not_following": True, "filter_private_mentions": False}
    answer = client.patch("/api/v1/notifications/policy", changed).json()
    assert answer["filter_not_following"]
    assert not answer["filter_private_mentions"]
    assert client.get("/api/v1/notifications/policy").json() == answer
    assert client.get(POLICY).json()["for_private_mentions"] == "accept"


def test_request_shows_sender_last_post_and_number(alice, bob, charlie, held, client_of):
    client = client_of(bob)
    (request,) = client.get(REQUESTS).json()
    assert request["account"]["username"] == "alice"
    assert request["last_status"]["id"] == str(held[1].pk)
    assert request["notifications_count"] == "2"
    assert client.get(f"/api/v1/notifications/requests/{request['id']}").json() == request
    assert client.get(POLICY).json()["summary"] == {
        "pending_requests_count": 1,
        "pending_notifications_count": 2,
    }
    assert client_of(charlie).get(REQUESTS).json() == []
    assert client_of(charlie).get(f"{REQUESTS}/{request['id']}").status_code == 404


def test_request_outlives_its_last_post(alice, bob, held, client_of):
    posts.delete_post(alice.pk, held[1].pk)
    (request,) = client_of(bob).get(REQUESTS).json()
    assert request["last_status"] is None
    assert request["notifications_count"] == "1"


def test_accepted_sender_comes_through_now_and_from_now_on(alice, bob, held, client_of, post_as):
    client = client_of(bob)
    assert client.post(f"/api/v1/notifications/requests/{request_id(client)}/accept").json() == {}
    assert client.get(REQUESTS).json() == []
    assert client.get("/api/v1/notifications/requests/merged").json() == {"merged": True}
    post_as(alice, "@bob a third", visibility=Visibility.DIRECT)
    assert [n["type"] for n in client.get(LIST).json()] == ["mention"] * 3
    assert len(client.get("/api/v1/conversations").json()) == 3
    assert Happening.objects.filter(kind="NotificationsMerged").count() == 1


def test_dismissed_request_forgets_what_was_sent_but_not_what_comes(alice, bob, held, client_of, post_as):
    client = client_of(bob)
    assert client.post(f"/api/v1/notifications/requests/{request_id(client)}/dismiss").json() == {}
    assert client.get(LIST, {"include_filtered": True}).json() == []
    post_as(alice, "@bob a third", visibility=Visibility.DIRECT)
    (request,) = client.get(REQUESTS).json()
    assert request["notifications_count"] == "1"


def test_stranger_cannot_decide_for_another(bob, charlie, held, client_of):
    mine, others = client_of(bob), client_of(charlie)
    wanted = request_id(mine)
    for verb in ("accept", "dismiss"):
        assert others.post(f"{REQUESTS}/{wanted}/{verb}").status_code == 404
        assert others.post(f"{REQUESTS}/{verb}", {"id": [wanted]}).status_code == 404
    assert not NotificationPermission.objects.exists()
    assert request_id(mine) == wanted


@pytest.mark.parametrize(("verb", "left"), [("accept", 3), ("dismiss", 0)])
def test_many_requests_are_decided_at_once(verb, left, bob, post_as, client_of):
    for n in range(3):
        post_as(make_person(f"writer{n}"), "@bob hello", visibility=Visibility.DIRECT)
    client = client_of(bob)
    page = client.get(REQUESTS, {"limit": 2})
    assert 'rel="next"' in page.headers["Link"]
    ids = [r["id"] for r in client.get(REQUESTS).json()]
    assert client.post(f"{REQUESTS}/{verb}", {"id": [*ids, "1"]}).status_code == 404
    assert len(client.get(REQUESTS).json()) == 3
    assert client.post(f"{REQUESTS}/{verb}", {"id": ids}).json() == {}
    assert client.get(REQUESTS).json() == []
    assert Notification.objects.count() == left
    assert client.post("/api/v1/notifications/requests/accept", {}).json() == {}
    assert client.post("/api/v1/notifications/requests/dismiss", {}).json() == {}


def test_requests_are_read_in_a_fixed_number_of_queries(bob, post_as, client_of, django_assert_num_queries):
    for n in range(6):
        post_as(make_person(f"writer{n}"), "@bob hello", visibility=Visibility.DIRECT)
    client = client_of(bob)
    client.get(REQUESTS)
    with django_assert_num_queries(6):  # the token, requests, visibility, posts, flags, accounts
        client.get(REQUESTS)
