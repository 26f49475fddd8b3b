"""A53: followers-only and direct posts, looked for by those who may not read them, through every exit there is.

Every route that reads is asked, with every number that could lead to the posts; a route that is added is swept as well.
"""

from datetime import timedelta
from itertools import product

import pytest
from django.test import Client
from tests.conftest import make_person

from openrounds.accounts import actions as people
from openrounds.accounts.models import Follow, Visibility
from openrounds.api import endpoints
from openrounds.api.routing import ROUTES
from openrounds.hashtags.models import Hashtag, HashtagFollow
from openrounds.media.models import Kind, MediaFile, State
from openrounds.posts.actions import Author, Draft, PollDraft, bookmark, boost, edit_post, favourite, vote
from openrounds.posts.models import Poll
from openrounds.timelines.models import List, ListMember

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
endpoints.load()
SECRET = "xanthogranuloma"
READS = [route for route in ROUTES if route.method == "GET"]
QUERIES = {
    "/api/v2/search": [f"?q={SECRET}", f"?q={SECRET}&type=statuses", "?q=%23quiet", "?q=from:alice"],
    "/api/v1/accounts/:id/statuses": [
        "",
        "?only_media=1",
        "?pinned=1",
        "?tagged=quiet",
        "?exclude_reblogs=1",
    ],
    "/api/v1/timelines/link": ["?url=https://example.org/quiet"],
}


@pytest.fixture
def hidden(alice, bob, charlie, post_as, run_jobs):
    """What Alice said to her followers and to Bob alone, in every way there is to say something; Charlie followed her when she
    did, marked it, and follows no longer. The numbers that could lead to it, by name."""
    tag = Hashtag.objects.create(name="quiet", display_name="quiet")
    for account in (bob, charlie):
        people.follow(account.pk, alice.pk, notify=True)
        HashtagFollow.objects.create(account=account, hashtag=tag)
        chosen = List.objects.create(account=account, title="Hers")
        ListMember.objects.create(list=chosen, member=alice)
    media = MediaFile.objects.create(
        owner=alice, kind=Kind.IMAGE, state=State.READY, name="x.png", description=SECRET
    )
    text = f"{SECRET} #quiet https://example.org/quiet"
    followers = post_as(
        alice, text, visibility=Visibility.FOLLOWERS, spoiler_text=SECRET, media_ids=(media.pk,)
    )
    poll = PollDraft((SECRET, "Other"), timedelta(hours=1))
    asked = post_as(alice, text, visibility=Visibility.FOLLOWERS, poll=poll)
    direct = post_as(alice, f"@bob {text}", visibility=Visibility.DIRECT)
    answer = post_as(bob, "An open answer", in_reply_to_id=followers.pk)
    poll_id = Poll.objects.get(post=asked).pk
    edit_post(alice.pk, followers.pk, Draft(f"{text} again", media_ids=(media.pk,)))
    for post in (followers, asked):
        favourite(charlie.pk, post.pk)
        bookmark(charlie.pk, post.pk)
    vote(charlie.pk, poll_id, [0])
    passed_on = boost(Author(alice), followers.pk)
    run_jobs()
    people.unfollow(charlie.pk, alice.pk)
    chosen = List.objects.get(account=charlie)
    ListMember.objects.get_or_create(list=chosen, member=alice)
    return {
        "alice": alice.pk,
        "bob": bob.pk,
        "followers": followers.pk,
        "asked": asked.pk,
        "direct": direct.pk,
        "answer": answer.pk,
        "boost": passed_on.pk,
        "poll": poll_id,
        "media": media.pk,
        "list": chosen.pk,
    }


def paths_of(route, numbers):
    """Every way to fill the route's arguments."""
    names = [part for part in route.path.split("/") if part.startswith(":")]
    values = [["quiet", "alice"] if name in (":name", ":acct") else [*numbers.values()] for name in names]
    for chosen in product(*values):
        path = route.path
        for name, value in zip(names, chosen, strict=True):
            path = path.replace(name, str(value), 1)
        for query in QUERIES.get(route.path, [""]):
            yield path + query


def telling(client, numbers) -> set[str]:
    """The routes whose answers hold the secret."""
    found = set()
    for route in READS:
        for path in paths_of(route, numbers):
            response = client.get(path)
            assert response.status_code < 500, path
            if SECRET in response.content.decode():
                found.add(path)
    return found


def test_a53_reader_finds_it_by_many_exits(bob, client_of, hidden):
    """Or else the tests below would hold of an empty server."""
    found = telling(client_of(bob), hidden)
    for path in (
        "/api/v1/timelines/home",
        "/api/v1/notifications",
        f"/api/v1/statuses/{hidden['followers']}/history",
        f"/api/v1/statuses/{hidden['answer']}/context",
        f"/api/v1/statuses/{hidden['direct']}",
        f"/api/v1/polls/{hidden['poll']}",
        "/api/v1/conversations",
    ):
        assert path in found


def test_a53_former_follower_finds_it_by_no_exit(charlie, client_of, hidden):
    assert telling(client_of(charlie), hidden) == set()


def test_a53_stranger_finds_it_by_no_exit(client_of, hidden):
    assert telling(client_of(make_person("dora")), hidden) == set()


def test_a53_nobody_finds_it_without_signing_in(anonymous, client_of, hidden):
    assert telling(anonymous, hidden) == set()
    assert telling(client_of(None), hidden) == set()


def test_a53_blocked_follower_finds_it_by_no_exit(alice, bob, client_of, hidden):
    people.block(alice.pk, bob.pk)
    assert telling(client_of(bob), hidden) == set()


def test_a53_it_is_on_no_page(charlie, hidden):
    signed_in = Client()
    signed_in.force_login(charlie.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    pages = ["/", "/@alice", "/@bob", "/tags/quiet", *(f"/@alice/{number}" for number in hidden.values())]
    pages.append(f"/@bob/{hidden['answer']}")
    for client in (Client(), signed_in):
        for page in pages:
            response = client.get(page)
            assert response.status_code in (200, 404), page
            assert SECRET not in response.content.decode(), page
            if str(hidden["followers"]) in page:
                assert response.status_code == 404


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if "/statuses/:id" in r.path and r.method != "GET"], ids=lambda r: r.path
)
def test_a53_nothing_can_be_done_with_it(charlie, client_of, hidden, route):
    client = client_of(charlie)
    for name in ("followers", "direct", "boost"):
        path = route.path.replace(":id", str(hidden[name]))
        response = getattr(client, route.method.lower())(path, {"status": "x"})
        assert response.status_code == 404 and SECRET not in response.content.decode()


def test_a53_it_cannot_be_filtered_reported_or_answered(alice, charlie, client_of, hidden):
    client = client_of(charlie)
    for name in ("followers", "direct"):
        answers = [
            client.post("/api/v1/statuses", {"status": "x", "in_reply_to_id": hidden[name]}),
            client.post("/api/v1/reports", {"account_id": alice.pk, "status_ids": [hidden[name]]}),
        ]
        assert all(SECRET not in answer.content.decode() for answer in answers)
        assert answers[0].status_code == 404


def test_a53_follow_granted_again_shows_it_again(alice, charlie, client_of, hidden):
    Follow.objects.create(follower=charlie, followee=alice)
    assert client_of(charlie).get(f"/api/v1/statuses/{hidden['followers']}").status_code == 200
