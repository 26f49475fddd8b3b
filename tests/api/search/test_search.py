"""GET /api/v2/search: what each person finds, and what is refused."""

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.conftest import follow, make_person

from openrounds.accounts.models import Account, Block, Visibility
from openrounds.api.entities.search import Search
from openrounds.hashtags.models import HashtagFollow

URL = "/api/v2/search"


def search(client, q, **more):
    """What is found, held against the documented shape."""
    response = client.get(URL, {"q": q, **more})
    assert response.status_code == 200, response.content
    msgspec.json.decode(response.content, type=Search)
    found = response.json()
    return (
        [a["acct"] for a in found["accounts"]],
        [int(s["id"]) for s in found["statuses"]],
        [t["name"] for t in found["hashtags"]],
    )


def test_word_finds_people_posts_and_hashtags(alice, bob, client_of, post_as):
    post = post_as(alice, "Alice writes about #AliceRounds")
    assert search(client_of(bob), "alice") == (["alice"], [post.pk], ["AliceRounds"])


def test_type_keeps_to_one_kind(alice, bob, client_of, post_as):
    post = post_as(alice, "alice #alice")
    client = client_of(bob)
    assert search(client, "alice", type="accounts") == (["alice"], [], [])
    assert search(client, "alice", type="statuses") == ([], [post.pk], [])
    assert search(client, "alice", type="hashtags") == ([], [], ["alice"])
    assert search(client, "alice", type="cakes") == ([], [], [])


def test_hashtag_with_its_sign_finds_the_exact_one_first(alice, client_of, anonymous, post_as):
    posts = [post_as(alice, f"#{name}") for name in ("Sepsis", "SepsisBundle", "under_score", "underXscore")]
    assert search(anonymous, "#sepsis") == ([], [posts[0].pk], ["Sepsis", "SepsisBundle"])
    assert search(anonymous, "#under_", type="hashtags") == ([], [], ["under_score"])
    assert search(anonymous, "#100%", type="hashtags") == ([], [], [])


def test_found_hashtag_says_whether_one_follows_it(alice, bob, client_of, anonymous, post_as):
    post = post_as(alice, "#Sepsis")
    HashtagFollow.objects.create(account=bob, hashtag=post.hashtags.get())
    (tag,) = client_of(bob).get(URL, {"q": "#sepsis"}).json()["hashtags"]
    assert tag["following"] is True and tag["featuring"] is False
    assert tag["url"] == "http://testserver/tags/sepsis"
    assert len(tag["history"]) == 7 and all(
        isinstance(v, str) for day in tag["history"] for v in day.values()
    )
    (tag,) = anonymous.get(URL, {"q": "#sepsis"}).json()["hashtags"]
    assert "following" not in tag


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.DIRECT])
def test_a53_stranger_finds_nothing_private(alice, bob, charlie, client_of, anonymous, post_as, visibility):
    follow(bob, alice)
    post = post_as(alice, "@bob zebra #stripes", visibility=visibility)
    assert search(client_of(bob), "zebra")[1] == search(client_of(alice), "zebra")[1] == [post.pk]
    for client in (client_of(charlie), anonymous):
        for q in ("zebra", "#stripes", "from:alice", "-unicorn", "is:sensitive", "@bob", "in:library"):
            assert search(client, q)[1] == []
    address = f"http://testserver/@alice/{post.pk}"
    assert search(client_of(bob), address, resolve=True)[1] == [post.pk]
    assert search(client_of(charlie), address, resolve=True) == ([], [], [])


def test_opting_out_takes_effect_at_once(alice, bob, client_of, post_as):
    post = post_as(alice, "zebra")
    Account.objects.filter(pk=alice.pk).update(indexable=False)
    assert search(client_of(bob), "zebra")[1] == []
    assert search(client_of(alice), "zebra")[1] == [post.pk]


def test_blocked_reader_finds_neither_author_nor_posts(alice, bob, client_of, post_as):
    post_as(alice, "alice zebra")
    Block.objects.create(blocker=alice, blocked=bob)
    assert search(client_of(bob), "alice")[:2] == ([], [])


