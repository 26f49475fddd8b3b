"""Home feeds: whom a post reaches, what a new follow brings, what an end takes away. Read through the reader of timelines."""

from datetime import timedelta

import pytest
from tests.conftest import make_person

from openrounds.accounts import actions as people
from openrounds.accounts.models import Account, Block, DomainBlock, Follow, Mute, Visibility
from openrounds.core.clock import now
from openrounds.core.paging import Paging
from openrounds.hashtags.models import Hashtag, HashtagFollow
from openrounds.posts.actions import Author, Draft, boost, create_post, delete_post, unboost
from openrounds.posts.lines import read
from openrounds.posts.models import Post
from openrounds.timelines import feeds, queries
from openrounds.timelines.models import HomeEntry, List, ListMember

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(db):
    return make_person("dora")


@pytest.fixture
def bobs_follow(alice, bob):
    return Follow.objects.create(follower=bob, followee=alice)


def home(account: Account) -> list[int]:
    return [line.id for line in read(queries.home(account.pk), Paging(100))]


def boost_as(account, post, run_jobs) -> Post:
    made = boost(Author(account), post.pk)
    run_jobs()
    return made


def tag_followed_by(account, name="x") -> Hashtag:
    tag = Hashtag.objects.create(name=name, display_name=name)
    HashtagFollow.objects.create(account=account, hashtag=tag)
    return tag


def put_on_list(owner, member, **more) -> List:
    made = List.objects.create(account=owner, title="List", **more)
    ListMember.objects.create(list=made, member=member)
    return made


def move_to(account, domain) -> None:
    """The account is one of another server."""
    Account.objects.filter(pk=account.pk).update(domain=domain)


# ---------------------------------------------------------------------------------------------------------- fan-out
def test_author_and_followers_have_a_post_at_once(alice, bob, charlie, bobs_follow):
    post = create_post(alice, Draft("Hello", visibility=Visibility.PUBLIC))
    assert (home(alice), home(bob), home(charlie)) == ([post.pk], [post.pk], [])


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS])
def test_follower_gets_all_but_direct_posts(alice, bob, charlie, bobs_follow, post_as, visibility):
    post = post_as(alice, visibility=visibility)
    assert home(bob) == [post.pk] and home(charlie) == []


def test_direct_post_reaches_a_follower_only_when_it_names_him(alice, bob, charlie, bobs_follow, post_as):
    Follow.objects.create(follower=charlie, followee=alice)
    post = post_as(alice, "@bob hello", visibility=Visibility.DIRECT)
    assert home(bob) == [post.pk] and home(charlie) == []


def test_post_fanned_out_twice_stands_in_each_feed_once(alice, bob, bobs_follow, post_as):
    post = post_as(alice)
    assert feeds.deliver(post.pk) == 0
    assert HomeEntry.objects.filter(account=bob).count() == 1


def test_fan_out_in_chunks_reaches_everyone_once(alice, post_as):
    fans = [make_person(f"fan{n}") for n in range(5)]
    post = post_as(alice)
    for fan in fans:
        Follow.objects.create(follower=fan, followee=alice)
    middle = fans[2].pk
    assert feeds.deliver(post.pk, upto=middle) == 3
    assert feeds.deliver(post.pk, above=middle) == 2


def test_fan_out_takes_as_many_queries_for_fifty_followers_as_for_one(
    alice, post_as, django_assert_max_num_queries
):
    for n in range(50):
        Follow.objects.create(follower=make_person(f"fan{n}"), followee=alice)
    post = post_as(alice, "Hello #x")
    HomeEntry.objects.all().delete()
    with django_assert_max_num_queries(3):
        assert feeds.deliver(post.pk) == 50


def test_deleted_post_reaches_nobody_though_the_job_comes_late(alice, bob, bobs_follow, post_as, run_jobs):
    post = post_as(alice)
    HomeEntry.objects.all().delete()
    delete_post(alice.pk, post.pk)
    assert feeds.deliver(post.pk) == 0


