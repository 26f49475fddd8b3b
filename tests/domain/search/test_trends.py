"""What trends, and what must not."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from openrounds.accounts.models import Account, Block, Visibility
from openrounds.core.clock import now
from openrounds.core.paging import Paging
from openrounds.hashtags import queries as hashtags
from openrounds.hashtags.models import Hashtag
from openrounds.hashtags.rules import day_number
from openrounds.posts.actions import Draft, create_post, delete_post, favourite
from openrounds.posts.lines import read
from openrounds.posts.models import Post, PreviewCard
from openrounds.search import trends

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


def trending() -> list[str]:
    trends.count()
    return [tag.name for tag in hashtags.by_ids(trends.hashtags(20))]


def test_hashtag_of_two_people_trends_and_of_one_does_not(
    post_as: PostAs, alice: Account, bob: Account
) -> None:
    for author in (alice, bob):
        post_as(author, "#shared")
    for _ in range(5):
        post_as(alice, "#alone")
    assert trending() == ["shared"]


def test_hashtag_that_is_always_busy_does_not_trend(alice: Account, bob: Account) -> None:
    for days in range(1, 28):
        for author in (alice, bob):
            create_post(author, Draft(text="#weekly"), at=now() - timedelta(days=days))
    for author in (alice, bob):
        create_post(author, Draft(text="#weekly #fresh"))
    assert trending() == ["fresh"]


@pytest.mark.parametrize("what", [{"discoverable": False}, {"limited_at": now()}, {"suspended_at": now()}])
def test_those_who_are_not_to_be_discovered_make_no_trend(
    post_as: PostAs, alice: Account, bob: Account, charlie: Account, what: dict[str, object]
) -> None:
    for author in (alice, bob):
        post_as(author, "#shared")
    post = post_as(alice, "Good")
    favourite(bob.pk, post.pk)
    favourite(charlie.pk, post.pk)
    Account.objects.filter(pk=alice.pk).update(**what)
    assert trending() == []
    assert trends.posts(None, 20) == []


def test_private_and_deleted_posts_make_no_trend(post_as: PostAs, alice: Account, bob: Account) -> None:
    post_as(alice, "#shared")
    post_as(bob, "#shared", visibility=Visibility.UNLISTED)
    gone = post_as(bob, "#shared")
    assert trending() == ["shared"]
    delete_post(bob.pk, gone.pk)
    assert trending() == []


@pytest.mark.parametrize("what", ["may_trend", "listed"])
def test_refused_hashtag_does_not_trend(post_as: PostAs, alice: Account, bob: Account, what: str) -> None:
    for author in (alice, bob):
        post_as(author, "#shared")
    assert trending() == ["shared"]
    Hashtag.objects.update(**{what: False})
    assert trends.hashtags(20) == []


def test_history_counts_posts_and_people_by_day(post_as: PostAs, alice: Account, bob: Account) -> None:
    create_post(alice, Draft(text="#shared"), at=now() - timedelta(days=1))
    for author in (alice, alice, bob):
        post_as(author, "#shared")
    trends.count()
    trends.count()
    tag = hashtags.by_name("#Shared".lstrip("#"))
    assert tag is not None
    days = hashtags.history([tag.pk])[tag.pk]
    assert [(d.uses, d.accounts) for d in days] == [(3, 2), (1, 1), *[(0, 0)] * 5]
    assert days[0].number == day_number(now())


def test_days_missed_while_nothing_counted_are_made_up_for(alice: Account) -> None:
    create_post(alice, Draft(text="#shared"), at=now() - timedelta(days=5))
    trends.count()
    create_post(alice, Draft(text="#shared"), at=now() - timedelta(days=4))
    trends.count()
    tag = Hashtag.objects.get()
    assert [d.uses for d in hashtags.history([tag.pk])[tag.pk]] == [0, 0, 0, 0, 1, 1, 0]


def test_much_favourited_posts_trend_fresh_ones_first(
    post_as: PostAs, alice: Account, bob: Account, charlie: Account
) -> None:
    old = create_post(alice, Draft(text="Old"), at=now() - timedelta(days=3)).pk
    new = post_as(bob, "New").pk
    once = post_as(charlie, "Once").pk
    hidden = post_as(charlie, "Hidden", sensitive=True).pk
    for post in (old, new, hidden):
        for person in (alice, bob, charlie):
            favourite(person.pk, post)
    favourite(alice.pk, once)
    trends.count()
    assert trends.posts(None, 20) == [new, old]
    assert trends.posts(charlie.pk, 1, 1) == [old]


def test_trending_post_is_not_shown_to_who_blocks_its_author(
    post_as: PostAs, alice: Account, bob: Account, charlie: Account
) -> None:
    post = post_as(alice, "Good")
    for person in (bob, charlie):
        favourite(person.pk, post.pk)
    trends.count()
    Block.objects.create(blocker=bob, blocked=alice)
    assert trends.posts(bob.pk, 20) == []
    assert trends.posts(charlie.pk, 20) == [post.pk]


def test_links_of_several_people_trend(post_as: PostAs, alice: Account, bob: Account) -> None:
    paper, advert = (
        PreviewCard.objects.create(url=f"https://example.org/{n}", title=n) for n in ("paper", "advert")
    )
    posts = [post_as(author, "Read this") for author in (alice, bob)]
    Post.objects.filter(pk__in=[p.pk for p in posts]).update(card=paper)
    Post.objects.filter(pk=post_as(alice, "Buy this").pk).update(card=advert)
    trends.count()
    assert [card.url for card in trends.links(20)] == ["https://example.org/paper"]
    assert [(d.uses, d.accounts) for d in trends.link_history([paper.pk])[paper.pk]][:2] == [(2, 2), (0, 0)]
    source = trends.link_timeline(None, paper.url)
    assert source is not None
    assert [line.id for line in read(source, Paging(20))] == [posts[1].pk, posts[0].pk]
    assert trends.link_timeline(None, advert.url) is None
    assert trends.link_timeline(None, "https://example.org/unknown") is None
