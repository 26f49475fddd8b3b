"""Which handler follows from which fact: the one place that joins what happens below to what is done about it above."""

from datetime import timedelta

from openrounds.accounts.facts import Blocked, DomainBlocked, Followed, Muted, Unfollowed
from openrounds.jobs.jobs import trim_outbox
from openrounds.jobs.registry import at_once, every, subscribe
from openrounds.posts.facts import PostCreated, PostDeleted
from openrounds.posts.jobs import forget_keys
from openrounds.timelines import jobs as feeds


def subscribe_all() -> None:
    """Called once, when all apps are loaded."""
    _home_feeds()
    every(timedelta(hours=1), trim_outbox)
    every(timedelta(hours=1), forget_keys)


def _home_feeds() -> None:
    at_once(PostCreated, feeds.show_author)
    subscribe(PostCreated, feeds.deliver)
    subscribe(PostDeleted, feeds.withdraw)
    at_once(Followed, feeds.welcome)
    at_once(Unfollowed, feeds.part)
    at_once(Blocked, feeds.separate)
    at_once(Muted, feeds.silence)
    at_once(DomainBlocked, feeds.shut_out)
    every(timedelta(minutes=10), feeds.trim_feeds)