# ---------------------------------------------------------------------------------------------------------- replies
def test_reply_to_a_stranger_stays_out_and_to_a_friend_comes_in(
    alice, bob, charlie, dora, bobs_follow, post_as
):
    Follow.objects.create(follower=bob, followee=dora)
    stranger, friend = post_as(charlie), post_as(dora)
    post_as(alice, "to a stranger", in_reply_to_id=stranger.pk)
    reply = post_as(alice, "to a friend", in_reply_to_id=friend.pk)
    assert home(bob) == [reply.pk, friend.pk]


def test_reply_to_oneself_and_to_the_follower_come_in(alice, bob, bobs_follow, post_as):
    own, asked = post_as(alice), post_as(bob)
    thread = post_as(alice, in_reply_to_id=own.pk)
    answer = post_as(alice, in_reply_to_id=asked.pk)
    assert home(bob) == [answer.pk, thread.pk, asked.pk, own.pk]


# ----------------------------------------------------------------------------------------------------------- boosts
def test_boost_comes_in_unless_boosts_are_off(alice, bob, charlie, dora, bobs_follow, post_as, run_jobs):
    Follow.objects.create(follower=dora, followee=alice, show_boosts=False)
    made = boost_as(alice, post_as(charlie), run_jobs)
    own = post_as(alice)
    assert home(bob) == [own.pk, made.pk] and home(dora) == [own.pk]


def test_boost_of_the_followers_own_post_stays_out(alice, bob, bobs_follow, post_as, run_jobs):
    own = post_as(bob)
    boost_as(alice, own, run_jobs)
    assert home(bob) == [own.pk]


def test_boost_taken_back_or_whose_post_is_gone_leaves(alice, bob, charlie, bobs_follow, post_as, run_jobs):
    first, second = post_as(charlie), post_as(charlie)
    for post in (first, second):
        boost_as(alice, post, run_jobs)
    unboost(alice.pk, first.pk)
    delete_post(charlie.pk, second.pk)
    assert home(bob) == []
    run_jobs()
    assert not HomeEntry.objects.filter(account=bob).exists()


# -------------------------------------------------------------------------------------------------------- languages
@pytest.mark.parametrize(
    ("chosen", "language", "wanted"),
    [
        (None, "de", True),
        ([], "de", True),
        (["en"], "de", False),
        (["en", "de"], "de", True),
        (["en"], "", True),
        (["eng"], "en", False),
    ],
)
def test_follower_gets_the_languages_he_chose(alice, bob, bobs_follow, post_as, chosen, language, wanted):
    Follow.objects.update(languages=chosen)
    post = post_as(alice, language=language)
    assert home(bob) == ([post.pk] if wanted else [])
    HomeEntry.objects.all().delete()
    feeds.backfill(bob.pk, alice.pk)
    assert home(bob) == ([post.pk] if wanted else [])


def test_language_of_a_boost_is_that_of_its_post(alice, bob, charlie, bobs_follow, post_as, run_jobs):
    Follow.objects.update(languages=["en"])
    boost_as(alice, post_as(charlie, language="de"), run_jobs)
    made = boost_as(alice, post_as(charlie, language="en"), run_jobs)
    assert home(bob) == [made.pk]


# --------------------------------------------------------------------------------------------------------- hashtags
def test_followed_hashtag_brings_public_posts_of_strangers_once(alice, bob, bobs_follow, charlie, post_as):
    tag_followed_by(bob)
    tag_followed_by(bob, "y")
    both = post_as(alice, "#x #y")
    stranger = post_as(charlie, "Hello #X")
    for visibility in (Visibility.UNLISTED, Visibility.FOLLOWERS, Visibility.DIRECT):
        post_as(charlie, "quiet #x", visibility=visibility)
    assert home(bob) == [stranger.pk, both.pk]


