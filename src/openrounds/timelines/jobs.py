"""What follows for home feeds from what people do."""

from datetime import timedelta

from openrounds.accounts.facts import Blocked, DomainBlocked, Followed, Muted, Unfollowed
from openrounds.core import db
from openrounds.core.options import options
from openrounds.jobs.actions import enqueue, record
from openrounds.jobs.registry import Fact, Tick, handler, of
from openrounds.posts.facts import BoostsDeleted, PostCreated, PostDeleted
from openrounds.timelines import feeds
from openrounds.timelines.facts import Delivered
from openrounds.timelines.queries import feed_sizes


class Chunk(Fact, frozen=True):
    """The followers with ids from `above` (excluded) to `upto` are to get the post."""

    post_id: int
    above: int
    upto: int | None


def show(fact: PostCreated) -> None:
    """At once a new post or boost is in its author's feed and, unless they are very many, in all that it is for: there is no
    post without its delivery, and a job for it would cost more than the delivery does."""
    feeds.add(fact.account_id, fact.post_id)
    if feeds.is_for_many(fact.post_id, fact.account_id):
        enqueue(of(deliver), fact)
    else:
        feeds.deliver(fact.post_id)
        record(Delivered(fact.post_id))


@handler()
def deliver(fact: PostCreated) -> None:
    """Puts a post that is for very many in the feeds of the first of them, and queues the others."""
    first, *others = feeds.chunks_of(fact.account_id)
    deliver_chunk(Chunk(fact.post_id, *first))
    for chunk in others:
        enqueue(of(deliver_chunk), Chunk(fact.post_id, *chunk))


@handler(queue="bulk")
def deliver_chunk(chunk: Chunk) -> None:
    """Nobody waits for the disk fifty times: after a crash the job is there again, and none of the entries."""
    db.commit_without_waiting()
    feeds.deliver(chunk.post_id, above=chunk.above, upto=chunk.upto)
    record(Delivered(chunk.post_id, chunk.above, chunk.upto))


# Not in one transaction: on SQLite nobody else could write while a post is taken out of a hundred thousand feeds.
@handler(queue="bulk", transactional=False)
def withdraw(fact: PostDeleted) -> None:
    feeds.remove([fact.post_id])


@handler(queue="bulk", transactional=False)
def withdraw_boosts(fact: BoostsDeleted) -> None:
    feeds.remove([boost_id for boost_id, _ in fact.boosts])


def welcome(fact: Followed) -> None:
    """At once: who follows wants to see something."""
    feeds.backfill(fact.follower_id, fact.followee_id)


def part(fact: Unfollowed) -> None:
    """At once: "unfollow takes posts away"."""
    feeds.take_out(fact.follower_id, fact.followee_id, hashtags_too=False)


def separate(fact: Blocked) -> None:
    """At once: from here on neither sees the other."""
    feeds.take_out(fact.blocker_id, fact.blocked_id)
    feeds.take_out(fact.blocked_id, fact.blocker_id)


def silence(fact: Muted) -> None:
    feeds.take_out(fact.muter_id, fact.muted_id)


def shut_out(fact: DomainBlocked) -> None:
    feeds.take_out_domain(fact.account_id, fact.domain)


@handler(queue="bulk", transactional=False, lease=timedelta(minutes=10))
def trim_feeds(_: Tick) -> None:
    """No feed grows without bound. One transaction each, and the counting in none."""
    keep = options().feed_length
    for account_id in feed_sizes(keep + keep // 4):
        feeds.trim(account_id, keep)
