"""Pages of posts and their Link headers, which apps follow to the letter."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.conftest import follow

from openrounds.timelines import feeds

HOME = "/api/v1/timelines/home"


@pytest.fixture
def posts(alice, post_as):
    """Five, the newest first, as ids."""
    return [str(post_as(alice, f"{n} #Häm").pk) for n in range(5)][::-1]


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [status["id"] for status in answer.json()]


def links(answer) -> dict[str, dict[str, list[str]]]:
    """By rel, the query; read as the strictest of apps does."""
    found = {}
    for part in answer.headers.get("Link", "").split(", ") if "Link" in answer.headers else ():
        url, rel = re.fullmatch(r'<(http://testserver/[^<>"\s,]+)>; rel="(next|prev)"', part).groups()
        found[rel] = {"path": urlsplit(url).path, **parse_qs(urlsplit(url).query)}
    return found


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("limit=2", [0, 1]),
        ("limit=2&max_id={1}", [2, 3]),
        ("limit=2&since_id={4}", [0, 1]),
        ("limit=2&min_id={4}", [2, 3]),
        ("limit=9&max_id={0}&min_id={4}", [1, 2, 3]),
        ("limit=0", [0]),
        ("limit=-5", [0]),
        ("max_id={4}", []),
        ("min_id={0}", []),
        ("max_id=0", []),
        ("max_id=99999999999999999999999", [0, 1, 2, 3, 4]),
        ("max_id=9223372036854775807&limit=1", [0]),
        ("min_id=-1&limit=1", [4]),
        ("max_id=&since_id=&limit=", [0, 1, 2, 3, 4]),
    ],
)
def test_person_pages_through_home(alice, client_of, posts, query, places):
    answer = client_of(alice).get(f"{HOME}?{query.format(*posts)}")
    assert ids(answer) == [posts[place] for place in places]
    if places:
        assert links(answer)["next"]["max_id"] == [posts[places[-1]]]
        assert links(answer)["prev"]["min_id"] == [posts[places[0]]]
    else:
        assert "Link" not in answer.headers


@pytest.mark.parametrize(
    "query", ["limit=x", "max_id=abc", "min_id=1.5", "since_id=1,000", "limit=" + "9" * 5000]
)
def test_cursor_that_is_no_number_is_refused(alice, client_of, query):
    answer = client_of(alice).get(f"{HOME}?{query}")
    assert answer.status_code == 422 and answer.json()["error"]


def test_limit_is_capped_and_not_refused(alice, client_of, post_as):
    for n in range(41):
        post_as(alice, str(n))
    client = client_of(alice)
    assert len(ids(client.get(f"{HOME}?limit=1000"))) == 40
    assert len(ids(client.get(HOME))) == 20


def test_links_keep_every_other_parameter_and_drop_other_cursors(alice, client_of, posts):
    query = f"any[]=b&any[]=c&local=true&limit=1&since_id=5&max_id={posts[1]}"
    answer = client_of(alice).get(f"/api/v1/timelines/tag/häm?{query}")
    following = links(answer)["next"]
    assert following["any[]"] == ["b", "c"] and following["local"] == ["true"] and following["limit"] == ["1"]
    assert following["max_id"] == [posts[2]] and "since_id" not in following
    assert following["path"] == "/api/v1/timelines/tag/h%C3%A4m"


def test_links_lead_through_the_whole_timeline_and_back(alice, client_of, posts):
    client, seen, path = client_of(alice), [], f"{HOME}?limit=2"
    while found := ids(answer := client.get(path)):
        seen += found
        path = f"{HOME}?limit=2&max_id={links(answer)['next']['max_id'][0]}"
    assert seen == posts
    seen, path = [], f"{HOME}?limit=2&min_id=0"
    while found := ids(answer := client.get(path)):
        seen = found + seen
        path = f"{HOME}?limit=2&min_id={links(answer)['prev']['min_id'][0]}"
    assert seen == posts


def test_marks_page_by_the_mark(alice, bob, client_of, posts):
    client = client_of(bob)
    for post in (posts[4], posts[0], posts[2]):
        client.post(f"/api/v1/statuses/{post}/favourite")
        client.post(f"/api/v1/statuses/{post}/bookmark")
    for path in ("/api/v1/favourites", "/api/v1/bookmarks"):
        first = client.get(f"{path}?limit=2")
        assert ids(first) == [posts[2], posts[0]]
        rest = client.get(f"{path}?limit=2&max_id={links(first)['next']['max_id'][0]}")
        assert ids(rest) == [posts[4]]
        assert "Link" not in client.get(f"{path}?max_id=1").headers


def test_page_whose_posts_are_all_filtered_still_leads_on(alice, bob, client_of, posts):
    follow(bob, alice)
    client = client_of(bob)
    assert client.post("/api/v1/timelines/home").status_code == 405
    sent = {
        "title": "x",
        "context": ["home"],
        "filter_action": "hide",
        "keywords_attributes": [{"keyword": "Häm"}],
    }
    assert client.post("/api/v2/filters", sent).status_code == 200
    feeds.backfill(bob.pk, alice.pk)
    answer = client.get(f"{HOME}?limit=2")
    assert ids(answer) == [] and links(answer)["next"]["max_id"] == [posts[1]]