def test_followed_hashtag_does_not_bring_boosts(alice, bob, charlie, dora, post_as, run_jobs):
    tag_followed_by(bob)
    post = post_as(charlie, "#x")
    boost_as(dora, post, run_jobs)
    assert home(bob) == [post.pk]


# ------------------------------------------------------------------------------------------- blocks, mutes, servers
def bob_blocks(bob, other):
    Block.objects.create(blocker=bob, blocked=other)


def blocks_bob(bob, other):
    Block.objects.create(blocker=other, blocked=bob)


def bob_mutes(bob, other):
    Mute.objects.create(muter=bob, muted=other)


def bob_mutes_for_an_hour(bob, other):
    Mute.objects.create(muter=bob, muted=other, expires_at=now() + timedelta(hours=1))


def bob_blocks_server(bob, other):
    move_to(other, "evil.test")
    DomainBlock.objects.create(account=bob, domain="evil.test")


@pytest.mark.parametrize(
    "apart", [bob_blocks, blocks_bob, bob_mutes, bob_mutes_for_an_hour, bob_blocks_server]
)
def test_nobody_gets_what_he_is_spared(alice, bob, charlie, dora, bobs_follow, post_as, run_jobs, apart):
    """By follow, by boost of a friend, by hashtag, or by backfill."""
    Follow.objects.create(follower=bob, followee=charlie)
    tag_followed_by(bob)
    apart(bob, charlie)
    post = post_as(charlie, "unwanted #x")
    boost_as(alice, post, run_jobs)
    assert home(bob) == []
    feeds.backfill(bob.pk, alice.pk)
    if apart in (bob_mutes, bob_mutes_for_an_hour):
        feeds.backfill(bob.pk, charlie.pk)
    assert home(bob) == []


def test_mute_that_is_over_spares_nothing(alice, bob, charlie, bobs_follow, post_as, run_jobs):
    for muted in (alice, charlie):
        Mute.objects.create(muter=bob, muted=muted, expires_at=now() - timedelta(seconds=1))
    made = boost_as(alice, post_as(charlie), run_jobs)
    assert home(bob) == [made.pk]
    HomeEntry.objects.filter(account=bob).delete()
    feeds.backfill(bob.pk, alice.pk)
    assert home(bob) == [made.pk]


def test_exclusive_list_keeps_its_members_out(alice, bob, charlie, bobs_follow, post_as):
    chosen = put_on_list(bob, alice, exclusive=True)
    put_on_list(charlie, alice, exclusive=True)
    post_as(alice)
    assert home(bob) == []
    List.objects.filter(pk=chosen.pk).update(exclusive=False)
    post = post_as(alice)
    assert home(bob) == [post.pk]


# --------------------------------------------------------------------------------------------------------- backfill
def test_new_follow_brings_what_was_said_lately(alice, bob, charlie, post_as, run_jobs):
    stranger = post_as(charlie)
    said = [
        post_as(alice, visibility=v) for v in (Visibility.PUBLIC, Visibility.UNLISTED, Visibility.FOLLOWERS)
    ]
    own = post_as(alice, in_reply_to_id=said[0].pk)
    post_as(alice, in_reply_to_id=stranger.pk)
    post_as(alice, "@bob", visibility=Visibility.DIRECT)
    boosted = boost_as(alice, stranger, run_jobs)
    people.follow(bob.pk, alice.pk)
    assert home(bob) == [boosted.pk, own.pk, *(p.pk for p in reversed(said))]


def test_new_follow_without_boosts_brings_none(alice, bob, charlie, post_as, run_jobs):
    post = post_as(alice)
    boost_as(alice, post_as(charlie), run_jobs)
    people.follow(bob.pk, alice.pk, show_boosts=False)
    assert home(bob) == [post.pk]


