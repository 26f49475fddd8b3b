"""What many people talk about, as apps see it."""

import msgspec
import pytest

from openrounds.accounts.models import Visibility
from openrounds.api.entities.search import TrendingLink
from openrounds.api.entities.status import Status
from openrounds.api.entities.tag import Tag
from openrounds.posts.actions import favourite
from openrounds.posts.models import Post, PreviewCard
from openrounds.search import trends

TAGS, STATUSES, LINKS = "/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links"


def read(client, path, kind, **more):
    response = client.get(path, more)
    assert response.status_code == 200, response.content
    msgspec.json.decode(response.content, type=list[kind])
    return response.json()


@pytest.mark.parametrize("path", [TAGS, STATUSES, LINKS, "/api/v1/trends"])
def test_nothing_trends_on_a_new_server(anonymous, alice, client_of, path):
    for client in (anonymous, client_of(alice)):
        response = client.get(path)
        assert response.json() == [] and "Link" not in response.headers


def test_hashtags_come_with_their_week(alice, bob, anonymous, client_of, post_as):
    for author in (alice, bob):
        post_as(author, "#Sepsis #Lactate")
    trends.count()
    first, _ = read(anonymous, TAGS, Tag)
    assert first["history"][0]["uses"] == first["history"][0]["accounts"] == "2"
    assert int(first["history"][0]["day"]) % 86_400 == 0
    assert "following" not in first
    assert all(tag["following"] is False for tag in read(client_of(bob), "/api/v1/trends", Tag))
    response = anonymous.get(TAGS, {"limit": 1})
    assert 'rel="next"' in response.headers["Link"] and "offset=1" in response.headers["Link"]
    (second,) = read(anonymous, TAGS, Tag, limit=1, offset=1)
    assert {first["name"], second["name"]} == {"Sepsis", "Lactate"}


def test_posts_that_many_like_trend_but_private_ones_never(
    alice, bob, charlie, anonymous, client_of, post_as
):
    post = post_as(alice, "Good")
    unlisted = post_as(alice, "Quiet", visibility=Visibility.UNLISTED)
    for person in (bob, charlie):
        favourite(person.pk, post.pk)
        favourite(person.pk, unlisted.pk)
    trends.count()
    (status,) = read(anonymous, STATUSES, Status)
    assert status["id"] == str(post.pk)
    (status,) = read(client_of(bob), STATUSES, Status)
    assert status["favourited"] is True
    Post.objects.filter(pk=post.pk).update(visibility=Visibility.FOLLOWERS)
    assert read(client_of(charlie), STATUSES, Status) == []


def test_links_come_with_their_week_and_their_posts(alice, bob, charlie, anonymous, client_of, post_as):
    card = PreviewCard.objects.create(url="https://example.org/paper", title="A paper")
    posts = [post_as(author, "Read this") for author in (alice, bob)]
    hidden = post_as(bob, "And this", visibility=Visibility.FOLLOWERS)
    Post.objects.filter(pk__in=[post.pk for post in (*posts, hidden)]).update(card=card)
    trends.count()
    (link,) = read(anonymous, LINKS, TrendingLink)
    assert (link["url"], link["history"][0]["accounts"]) == (card.url, "2")
    found = read(client_of(charlie), "/api/v1/timelines/link", Status, url=card.url)
    assert [status["id"] for status in found] == [str(posts[1].pk), str(posts[0].pk)]
    assert anonymous.get("/api/v1/timelines/link", {"url": "https://example.org/other"}).status_code == 404
    assert anonymous.get("/api/v1/timelines/link").status_code == 404


@pytest.mark.parametrize(
    "more", [{"limit": "-1"}, {"limit": "999"}, {"offset": "-9"}, {"offset": "9999999999999999999"}]
)
@pytest.mark.parametrize("path", [TAGS, STATUSES, LINKS])
def test_odd_pages_are_no_errors(anonymous, path, more):
    assert anonymous.get(path, more).status_code == 200
