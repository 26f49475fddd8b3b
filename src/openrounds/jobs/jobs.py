"""Keeps the outbox and the queue small."""

from datetime import timedelta

from openrounds.core import db
from openrounds.core.clock import now
from openrounds.jobs.models import Job
from openrounds.jobs.registry import Tick, handler

OUTBOX_KEPT = timedelta(days=1)
PARKED_KEPT = timedelta(days=90)
CHUNK = 10_000


# Not in one transaction, so that nobody waits for a chunk that is not his.
@handler(queue="bulk", transactional=False)
def trim_outbox(_: Tick) -> None:
    """Forgets facts that every reader has long passed, and jobs that nobody has cared to run again."""
    while db.execute(_OLDEST, [CHUNK, db.moment(now() - OUTBOX_KEPT)]) == CHUNK:
        pass
    db.forget(Job.objects.filter(parked_at__lt=now() - PARKED_KEPT))


# Ids go by time, so the oldest are looked at alone.
_OLDEST = """DELETE FROM jobs_happening WHERE id IN (SELECT id FROM jobs_happening ORDER BY id LIMIT %s) AND created_at < %s"""
