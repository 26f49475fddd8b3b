"""What follows for home feeds from what people do."""

from openrounds.accounts.facts import Blocked, DomainBlocked, Followed, Muted, Unfollowed
from openrounds.core.options import options
from openrounds.jobs.actions import record
from openrounds.jobs.registry import Tick, handler
from openrounds.posts.facts import PostCreated, PostDeleted
from openrounds.timelines import feeds
from openrounds.timelines.facts import Delivered
from openrounds.timelines.queries import feed_sizes


def show_author(fact: PostCreated) -> None:
    """At once, so that the author's next request finds what he just said."""
    feeds.add(fact.account_id, fact.post_id)


@handler()
def deliver(fact: PostCreated) -> None:
    """Puts a new post or boost in the feeds it is for."""
    feeds.deliver(fact.post_id)
    record(Delivered(fact.post_id))


@handler()
def withdraw(fact: PostDeleted) -> None:
    feeds.remove(fact.post_id)


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


@handler()
def trim_feeds(_: Tick) -> None:
    """No feed grows without bound."""
    for account_id in feed_sizes(options().feed_length + options().feed_length // 4):
        feeds.trim(account_id, options().feed_length)
