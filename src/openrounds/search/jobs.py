"""What follows from posts and rounds for the search, and the counting of trends."""

from openrounds.jobs.registry import Tick, handler
from openrounds.posts.facts import PostCreated, PostDeleted, PostEdited
from openrounds.rounds.facts import RoundChanged, StepReleased
from openrounds.search import index, trends
from openrounds.search.actions import index_post, index_round


def take_in(fact: PostCreated) -> None:
    """At once, which costs less than a job for it would. A boost has no words of its own."""
    if fact.boost_of_id is None:
        index_post(fact.post_id)


@handler()
def take_in_again(fact: PostEdited) -> None:
    index_post(fact.post_id)


@handler()
def take_out(fact: PostDeleted) -> None:
    if fact.boost_of_id is None:
        index.remove(fact.post_id)


@handler()
def take_in_round(fact: RoundChanged) -> None:
    index_round(fact.round_id)


@handler()
def take_in_step(fact: StepReleased) -> None:
    index_round(fact.round_id)


@handler(queue="bulk", transactional=False)
def sweep(_: Tick) -> None:
    """Accounts that are removed take their posts along without a word about each."""
    index.remove_orphans()


@handler(transactional=False)
def count_trends(_: Tick) -> None:
    trends.count()
