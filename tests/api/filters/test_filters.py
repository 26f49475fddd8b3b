"""Filters of version 2: whose they are, what they say, and what becomes of the posts they find."""

from datetime import timedelta

import pytest
from tests.conftest import follow

from openrounds.accounts.models import Visibility
from openrounds.core.clock import now
from openrounds.timelines.filter_rules import MOST_FILTERS, MOST_KEYWORDS
from openrounds.timelines.models import Filter, FilterKeyword


@pytest.fixture
def api(client_of, alice):
    return client_of(alice)


@pytest.fixture
def made(api) -> dict:
    sent = {
        "title": "Spoilers",
        "context": ["home", "thread"],
        "keywords_attributes": [{"keyword": "stage 3"}],
    }
    return api.post("/api/v2/filters", sent).json()


def test_alice_makes_a_filter(api) -> None:
    sent = {
        "title": "Spoilers",
        "context": ["thread", "home"],
        "filter_action": "hide",
        "expires_in": 3600,
        "keywords_attributes": [{"keyword": "stage 3", "whole_word": False}, {"keyword": "reveal"}],
    }
    made = api.post("/api/v2/filters", sent).json()
    assert (made["title"], made["context"], made["filter_action"]) == ("Spoilers", ["home", "thread"], "hide")
    assert [(k["keyword"], k["whole_word"]) for k in made["keywords"]] == [
        ("stage 3", False),
        ("reveal", True),
    ]
    assert made["statuses"] == []
    row = Filter.objects.get(pk=made["id"])
    assert timedelta(seconds=3590) < row.expires_at - now() < timedelta(seconds=3610)
    assert api.get("/api/v2/filters").json() == [made]
    assert api.get(f"/api/v2/filters/{made['id']}").json() == made


def test_filter_may_come_as_a_form(api) -> None:
    form = {
        "title": "Spoilers",
        "context[]": ["home", "public"],
        "expires_in": "",
        "keywords_attributes[0][keyword]": "one",
        "keywords_attributes[0][whole_word]": "false",
        "keywords_attributes[1][keyword]": "two",
        "keywords_attributes[1][whole_word]": "1",
    }
    made = api.post("/api/v2/filters", form, form=True).json()
    assert made["context"] == ["home", "public"]
    assert made["expires_at"] is None
    assert [(k["keyword"], k["whole_word"]) for k in made["keywords"]] == [("one", False), ("two", True)]


def test_charlie_cannot_touch_filters_of_alice(client_of, charlie, alice, made, post_as) -> None:
    stranger, path, keyword = client_of(charlie), f"/api/v2/filters/{made['id']}", made["keywords"][0]["id"]
    chosen = client_of(alice).post(f"{path}/statuses", {"status_id": post_as(charlie).pk}).json()["id"]
    assert stranger.get("/api/v2/filters").json() == []
    assert stranger.get("/api/v1/filters").json() == []
    for answer in (
        stranger.get(path),
        stranger.put(path, {"title": "Mine"}),
        stranger.delete(path),
        stranger.get(f"{path}/keywords"),
        stranger.post(f"{path}/keywords", {"keyword": "x"}),
        stranger.get(f"/api/v2/filters/keywords/{keyword}"),
        stranger.put(f"/api/v2/filters/keywords/{keyword}", {"keyword": "x"}),
        stranger.delete(f"/api/v2/filters/keywords/{keyword}"),
        stranger.get(f"{path}/statuses"),
        stranger.post(f"{path}/statuses", {"status_id": 1}),
        stranger.get(f"/api/v2/filters/statuses/{chosen}"),
        stranger.delete(f"/api/v2/filters/statuses/{chosen}"),
        stranger.get(f"/api/v1/filters/{keyword}"),
        stranger.put(f"/api/v1/filters/{keyword}", {"phrase": "x"}),
        stranger.delete(f"/api/v1/filters/{keyword}"),
    ):
        assert answer.status_code == 404
    assert client_of(alice).get(path).json()["keywords"] == made["keywords"]


