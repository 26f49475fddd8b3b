"""What happens to posts later: polls end, scheduled posts are published, old idempotency keys are forgotten."""

from openrounds.core import db
from openrounds.core.clock import now
from openrounds.jobs.actions import record
from openrounds.jobs.registry import Tick, handler
from openrounds.posts.actions.delete import delete_boosts, forget_marks
from openrounds.posts.actions.publish import KEY_KEPT
from openrounds.posts.actions.schedule import Due, publish_scheduled
from openrounds.posts.facts import BoostsDeleted, MarksLeft, PollEnded
from openrounds.posts.models import IdempotencyKey, Poll


@handler()
def end_poll(fact: PollEnded) -> None:
    """Makes the end of a poll known."""
    if Poll.objects.filter(pk=fact.poll_id, expires_at__lte=now()).exists():
        record(fact)


@handler(queue="bulk")
def delete_more_boosts(fact: BoostsDeleted) -> None:
    """Of a post with very many boosts, the next of them."""
    if fact.more:
        delete_boosts(fact.post_id)


# Not in one transaction, so that others can write in between.
@handler(queue="bulk", transactional=False)
def forget_more_marks(left: MarksLeft) -> None:
    """Of a post with very many favourites or bookmarks, the others."""
    while forget_marks(left.post_id):
        pass


@handler()
def publish_due(due: Due) -> None:
    publish_scheduled(due.scheduled_id)


@handler(queue="bulk", transactional=False)
def forget_keys(_: Tick) -> None:
    db.forget(IdempotencyKey.objects.filter(created_at__lt=now() - KEY_KEPT))
