"""Lists: whose they are, who is on them, and what an exclusive one takes from home."""

import pytest
from tests.conftest import follow, make_person

from openrounds.accounts.facts import Blocked, FollowRequestEnded, Unfollowed
from openrounds.accounts.models import Follow, FollowRequest
from openrounds.timelines import list_actions, list_jobs
from openrounds.timelines.list_actions import MOST_LISTS


@pytest.fixture
def api(client_of, alice):
    return client_of(alice)


@pytest.fixture
def colleagues(api) -> str:
    return api.post("/api/v1/lists", {"title": "Colleagues"}).json()["id"]


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [each["id"] for each in answer.json()]


def test_alice_makes_a_list(api) -> None:
    made = api.post(
        "/api/v1/lists", {"title": "Colleagues", "replies_policy": "followed", "exclusive": "true"}
    ).json()
    assert made == {"id": made["id"], "title": "Colleagues", "replies_policy": "followed", "exclusive": True}
    assert api.get("/api/v1/lists").json() == [made]
    assert api.get(f"/api/v1/lists/{made['id']}").json() == made


def test_charlie_sees_no_list_of_alice(client_of, charlie, colleagues) -> None:
    stranger, path = client_of(charlie), f"/api/v1/lists/{colleagues}"
    assert stranger.get("/api/v1/lists").json() == []
    for answer in (
        stranger.get(path),
        stranger.put(path, {"title": "Mine"}),
        stranger.delete(path),
        stranger.get(f"{path}/accounts"),
        stranger.post(f"{path}/accounts", {"account_ids": []}),
        stranger.delete(f"{path}/accounts", {"account_ids": []}),
    ):
        assert answer.status_code == 404


def test_token_without_the_scope_is_refused(client_of, alice, anonymous) -> None:
    assert client_of(alice, "read:statuses write:statuses").get("/api/v1/lists").status_code == 403
    assert client_of(alice, "read").post("/api/v1/lists", {"title": "x"}).status_code == 403
    assert anonymous.get("/api/v1/lists").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"title": " "},
        {"title": "x" * 257},
        {"title": "x", "replies_policy": "all"},
        {"title": "x", "exclusive": "perhaps"},
    ],
)
def test_wrong_list_is_refused(api, wrong) -> None:
    assert api.post("/api/v1/lists", wrong).status_code == 422
    assert api.get("/api/v1/lists").json() == []


def test_edit_changes_only_what_is_sent(api, colleagues) -> None:
    path = f"/api/v1/lists/{colleagues}"
    assert api.put(path, {"replies_policy": "none"}).json()["title"] == "Colleagues"
    changed = api.put(path, {"title": "Friends"}).json()
    assert (changed["title"], changed["replies_policy"]) == ("Friends", "none")
    assert api.put(path, {"title": ""}).status_code == 422


def test_deleted_list_is_gone(api, colleagues) -> None:
    assert api.delete(f"/api/v1/lists/{colleagues}").json() == {}
    assert api.get(f"/api/v1/lists/{colleagues}").status_code == 404


def test_lists_are_limited(api, alice) -> None:
    for n in range(MOST_LISTS):
        list_actions.create_list(alice.pk, f"{n}", replies_policy=None, exclusive=False)
    assert api.post("/api/v1/lists", {"title": "one more"}).status_code == 422


def test_alice_puts_people_she_follows_on_a_list(api, alice, bob, charlie, colleagues) -> None:
    follow(alice, bob)
    follow(alice, charlie)
    path = f"/api/v1/lists/{colleagues}/accounts"
    assert api.post(path, {"account_ids": [str(bob.pk)]}).json() == {}
    assert api.post(path, {"account_ids": [str(charlie.pk)]}).json() == {}
    assert ids(api.get(path)) == [str(charlie.pk), str(bob.pk)]
    assert api.delete(path, {"account_ids": [str(bob.pk)]}).json() == {}
    assert ids(api.get(path)) == [str(charlie.pk)]


def test_members_may_be_named_in_a_form_or_the_query(api, alice, bob, colleagues) -> None:
    follow(alice, bob)
    path = f"/api/v1/lists/{colleagues}/accounts"
    assert api.post(path, {"account_ids[]": str(bob.pk)}, form=True).status_code == 200
    assert api.delete(f"{path}?account_ids[]={bob.pk}").status_code == 200
    assert ids(api.get(path)) == []


def test_stranger_cannot_be_put_on_a_list(api, alice, bob, charlie, colleagues) -> None:
    follow(alice, bob)
    path = f"/api/v1/lists/{colleagues}/accounts"
    answer = api.post(path, {"account_ids": [str(bob.pk), str(charlie.pk)]})
    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
    assert ids(api.get(path)) == []