def test_token_without_the_scope_is_refused(client_of, alice, anonymous) -> None:
    assert client_of(alice, "read:statuses").get("/api/v2/filters").status_code == 403
    assert client_of(alice, "read").post("/api/v2/filters", {}).status_code == 403
    assert anonymous.get("/api/v2/filters").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 257},
        {"context": []},
        {"context": ["everywhere"]},
        {"filter_action": "burn"},
        {"expires_in": -1},
        {"expires_in": "soon"},
        {"expires_in": 10**12},
        {"keywords_attributes": [{"keyword": ""}]},
        {"keywords_attributes": [{"keyword": "x" * 513}]},
        {"keywords_attributes": ["x"]},
    ],
)
def test_wrong_filter_is_refused_and_nothing_is_written(api, wrong) -> None:
    answer = api.post("/api/v2/filters", {"title": "x", "context": ["home"]} | wrong)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("Validation failed")
    assert api.get("/api/v2/filters").json() == []


def test_edit_changes_only_what_is_sent(api, made) -> None:
    path = f"/api/v2/filters/{made['id']}"
    changed = api.put(path, {"filter_action": "blur", "expires_in": 60}).json()
    assert (changed["title"], changed["context"], changed["keywords"]) == (
        made["title"],
        made["context"],
        made["keywords"],
    )
    assert changed["filter_action"] == "blur"
    assert changed["expires_at"]
    assert api.put(path, {"title": "Other"}).json()["expires_at"] == changed["expires_at"]
    assert api.put(path, {"expires_in": ""}).json()["expires_at"] is None
    api.put(path, {"expires_in": 60})
    assert api.put(path, {"expires_in": None}).json()["expires_at"] is None


def test_edit_adds_changes_and_drops_keywords(api, made) -> None:
    path, first = f"/api/v2/filters/{made['id']}", made["keywords"][0]["id"]
    changes = [{"id": first, "keyword": "stage 4", "whole_word": False}, {"id": "", "keyword": "new"}]
    changed = api.put(path, {"keywords_attributes": changes}).json()
    assert [(k["keyword"], k["whole_word"]) for k in changed["keywords"]] == [
        ("stage 4", False),
        ("new", True),
    ]
    changed = api.put(path, {"keywords_attributes": [{"id": first, "_destroy": "true"}]}).json()
    assert [k["keyword"] for k in changed["keywords"]] == ["new"]


def test_edit_with_a_foreign_keyword_changes_nothing(api, client_of, charlie, made) -> None:
    foreign = Filter.objects.create(account=charlie, title="x", context=["home"]).keywords.create(
        keyword="theirs"
    )
    changes = [{"id": made["keywords"][0]["id"], "_destroy": True}, {"id": str(foreign.pk), "_destroy": True}]
    path = f"/api/v2/filters/{made['id']}"
    assert api.put(path, {"title": "Changed", "keywords_attributes": changes}).status_code == 404
    assert api.get(path).json() == made
    assert FilterKeyword.objects.filter(pk=foreign.pk).exists()


def test_keywords_have_addresses_of_their_own(api, made) -> None:
    path = f"/api/v2/filters/{made['id']}/keywords"
    added = api.post(path, {"keyword": "reveal", "whole_word": False}).json()
    assert added == {"id": added["id"], "keyword": "reveal", "whole_word": False}
    assert api.get(path).json() == [*made["keywords"], added]
    one = f"/api/v2/filters/keywords/{added['id']}"
    assert api.get(one).json() == added
    assert api.put(one, {"keyword": "revealed"}).json() == added | {"keyword": "revealed"}
    assert api.delete(one).json() == {}
    assert api.get(path).json() == made["keywords"]
    assert api.post(path, {}).status_code == 422
    assert (
        api.put(f"/api/v2/filters/keywords/{made['keywords'][0]['id']}", {"keyword": ""}).status_code == 422
    )


def test_single_post_is_filtered(api, alice, charlie, made, post_as) -> None:
    post, filter_id = post_as(charlie), made["id"]
    path = f"/api/v2/filters/{filter_id}/statuses"
    chosen = api.post(path, {"status_id": str(post.pk)}).json()
    assert chosen == {"id": chosen["id"], "status_id": str(post.pk)}
    assert api.get(path).json() == [chosen]
    assert api.get(f"/api/v2/filters/statuses/{chosen['id']}").json() == chosen
    assert api.get(f"/api/v2/filters/{made['id']}").json()["statuses"] == [chosen]
    (found,) = api.get(f"/api/v1/statuses/{post.pk}").json()["filtered"]
    assert found["status_matches"] == [str(post.pk)]
    assert api.post(path, {"status_id": str(post.pk)}).status_code == 422
    assert api.delete(f"/api/v2/filters/statuses/{chosen['id']}").json() == {}
    assert api.get(path).json() == []