def test_own_addresses_open_inside_the_app(alice, bob, client_of, post_as):
    post, client = post_as(alice, "#Sepsis"), client_of(bob)
    for url in (f"/@alice/{post.pk}", f"/users/alice/statuses/{post.pk}", f"/@Alice/{post.pk}?x=1"):
        assert search(client, f"http://testserver{url}", resolve=True) == ([], [post.pk], [])
    for url in ("/@alice", "/users/Alice"):
        assert search(client, f"http://testserver{url}", resolve=True, type="accounts") == (["alice"], [], [])
    assert search(client, "http://testserver/tags/SEPSIS", resolve=True) == ([], [], ["Sepsis"])
    for url in (f"/@bob/{post.pk}", "/@nobody", "/tags/nothing", "/@alice/1", "/about"):
        assert search(client, f"http://testserver{url}", resolve=True) == ([], [], [])
    assert search(client, "http://testserver/@alice", resolve=True, type="statuses") == ([], [], [])


def test_addresses_of_other_servers_are_unknown(alice, client_of):
    assert search(client_of(alice), "https://elsewhere.example/@alice", resolve=True) == ([], [], [])


def test_pages_of_posts_go_on_by_offset_and_by_id(alice, client_of, post_as):
    ids = [post_as(alice, "zebra").pk for _ in range(3)][::-1]
    client = client_of(alice)
    assert search(client, "zebra", type="statuses", limit=2)[1] == ids[:2]
    assert search(client, "zebra", type="statuses", limit=2, offset=2)[1] == ids[2:]
    assert search(client, "zebra", type="statuses", max_id=ids[0], min_id=ids[2])[1] == ids[1:2]
    assert search(client, "zebra", offset=2)[1] == ids, "without a type there is but one page"


def test_posts_of_one_account_and_accounts_one_follows(alice, bob, charlie, client_of, post_as):
    post_as(alice, "zebra")
    post = post_as(bob, "zebra")
    assert search(client_of(charlie), "zebra", account_id=bob.pk)[1] == [post.pk]
    make_person("bobby")
    follow(charlie, bob)
    assert search(client_of(charlie), "bob", type="accounts")[0] == ["bob", "bobby"]
    assert search(client_of(charlie), "bob", type="accounts", following=True)[0] == ["bob"]


@pytest.mark.parametrize("q", ["", "   ", None])
def test_empty_query_is_refused(anonymous, q):
    response = anonymous.get(URL, {} if q is None else {"q": q})
    assert response.status_code == 400 and "error" in response.json()


@pytest.mark.parametrize("more", [{"offset": 20}, {"resolve": "true"}])
def test_stranger_neither_pages_nor_resolves(anonymous, more):
    response = anonymous.get(URL, {"q": "x", "type": "statuses", **more})
    assert response.status_code == 401 and "error" in response.json()


def test_token_without_the_scope_is_refused(alice, client_of):
    assert client_of(alice, "write").get(URL, {"q": "x"}).status_code == 403
    assert client_of(alice, "read:search").get(URL, {"q": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("limit", "many", 422),
        ("limit", "-5", 200),
        ("limit", "9999", 200),
        ("offset", "-1", 200),
        ("account_id", "x", 422),
        ("max_id", "99999999999999999999999", 422),
        ("q", "\x00", 400),
        ("q", "x" * 5000, 200),
        ("q", '"' * 500, 200),
        ("q", "from:" * 500, 200),
    ],
)
def test_odd_parameters_are_answered_clearly(alice, client_of, name, value, status):
    response = client_of(alice).get(URL, {"q": "x", name: value})
    assert response.status_code == status
    assert status == 200 or "error" in response.json()


def test_search_makes_a_fixed_number_of_queries(alice, bob, client_of, post_as):
    client = client_of(bob)
    counts = []
    for _ in range(2):
        for _ in range(4):
            post_as(alice, "alice #alice")
        client.get(URL, {"q": "alice"})  # the bodies are rendered and kept
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(URL, {"q": "alice"}).json()["statuses"]) >= 4
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