def test_nobody_is_on_a_list_twice(api, alice, bob, colleagues) -> None:
    follow(alice, bob)
    path = f"/api/v1/lists/{colleagues}/accounts"
    assert api.post(path, {"account_ids": [bob.pk, bob.pk]}).status_code == 200
    assert api.post(path, {"account_ids": [bob.pk]}).status_code == 422
    assert ids(api.get(path)) == [str(bob.pk)]


def test_members_come_in_pages_or_all_at_once(api, alice, colleagues) -> None:
    people = [make_person(f"person{n}") for n in range(3)]
    path = f"/api/v1/lists/{colleagues}/accounts"
    for one in people:
        follow(alice, one)
        api.post(path, {"account_ids": [str(one.pk)]})
    newest_first = [str(one.pk) for one in reversed(people)]
    first = api.get(f"{path}?limit=2")
    assert ids(first) == newest_first[:2]
    following = first["Link"].partition("<")[2].partition(">")[0].removeprefix("http://testserver")
    assert ids(api.get(following)) == newest_first[2:]
    everyone = api.get(f"{path}?limit=0")
    assert ids(everyone) == newest_first
    assert not everyone.has_header("Link")


def test_members_cost_the_same_however_many(api, alice, colleagues, django_assert_max_num_queries) -> None:
    for n in range(30):
        one = make_person(f"person{n}")
        follow(alice, one)
        list_actions.add_members(alice.pk, int(colleagues), [one.pk])
    with django_assert_max_num_queries(7):
        assert len(ids(api.get(f"/api/v1/lists/{colleagues}/accounts"))) == 30


@pytest.fixture
def home(api, alice, bob, post_as):
    """Alice follows Bob, and what of him she has in her home."""
    follow(alice, bob)
    post_as(bob, "From Bob")
    return lambda: [each["content"] for each in api.get("/api/v1/timelines/home").json()]


def test_exclusive_list_keeps_its_members_out_of_home(api, bob, home, post_as) -> None:
    assert home() == ["<p>From Bob</p>"]
    made = api.post("/api/v1/lists", {"title": "Apart", "exclusive": True}).json()["id"]
    api.post(f"/api/v1/lists/{made}/accounts", {"account_ids": [bob.pk]})
    post_as(bob, "More")
    assert home() == []
    assert len(api.get(f"/api/v1/timelines/list/{made}").json()) == 2


@pytest.mark.parametrize("how", ["edited", "removed", "deleted"])
def test_what_leaves_an_exclusive_list_comes_home(api, bob, home, how) -> None:
    made = api.post("/api/v1/lists", {"title": "Apart"}).json()["id"]
    path = f"/api/v1/lists/{made}"
    api.post(f"{path}/accounts", {"account_ids": [bob.pk]})
    assert home() == ["<p>From Bob</p>"]
    api.put(path, {"exclusive": True})
    assert home() == []
    if how == "edited":
        api.put(path, {"exclusive": False})
    elif how == "removed":
        api.delete(f"{path}/accounts", {"account_ids": [bob.pk]})
    else:
        api.delete(path)
    assert home() == ["<p>From Bob</p>"]


def test_unfollowed_account_leaves_the_lists(api, alice, bob, colleagues) -> None:
    tie = follow(alice, bob)
    list_actions.add_members(alice.pk, int(colleagues), [bob.pk])
    list_jobs.leave(Unfollowed(alice.pk, bob.pk))
    assert ids(api.get(f"/api/v1/lists/{colleagues}/accounts")) == [str(bob.pk)], "a follow still stands"
    tie.delete()
    list_jobs.leave(Unfollowed(alice.pk, bob.pk))
    assert ids(api.get(f"/api/v1/lists/{colleagues}/accounts")) == []


def test_blocked_account_leaves_the_lists_of_both(api, client_of, alice, bob, colleagues) -> None:
    follow(alice, bob)
    list_actions.add_members(alice.pk, int(colleagues), [bob.pk])
    Follow.objects.all().delete()
    list_jobs.leave_each_other(Blocked(bob.pk, alice.pk))
    assert ids(api.get(f"/api/v1/lists/{colleagues}/accounts")) == []


def test_asked_account_may_be_on_a_list_until_it_refuses(api, alice, bob, colleagues) -> None:
    asked = FollowRequest.objects.create(follower=alice, followee=bob)
    list_actions.add_members(alice.pk, int(colleagues), [bob.pk])
    asked.delete()
    list_jobs.leave_refused(FollowRequestEnded(alice.pk, bob.pk))
    assert ids(api.get(f"/api/v1/lists/{colleagues}/accounts")) == []