def test_post_that_alice_may_not_see_cannot_be_filtered(api, bob, charlie, made, post_as) -> None:
    path = f"/api/v2/filters/{made['id']}/statuses"
    assert (
        api.post(path, {"status_id": post_as(charlie, visibility=Visibility.FOLLOWERS).pk}).status_code == 404
    )
    assert api.post(path, {"status_id": 1}).status_code == 404
    assert api.post(path, {}).status_code == 400


def test_warning_filter_is_named_beside_the_post(api, alice, bob, made, post_as) -> None:
    follow(alice, bob)
    post_as(bob, "This is Stage 3 of it")
    (shown,) = api.get("/api/v1/timelines/home").json()
    (found,) = shown["filtered"]
    assert found["keyword_matches"] == ["stage 3"]
    assert found["status_matches"] is None
    assert found["filter"]["id"] == made["id"]
    assert "keywords" not in found["filter"]


def test_hiding_filter_takes_posts_out_of_home_but_not_out_of_a_profile(
    api, alice, bob, made, post_as
) -> None:
    follow(alice, bob)
    post_as(bob, "This is stage 3")
    post_as(bob, "Fine")
    api.put(f"/api/v2/filters/{made['id']}", {"filter_action": "hide"})
    assert len(api.get("/api/v1/timelines/home").json()) == 1
    assert len(api.get(f"/api/v1/accounts/{bob.pk}/statuses").json()) == 2


def test_filter_that_is_over_finds_nothing(api, alice, bob, made, post_as) -> None:
    follow(alice, bob)
    post_as(bob, "This is stage 3")
    Filter.objects.update(expires_at=now())
    (shown,) = api.get("/api/v1/timelines/home").json()
    assert shown["filtered"] == []
    assert len(api.get("/api/v2/filters").json()) == 1


def test_words_of_a_page_are_read_once(api, bob, post_as, django_assert_num_queries) -> None:
    keywords = [{"keyword": "stage 3"}]
    api.post("/api/v2/filters", {"title": "x", "context": ["public"], "keywords_attributes": keywords})
    for n in range(40):
        post_as(bob, f"Asystole {n}, and a good deal more to say about it. " * 5)
    assert len(api.get("/api/v1/timelines/public").json()) == 20
    with django_assert_num_queries(
        5
    ):  # the token, lines with authors, flags, filters, what they hold themselves
        shown = api.get("/api/v1/timelines/public").json()
    assert len(shown) == 20 and not any(post["filtered"] for post in shown)


def test_own_posts_are_never_filtered(api, alice, made, post_as) -> None:
    post_as(alice, "stage 3")
    (shown,) = api.get("/api/v1/timelines/home").json()
    assert shown["filtered"] == []


def test_deleted_filter_is_gone(api, made) -> None:
    assert api.delete(f"/api/v2/filters/{made['id']}").json() == {}
    assert api.get(f"/api/v2/filters/{made['id']}").status_code == 404
    assert not FilterKeyword.objects.exists()


def test_filters_and_keywords_are_limited(api, alice, made) -> None:
    Filter.objects.bulk_create(
        Filter(account=alice, title="x", context=["home"]) for _ in range(MOST_FILTERS - 1)
    )
    assert api.post("/api/v2/filters", {"title": "x", "context": ["home"]}).status_code == 422
    FilterKeyword.objects.bulk_create(
        FilterKeyword(filter_id=made["id"], keyword="x") for _ in range(MOST_KEYWORDS - 1)
    )
    path = f"/api/v2/filters/{made['id']}"
    assert api.post(f"{path}/keywords", {"keyword": "x"}).status_code == 422
    assert api.put(path, {"keywords_attributes": [{"keyword": "x"}]}).status_code == 422
    assert FilterKeyword.objects.filter(filter_id=made["id"]).count() == MOST_KEYWORDS


def test_filters_cost_the_same_however_many(api, alice, django_assert_num_queries) -> None:
    for n in range(20):
        Filter.objects.create(account=alice, title=f"{n}", context=["home"]).keywords.create(keyword="x")
    api.get("/api/v2/filters")  # the first call of a day notes that the token is used
    with django_assert_num_queries(4):
        assert len(api.get("/api/v2/filters").json()) == 20
