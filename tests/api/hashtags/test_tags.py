"""GET /api/v1/tags/:name and what one does with hashtags."""

import msgspec
import pytest

from openrounds.api.entities.tag import FeaturedTag, Tag
from openrounds.hashtags.models import Hashtag


def test_hashtag_that_nobody_used_is_answered_all_the_same(alice, anonymous, client_of):
    tag = msgspec.json.decode(anonymous.get("/api/v1/tags/TeamHaem").content, type=Tag)
    assert (tag.name, tag.url, tag.history, tag.following) == (
        "TeamHaem",
        "http://testserver/tags/teamhaem",
        [],
        msgspec.UNSET,
    )
    assert client_of(alice).get("/api/v1/tags/TeamHaem").json()["following"] is False
    assert not Hashtag.objects.exists()


def test_person_follows_and_unfollows_a_hashtag(alice, charlie, client_of):
    client = client_of(alice)
    for _ in range(2):
        assert client.post("/api/v1/tags/TeamHaem/follow").json()["following"] is True
    (tag,) = msgspec.json.decode(client.get("/api/v1/followed_tags").content, type=list[Tag])
    assert (tag.name, tag.following, len(tag.history)) == ("TeamHaem", True, 7)
    assert client_of(charlie).get("/api/v1/followed_tags").json() == []
    assert client.post("/api/v1/tags/teamhaem/unfollow").json()["following"] is False
    assert client.post("/api/v1/tags/unknown/unfollow").json()["following"] is False
    assert client.get("/api/v1/followed_tags").json() == []


def test_followed_hashtags_page_by_link(alice, client_of):
    client = client_of(alice)
    for name in ("one", "two"):
        client.post(f"/api/v1/tags/{name}/follow")
    first = client.get("/api/v1/followed_tags", {"limit": 1})
    assert [t["name"] for t in first.json()] == ["two"]
    following = client.get(first["Link"].split(";")[0].strip("<>"))
    assert [t["name"] for t in following.json()] == ["one"]
    before = client.get(following["Link"].split(", ")[-1].split(";")[0].strip("<>"))
    assert [t["name"] for t in before.json()] == ["two"]


@pytest.mark.parametrize("name", ["123", "a b", "a-b", "%23", "x" * 101])
def test_what_is_no_hashtag_cannot_be_followed(alice, client_of, name):
    assert client_of(alice).post(f"/api/v1/tags/{name}/follow").status_code == 422
    assert not Hashtag.objects.exists()


def test_person_shows_hashtags_on_his_profile(alice, bob, client_of, anonymous, post_as):
    post_as(alice, "A film #Anaemia")
    client = client_of(alice)
    made = msgspec.json.decode(
        client.post("/api/v1/featured_tags", {"name": "#anaemia"}).content, type=FeaturedTag
    )
    assert (made.name, made.statuses_count, made.url) == ("Anaemia", "1", "http://testserver/tags/anaemia")
    assert made.last_status_at
    assert (
        client.get("/api/v1/featured_tags").json()
        == anonymous.get(f"/api/v1/accounts/{alice.pk}/featured_tags").json()
    )
    assert client_of(bob).delete(f"/api/v1/featured_tags/{made.id}").status_code == 404
    assert client.delete(f"/api/v1/featured_tags/{made.id}").json() == {}
    assert client.get("/api/v1/featured_tags").json() == []
    assert client.post("/api/v1/featured_tags", {"name": "123"}).status_code == 422
    assert client.post("/api/v1/featured_tags").status_code == 400


def test_hashtag_is_featured_by_name_or_id(alice, client_of):
    client = client_of(alice)
    tag = client.post("/api/v1/tags/anaemia/feature").json()
    assert tag["featuring"] is True
    assert client.post(f"/api/v1/tags/{tag['id']}/unfeature").json()["featuring"] is False
    assert client.post(f"/api/v1/tags/{tag['id']}/feature").json()["name"] == "anaemia"
    assert client.post("/api/v1/tags/unknown/unfeature").json()["featuring"] is False
    assert client.post("/api/v1/tags/999999/feature").status_code == 404


def test_profile_shows_ten_hashtags_at_most(alice, client_of):
    client = client_of(alice)
    for n in range(10):
        assert client.post("/api/v1/featured_tags", {"name": f"tag{n}"}).status_code == 200
    assert client.post("/api/v1/featured_tags", {"name": "tag10"}).status_code == 422
    assert client.post("/api/v1/featured_tags", {"name": "tag0"}).status_code == 200


def test_most_used_hashtags_are_offered(alice, client_of, post_as):
    post_as(alice, "#one #two")
    post_as(alice, "#two")
    client = client_of(alice)
    assert [t["name"] for t in client.get("/api/v1/featured_tags/suggestions").json()] == ["two", "one"]
    client.post("/api/v1/featured_tags", {"name": "two"})
    assert [t["name"] for t in client.get("/api/v1/featured_tags/suggestions").json()] == ["one"]


def test_strangers_follow_and_feature_nothing(anonymous):
    for path in ("tags/a/follow", "tags/a/unfollow", "tags/a/feature", "tags/a/unfeature", "featured_tags"):
        assert anonymous.post(f"/api/v1/{path}").status_code == 401