def test_new_follow_brings_at_most_forty(alice, bob, post_as):
    for n in range(feeds.BACKFILL + 2):
        post_as(alice, str(n))
    people.follow(bob.pk, alice.pk)
    assert len(home(bob)) == feeds.BACKFILL


def test_request_that_waits_brings_nothing(alice, bob, post_as):
    Account.objects.filter(pk=alice.pk).update(locked=True)
    post = post_as(alice)
    people.follow(bob.pk, alice.pk)
    assert home(bob) == []
    people.authorize_request(alice.pk, bob.pk)
    assert home(bob) == [post.pk]


def test_new_follow_of_someone_on_an_exclusive_list_brings_nothing(alice, bob, post_as):
    put_on_list(bob, alice, exclusive=True)
    post_as(alice)
    people.follow(bob.pk, alice.pk)
    assert home(bob) == []


# --------------------------------------------------------------------------------------------------------- take-outs
def test_unfollow_takes_out_all_but_what_a_followed_hashtag_shows(
    alice, bob, charlie, bobs_follow, post_as, run_jobs
):
    tag_followed_by(bob)
    tagged = post_as(alice, "open #x")
    post_as(alice, "for followers #x", visibility=Visibility.FOLLOWERS)
    post_as(alice, "for bob @bob #x", visibility=Visibility.DIRECT)
    post_as(alice)
    boost_as(alice, post_as(charlie), run_jobs)
    people.unfollow(bob.pk, alice.pk)
    assert home(bob) == [tagged.pk]


def test_follower_who_is_removed_loses_what_he_had(alice, bob, bobs_follow, post_as):
    post_as(alice, visibility=Visibility.FOLLOWERS)
    people.remove_from_followers(alice.pk, bob.pk)
    assert home(bob) == []


@pytest.mark.parametrize("by_bob", [True, False])
def test_block_takes_both_out_of_each_others_feeds(
    alice, bob, charlie, bobs_follow, post_as, run_jobs, by_bob
):
    Follow.objects.create(follower=bob, followee=charlie)
    Follow.objects.create(follower=alice, followee=bob)
    post, answer = post_as(alice), post_as(bob)
    boost_as(charlie, post, run_jobs)
    people.block(*((bob.pk, alice.pk) if by_bob else (alice.pk, bob.pk)))
    assert home(bob) == [answer.pk] and home(alice) == [post.pk]


def test_mute_takes_out_posts_and_boosts_of_them(alice, bob, charlie, bobs_follow, post_as, run_jobs):
    Follow.objects.create(follower=bob, followee=charlie)
    post = post_as(alice)
    boost_as(charlie, post, run_jobs)
    kept = post_as(charlie)
    people.mute(bob.pk, alice.pk)
    assert home(bob) == [kept.pk]


def test_block_of_a_server_takes_out_its_posts_and_boosts_of_them(
    alice, bob, charlie, bobs_follow, post_as, run_jobs
):
    Follow.objects.create(follower=bob, followee=charlie)
    remote = post_as(alice)
    boost_as(charlie, remote, run_jobs)
    kept = post_as(charlie)
    move_to(alice, "evil.test")
    people.block_domain(bob.pk, "evil.test")
    assert home(bob) == [kept.pk]


# ------------------------------------------------------------------------------------------------------------- trim
def test_trim_keeps_the_newest(alice, bob, post_as):
    posts = [post_as(alice, str(n)) for n in range(6)]
    for account, keep, left in (
        (alice, 4, posts[2:]),
        (alice, 4, posts[2:]),
        (alice, 99, posts[2:]),
        (bob, 1, []),
    ):
        feeds.trim(account.pk, keep)
        assert home(account) == [p.pk for p in reversed(left)]


def test_feeds_that_are_too_long_are_found(alice, bob, post_as):
    for n in range(3):
        post_as(alice, str(n))
    post_as(bob)
    assert queries.feed_sizes(2) == [alice.pk] and queries.feed_sizes(3) == []
